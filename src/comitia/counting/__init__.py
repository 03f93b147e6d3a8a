"""From plain papers to winners: the profile, the formats it is read from, the counting rules."""
