"""Who a person is to the application, and how a person proves to be it.

- ``models``: the person, pseudonyms, sessions, and what login and claiming keep.
- ``pseudonyms``: a person's names in the record, one for each context.
- ``person_secrets``: an application of its own, as its table lies in the second database.

A person here has no rights: those follow from mandates and appointments, which are other rooms'.
"""
