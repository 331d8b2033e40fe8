"""Is a project's month to be believed? Findings against bounds, the months they withhold, releases that lift it.

Three families look at different things: `level` at one figure beside what is possible, `companion` at two meters or two
plants beside each other, `shape` at a series beside itself. A month is withheld by one implausible finding, or by two
questionable ones of different families. Nothing is converted and nothing is guessed.
"""
