"""Who has to act on a case, at any time."""

import pytest

from services.validation.case import CASE
from shared.contracts.base import Event
from tests.services.validation.happened import (
    approved,
    asked,
    certificate_filed,
    certificate_requested,
    contested,
    escalated,
    failed,
    given_time,
    opened,
    rejected,
    reopened,
    reported,
    validated,
)

ASKED = (opened(), *asked())


@pytest.mark.parametrize(
    ("history", "owner"),
    [
        ((opened(),), "representative"),
        (ASKED, "director"),
        ((*ASKED, given_time()), "director"),
        ((*ASKED, failed()), "representative"),
        ((*ASKED, approved()), "representative"),
        ((opened(), certificate_requested()), "teacher"),
        ((opened(), certificate_requested(), certificate_filed()), "representative"),
        ((*ASKED, approved(), reported()), "national_support"),
        ((*ASKED, escalated()), "national_support"),
        ((*ASKED, escalated(), approved()), "national_support"),
        ((opened(), rejected()), None),
        ((*ASKED, rejected(), contested()), "national_support"),
        ((opened(), rejected(), reopened()), "national_support"),
        ((*ASKED, approved(), validated()), None),
    ],
)
def test_an_open_case_has_an_owner_at_any_time(history: tuple[Event, ...], owner: str | None) -> None:
    assert CASE.fold(history).owner == owner
