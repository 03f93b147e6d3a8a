"""Mail and letters: an outbox, filled in an act's own transaction and emptied by the ticker.

- ``wording``: templates, declared in code and translated with everything else.
- ``rendering``: from a notice to plain text in its recipient's language.
- ``outbox``: what handlers and pages do with messages: write, show, hold, cancel, erase.
- ``delivery``: handing what is due to the mail server, once by one worker.
- ``letters``: what goes on paper, because mail does not reach the person.
- ``bounces``: addresses that do not work.

A person is here an opaque id, an address and a language: nothing is known of a register. A message
is written in full when it is made, so that what was shown before an act is what is sent after it.
"""
