"""The secret of each person, in a database of its own.

What must become unreadable when a person is erased is sealed under that person's secret: backups,
disclosures, files. The secret is kept *before* the act that makes the person, at once, and
destroyed *after* the entry that erases the person. So an act that fails leaves a secret without a
person, which is swept, and never a person without a secret; an erasure that is broken off is done
again.
"""
