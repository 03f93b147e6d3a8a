"""The law of an election: its stages, its days, its officers, its numbers and the terms it fills.

Nothing here knows who holds what or what was entered: it is given that, and answers. Whoever fills
several seats, ranks candidates or votes on paper asks the same functions.
"""
