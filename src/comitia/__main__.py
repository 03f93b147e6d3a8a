"""``python -m comitia`` is the command ``comitia``."""

import sys

from comitia.cli import main

if __name__ == "__main__":
    sys.exit(main())
