"""A whole year of the programme, played through the real code on a throw-away database.

`run` starts it in a process of its own, `child` is that process, `sources` gives it its clock and
its dice, `stage` is where the actors of `parts` act, `invariants` looks after each day, and
`folder` leaves what is to be looked at. A later phase of the year adds a module to `parts`.
"""
