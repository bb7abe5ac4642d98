"""Decisions about registered schools: corrected, moved, closed, merged, imported; the matrix of offices."""

from typing import Any

import pytest

from services.registration.commands import (
    CloseSchool,
    ConfirmDirectorContact,
    CorrectSchool,
    DescribeSchool,
    DismissDirectorContact,
    ImportSchool,
    MergeSchool,
    MoveSchool,
    OfOffice,
    RecordDirectorContact,
    ReopenSchool,
)
from services.registration.school import (
    MAY,
    SCHOOL,
    MergedAcrossCountries,
    NoSuchSchool,
    NotMergedIntoItself,
    SchoolClosedForRegistration,
    SchoolMergedIntoAnother,
    SchoolNotAdmitted,
    SchoolOutsideYourOffice,
    SurvivorNotOpen,
)
from shared.contracts.base import Event
from shared.contracts.registration import (
    DirectorContactDismissed,
    SchoolClosed,
    SchoolCorrected,
    SchoolDescribed,
    SchoolMerged,
    SchoolMoved,
    SchoolReopened,
)
from tests.given import given
from tests.services.recorded import START
from tests.services.registration.school_happened import (
    CLOSED,
    MADRID,
    MERGED,
    NSO,
    REPRESENTATIVE,
    SCHOOL_ID,
    ask,
    record,
    registered,
    suggested,
    updated,
)

ACTS: dict[type[OfOffice], dict[str, Any]] = {
    CorrectSchool: {"name": "Dos", "city": "Madrid", "postal_code": "28001"},
    DescribeSchool: {"levels": ("primary",), "mail_domain": "uno.example"},
    MoveSchool: {"region": None},
    CloseSchool: {"reason": "not_official"},
    ReopenSchool: {},
    MergeSchool: {"into": "ES-2", "into_country": "ES", "into_open": True},
    RecordDirectorContact: {"contact": record("a")},
    ConfirmDirectorContact: {"suggestion": record("a").id},
    DismissDirectorContact: {"suggestion": record("a").id},
}
EXPECTED: dict[type[OfOffice], tuple[list[Event], Event]] = {
    CorrectSchool: (
        [], SchoolCorrected(school=SCHOOL_ID, country="ES", name="Dos", city="Madrid", postal_code="28001"),
    ),
    DescribeSchool: (
        [], SchoolDescribed(school=SCHOOL_ID, country="ES", levels=("primary",), mail_domain="uno.example"),
    ),
    MoveSchool: ([], SchoolMoved(school=SCHOOL_ID, country="ES", region=None, from_region=MADRID)),
    CloseSchool: ([], CLOSED),
    ReopenSchool: ([CLOSED], SchoolReopened(school=SCHOOL_ID, country="ES")),
    MergeSchool: ([], MERGED),
    RecordDirectorContact: ([], updated("a", "representative")),
    ConfirmDirectorContact: ([suggested()], updated("a", "teacher")),
    DismissDirectorContact: (
        [suggested()],
        DirectorContactDismissed(school=SCHOOL_ID, country="ES", contact=record("a"), suggested_by="ana"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ACTS)
def test_an_officer_decides_once(kind: type[OfOffice]) -> None:
    before, event = EXPECTED[kind]
    known = given(SCHOOL, registered(), *before).when(ask(kind, **ACTS[kind])).then(event)
    if kind is MoveSchool:
        known = given(SCHOOL, registered(region=None))
    if kind is not DismissDirectorContact:
        known.when(ask(kind, **ACTS[kind])).then_nothing()


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize(
    "office",
    [
        NSO | {"office_country": "FR"}, REPRESENTATIVE | {"office_region": "Galicia"}, NSO | {"office": "assessor"},
        NSO | {"office_country": None, "office": "central_support_officer"},
    ],
)  # fmt: skip
def test_no_office_of_another_place_or_kind_decides(kind: type[OfOffice], office: dict[str, Any]) -> None:
    before, _ = EXPECTED[kind]
    given(SCHOOL, registered(), *before).when(ask(kind, office, **ACTS[kind])).then_refused(SchoolOutsideYourOffice)


@pytest.mark.parametrize("kind", ACTS)
def test_a_representative_decides_what_the_matrix_says(kind: type[OfOffice]) -> None:
    before, event = EXPECTED[kind]
    asked = given(SCHOOL, registered(), *before).when(ask(kind, REPRESENTATIVE, **ACTS[kind]))
    if kind in {CorrectSchool, DescribeSchool, RecordDirectorContact, ConfirmDirectorContact, DismissDirectorContact}:
        assert "representative" in MAY[kind]
        asked.then(event)
    else:
        asked.then_refused(SchoolOutsideYourOffice)


@pytest.mark.parametrize("kind", ACTS)
def test_nothing_is_decided_about_no_school_and_little_about_a_merged_one(kind: type[OfOffice]) -> None:
    given(SCHOOL).when(ask(kind, **ACTS[kind])).then_refused(NoSuchSchool)
    merged = given(SCHOOL, registered(), MERGED).when(ask(kind, **ACTS[kind]))
    if kind is ReopenSchool:
        merged.then(SchoolReopened(school=SCHOOL_ID, country="ES"))
    elif kind is MergeSchool:
        merged.then_nothing()
    else:
        merged.then_refused(SchoolMergedIntoAnother, into="ES-2")


def merge(into: str = "ES-2", country: str | None = "ES", open_: bool = True) -> MergeSchool:
    merging: MergeSchool = ask(MergeSchool, into=into, into_country=country, into_open=open_)
    return merging


def test_a_school_merges_only_into_another_open_one_of_its_country() -> None:
    school = given(SCHOOL, registered())
    school.when(merge(SCHOOL_ID)).then_refused(NotMergedIntoItself)
    school.when(merge("FR-2", "FR")).then_refused(MergedAcrossCountries)
    school.when(merge(open_=False)).then_refused(SurvivorNotOpen)
    school.when(merge(country=None, open_=False)).then_refused(SurvivorNotOpen)
    school.when(merge()).then(MERGED).when(merge("ES-3")).then_refused(SchoolMergedIntoAnother, into="ES-2")


def test_a_closed_school_may_turn_out_a_duplicate_and_a_merge_is_undone_by_reopening() -> None:
    merged = given(SCHOOL, registered(), CLOSED).when(merge()).then(MERGED)
    reopened = merged.when(ask(ReopenSchool)).then(SchoolReopened(school=SCHOOL_ID, country="ES"))
    reopened.when(merge("ES-3")).then(SchoolMerged(school=SCHOOL_ID, country="ES", into="ES-3"))


def line(**changes: Any) -> ImportSchool:
    data = {
        "at": START, "school": SCHOOL_ID, "country": "ES", "official_id": "1", "name": "Uno", "city": "Madrid",
        "postal_code": "28001", "region": MADRID, "region_said": True, "levels": None, "mail_domain": None,
        "director_contact": None, "closed": None, "not_admitted": None,
    } | changes  # fmt: skip
    return ImportSchool.model_validate(data)


def test_a_line_registers_describes_and_gives_the_director_in_one_commit() -> None:
    full = line(levels=("primary",), mail_domain="uno.example", director_contact=record("a"), closed=False)
    described = SchoolDescribed(school=SCHOOL_ID, country="ES", levels=("primary",), mail_domain="uno.example")
    school = given(SCHOOL).when(full).then(registered(), described, updated("a", "import"))
    school.when(line(levels=("primary",), mail_domain="uno.example")).then_nothing()
    school.when(line()).then_nothing()


def test_a_changed_line_becomes_what_changed_never_a_refusal() -> None:
    corrected = SchoolCorrected(school=SCHOOL_ID, country="ES", name="Único", city="Madrid", postal_code="28001")
    moved = SchoolMoved(school=SCHOOL_ID, country="ES", region=None, from_region=MADRID)
    closed = SchoolClosed(school=SCHOOL_ID, country="ES", reason="closed_in_register")
    asked = line(name="Único", postal_code=None, region=None, closed=True, director_contact=record("a"))
    school = given(SCHOOL, registered()).when(asked).then(corrected, moved, closed, updated("a", "import", None))
    school.when(line(name="Único", region_said=False, region=None, closed=False)).then(
        SchoolReopened(school=SCHOOL_ID, country="ES")
    )


def test_an_import_opens_nothing_that_an_officer_closed_and_leaves_a_merged_school() -> None:
    given(SCHOOL, registered(), CLOSED).when(line(closed=False)).then_nothing()
    given(SCHOOL, registered(), MERGED).when(line(name="Otro", closed=True)).then_nothing()


def test_a_country_that_has_left_gets_no_new_school_but_its_schools_are_corrected() -> None:
    given(SCHOOL).when(line(not_admitted="withdrawn")).then_refused(SchoolNotAdmitted, reason="withdrawn")
    given(SCHOOL).when(line(closed=True)).then_refused(SchoolClosedForRegistration)
    corrected = SchoolCorrected(school=SCHOOL_ID, country="ES", name="Dos", city="Madrid", postal_code="28001")
    given(SCHOOL, registered()).when(line(name="Dos", not_admitted="withdrawn")).then(corrected)
