"""Offices of the programme and their scope, pure (who may act where; the rule itself is each service's decision)."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

TEACHER = "teacher"
DIRECTOR = "director"
SYSTEM = "system"


class OfficeKind(StrEnum):
    REPRESENTATIVE = "representative"
    NATIONAL_SUPPORT_OFFICER = "national_support_officer"
    ASSESSOR = "assessor"
    ADVISER = "adviser"
    JUROR = "juror"
    CENTRAL_SUPPORT_OFFICER = "central_support_officer"
    AUDITOR = "auditor"
    OPERATOR = "operator"


NATIONAL = frozenset(
    {OfficeKind.REPRESENTATIVE, OfficeKind.NATIONAL_SUPPORT_OFFICER, OfficeKind.ASSESSOR, OfficeKind.ADVISER}
)
REGIONAL = frozenset({OfficeKind.REPRESENTATIVE, OfficeKind.ADVISER})

_SHORT = {OfficeKind.NATIONAL_SUPPORT_OFFICER: "nso", OfficeKind.CENTRAL_SUPPORT_OFFICER: "css"}


class OfficeClaim(BaseModel):
    """One office as a token states it: what the holder may claim, not yet what a service has seen.

    `country` is ISO 3166-1 alpha-2, or nothing for a Europe-wide office; `region` is the node's own name for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False)

    office_id: str
    kind: OfficeKind
    country: str | None = None
    region: str | None = None

    @model_validator(mode="after")
    def _scope_fits_the_kind(self) -> Self:
        if self.kind in NATIONAL and self.country is None:
            raise ValueError("a national office needs a country")
        if self.kind is OfficeKind.CENTRAL_SUPPORT_OFFICER and self.country is not None:
            raise ValueError("a central office has no country")
        if self.region is not None and self.kind not in REGIONAL:
            raise ValueError("this office has no region")
        return self

    @property
    def capacity(self) -> str:
        """What events record as the capacity of the actor: `representative:ES:Madrid`, `nso:FR`, `css`."""
        parts = (_SHORT.get(self.kind, self.kind.value), self.country, self.region)
        return ":".join(part for part in parts if part is not None)


def covers(office: OfficeClaim, country: str, region: str | None = None) -> bool:
    """Tell whether `office` is responsible for this country and region.

    A regional office covers its region only; one without a region covers its whole country, and is the only
    one that covers a school without a region; a Europe-wide office covers every country.
    """
    if office.country is None:
        return True
    if office.country != country:
        return False
    return office.region is None or office.region == region


def in_term(now: datetime, since: datetime, until: datetime | None) -> bool:
    """Tell whether `now` lies in an office's term: `since` inclusive, `until` exclusive, nothing = open."""
    return since <= now and (until is None or now < until)


def service_capacity(service: str) -> str:
    """The capacity in which a service itself acts: `service:notifications`."""
    return f"service:{service}"
