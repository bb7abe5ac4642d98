"""Calendar years and months, in UTC: what a rule means by "two years", 29 February included (rules §4.15)."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

_MONTHS = 12


def months_after(day: date, months: int) -> date:
    """The same day that many calendar months later (before, where negative); the month's last where it is shorter."""
    count = day.year * _MONTHS + day.month - 1 + months
    year, month = count // _MONTHS, count % _MONTHS + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def years_after(day: date, years: int) -> date:
    """The same day that many calendar years later: 28 February for 29 February where there is none."""
    return months_after(day, years * _MONTHS)


def start_of(day: date) -> datetime:
    """The moment in which that day begins."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def end_of(day: date) -> datetime:
    """The moment in which that day is over, which is when the next begins."""
    return start_of(day + timedelta(days=1))
