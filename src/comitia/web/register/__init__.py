"""The register: who belongs, to which branch, with which standing, since when.

A person is in ``accounts``; here is the membership, under its pseudonym. Its row says how it stands
by all that is known; how it stood on a day, or was known to stand, is derived from its entries.
"""
