"""What is asked about offices."""

from typing import ClassVar

from services.registration.commands.base import Authority, Claim
from shared.contracts.base import Command, Country, Identifier, Moment, Reason, RecordRef
from shared.contracts.registration import OfficeKind


class OfferOffice(Authority):
    """An officer wants somebody, known by an address, to hold an office (rules §2, §3).

    `same_as`: the record of the person's address that was found to be the one offered to; the offered one's own where
    there was none that is; nothing in commands of before officers could change their address.
    """

    LOOKED_UP: ClassVar[frozenset[str]] = Authority.LOOKED_UP | {"link_expires", "same_as"}

    officer: Identifier
    office: Identifier
    claim: Claim
    kind: OfficeKind
    country: Country | None
    region: str | None
    locale: str
    email: RecordRef
    attempt: Identifier
    link_expires: Moment
    same_as: Identifier | None = None


class AcceptOffice(Command):
    """The mailed offer was accepted; the first one makes the account (rules §3). `name` is the officer's."""

    attempt: Identifier
    name: RecordRef


class RevokeOffice(Authority):
    """An office ends (rules §3)."""

    office: Identifier
    reason: Reason
