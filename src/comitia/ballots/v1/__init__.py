"""The Belenios protocol, wire version 1, as its release 3.3.0 speaks it.

``model``      what is written: values and their one canonical form
``parse``      bytes from outside to those values, or a refusal that says why
``equations``  what must hold between them
``making``     credentials, keys, ballots, shares, archives: everything that needs a secret

The first three never see a secret and are all that the verifier uses.
"""
