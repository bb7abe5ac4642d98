"""One country of the programme: its status through the years, its regions, its languages, whom to write to."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from unicodedata import normalize

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

CENTRAL_NODE = "eu"
"""The node of the Central Support Service, which is not a country."""

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Mailbox = Annotated[str, StringConstraints(pattern=r"^[a-z.]+@[a-z.]+$")]


class UnknownRegion(LookupError):
    """The country has no region of that name."""

    def __init__(self, country: str, region: str) -> None:
        super().__init__(f"{country} has no region named {region!r}")
        self.country = country
        self.region = region


class Data(BaseModel):
    """A frozen part of `nodes.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Status(StrEnum):
    """What a country is to the programme on a given day (FAQ L15)."""

    MEMBER = "member"
    PLUS = "plus"
    WITHDRAWN = "withdrawn"
    OUTSIDE = "outside"
    """Not yet in the programme on that day."""


class Since(Data):
    """A status and the first day on which it holds."""

    status: Literal[Status.MEMBER, Status.PLUS, Status.WITHDRAWN]
    since: date


class FormerName(Data):
    """A name that was displayed up to and including `until`: the ISO code is stable, the label is dated."""

    name: str
    until: date


class Adoption(Data):
    """From `since` on this node follows the policy `policy` (an id without a version) for its kind."""

    policy: str
    since: date


class Admission(Data):
    """Whether a country accepts new teachers and schools; true in a condition when it does."""

    accepted: bool
    reason: Literal["withdrawn", "not_yet_in_programme"] | None = None
    since: date | None = None
    """The first day of a withdrawal."""

    def __bool__(self) -> bool:
        return self.accepted


class CentralService(Data):
    """The Central Support Service (CSS): a node, not a country."""

    name: str
    languages: tuple[Language, ...] = Field(min_length=1)
    time_zone: str
    support: Mailbox


class Country(Data):
    """A country by its ISO 3166-1 code, as `nodes.toml` describes it."""

    code: CountryCode
    name: str
    former_names: tuple[FormerName, ...] = ()
    history: tuple[Since, ...] = Field(min_length=1)
    languages: tuple[Language, ...] = Field(min_length=1)
    time_zone: str
    """IANA name; the capital's where a country has several."""
    support: Mailbox
    regions: tuple[str, ...] = ()
    adoptions: tuple[Adoption, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "Country":
        days = [entry.since for entry in self.history]
        if days != sorted(set(days)):
            raise ValueError("the history of a country is in the order of its days, one status a day")
        return self

    @property
    def node(self) -> str:
        """The code of the country's node, as it stands in an event's source: `fr`."""
        return self.code.lower()

    def name_on(self, on: date) -> str:
        """The name displayed on that day."""
        return next((former.name for former in self.former_names if on <= former.until), self.name)

    def status_on(self, on: date) -> Status:
        """The status on that day; `OUTSIDE` before the first entry."""
        current = self._entry_on(on)
        return Status.OUTSIDE if current is None else current.status

    def accepts_registrations(self, on: date) -> Admission:
        """Whether teachers and schools of this country may register on that day; a withdrawn country's may not."""
        current = self._entry_on(on)
        if current is None:
            return Admission(accepted=False, reason="not_yet_in_programme")
        if current.status is Status.WITHDRAWN:
            return Admission(accepted=False, reason="withdrawn", since=current.since)
        return Admission(accepted=True)

    def withdrawn_since(self, on: date) -> date | None:
        """The first day of the withdrawal that holds on that day."""
        current = self._entry_on(on)
        return current.since if current is not None and current.status is Status.WITHDRAWN else None

    def _entry_on(self, on: date) -> Since | None:
        """The latest entry of the history, which is in order of days, that had begun on that day."""
        return next((entry for entry in reversed(self.history) if entry.since <= on), None)

    def region(self, name: str) -> str:
        """The region's name as `nodes.toml` spells it, whatever the case or Unicode form of `name`.

        Raises `UnknownRegion`, always so for a country without regions: there the national representative decides.
        """
        wanted = _folded(name)
        for region in self.regions:
            if _folded(region) == wanted:
                return region
        raise UnknownRegion(self.code, name)


def _folded(name: str) -> str:
    return normalize("NFC", name.strip()).casefold()
