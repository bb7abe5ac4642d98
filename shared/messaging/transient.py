"""Errors that heal by themselves: whoever meets one backs off and repeats, in order."""


class Transient(Exception):
    """Nothing is wrong with the event: asking again soon helps."""
