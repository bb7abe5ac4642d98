"""Offices: which place they cover, which capacity they give, when their term runs."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from pydantic import ValidationError

from shared.contracts.registration import OfficeKind as PublishedOfficeKind
from shared.identity.offices import OfficeClaim, OfficeKind, covers, in_term

DAY = datetime(2026, 9, 1, tzinfo=UTC)


def office(kind: OfficeKind, country: str | None = None, region: str | None = None) -> OfficeClaim:
    return OfficeClaim(office_id="o-1", kind=kind, country=country, region=region)


REGIONAL = office(OfficeKind.REPRESENTATIVE, "ES", "Madrid")
NATIONAL = office(OfficeKind.REPRESENTATIVE, "ES")
CENTRAL = office(OfficeKind.CENTRAL_SUPPORT_OFFICER)


@pytest.mark.parametrize(
    ("holder", "country", "region", "expected"),
    [
        (REGIONAL, "ES", "Madrid", True),
        (REGIONAL, "ES", "Galicia", False),
        (REGIONAL, "ES", None, False),
        (REGIONAL, "FR", "Madrid", False),
        (NATIONAL, "ES", None, True),
        (NATIONAL, "ES", "Madrid", True),
        (NATIONAL, "FR", None, False),
        (CENTRAL, "FR", None, True),
        (CENTRAL, "ES", "Madrid", True),
    ],
)
def test_an_office_covers_its_place(holder: OfficeClaim, country: str, region: str | None, expected: bool) -> None:
    assert covers(holder, country, region) is expected


@pytest.mark.parametrize(
    ("holder", "capacity"),
    [
        (REGIONAL, "representative:ES:Madrid"),
        (office(OfficeKind.NATIONAL_SUPPORT_OFFICER, "FR"), "nso:FR"),
        (office(OfficeKind.ASSESSOR, "FR"), "assessor:FR"),
        (CENTRAL, "css"),
    ],
)
def test_an_office_gives_a_capacity(holder: OfficeClaim, capacity: str) -> None:
    assert holder.capacity == capacity


@pytest.mark.parametrize(
    ("kind", "country", "region"),
    [
        (OfficeKind.ASSESSOR, None, None),
        (OfficeKind.CENTRAL_SUPPORT_OFFICER, "ES", None),
        (OfficeKind.NATIONAL_SUPPORT_OFFICER, "ES", "Madrid"),
    ],
)
def test_a_scope_that_does_not_fit_the_kind_is_refused(
    kind: OfficeKind, country: str | None, region: str | None
) -> None:
    with pytest.raises(ValidationError):
        office(kind, country, region)


def test_a_term_includes_its_first_moment_and_not_its_last() -> None:
    end = DAY + timedelta(days=1)
    assert in_term(DAY, DAY, end)
    assert not in_term(end, DAY, end)
    assert not in_term(DAY - timedelta(seconds=1), DAY, None)
    assert in_term(end, DAY, None)


def test_offices_are_those_of_the_published_language() -> None:
    assert set(OfficeKind) == set(get_args(PublishedOfficeKind))
