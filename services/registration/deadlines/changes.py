"""What falls due for a change of address that one end never agreed to (rules §4.13). Pure."""

from datetime import date, datetime, timedelta
from typing import Any

from services.registration.commands import WithdrawEmailChange

EXPIRE = "expire_email_change"
"""The deadline's name: its cause is the event that asked for the change."""
LOOKED_BACK = timedelta(days=1)
"""How long an address that was let go is looked for: its claim outlived a process that died, and bars nobody."""

Filter = dict[str, Any]


def ending(today: date) -> Filter:
    """What a sweep asks the view `address_changes` for: open changes whose links end today, or ended before."""
    return {"ends": {"$lte": today.isoformat()}}


def just_over(today: date) -> Filter:
    """What it asks for to let addresses go: changes that were over today or yesterday."""
    return {"over": {"$in": [today.isoformat(), (today - LOOKED_BACK).isoformat()]}}


def expiring(attempt: str, ends: datetime, now: datetime) -> WithdrawEmailChange | None:
    """The end of a change whose links ended; none while either may still be used."""
    return WithdrawEmailChange(at=now, attempt=attempt, reason="expired") if now >= ends else None
