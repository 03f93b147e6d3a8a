"""The pages of the founding: the draft as a whole, its rules, its tables, and who signs it."""
