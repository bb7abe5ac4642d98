"""Sort keys: text that sorts as the things should, unique by the identifier at its end."""

from datetime import datetime

_YEAR_9999_S = 253_370_764_800


def newest_first(moment: datetime) -> str:
    """Sorts later moments before earlier ones: seconds down from the year 9999, twelve digits."""
    return f"{_YEAR_9999_S - int(moment.timestamp()):012d}"


def oldest_first(moment: datetime) -> str:
    """Sorts earlier moments before later ones: seconds, twelve digits."""
    return f"{int(moment.timestamp()):012d}"
