"""``comitia record``: what is done beside a published record by those who watch it."""
