"""What falls due for a registration that nobody finishes (rules §4.14). Pure."""

from datetime import datetime

from services.registration.commands import ExpireRegistration

EXPIRE = "expire_registration"
"""The deadline's name: its cause is the event that sent the draft's latest link."""


def expiring(attempt: str, ends: datetime, now: datetime) -> ExpireRegistration | None:
    """The end of a draft whose latest link is `attempt`'s; none while it may still be resumed."""
    return ExpireRegistration(at=now, attempt=attempt) if now >= ends else None
