"""The organisation's law as plain functions and values: what the rules say, and who may do what.

Everything here is given what it needs: day, rule book, branches, the holders of offices. Nothing
here carries an act out, and nothing here makes an act lawful: what comes out is evidence for those
who judge that.
"""
