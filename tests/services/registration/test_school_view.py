"""The register as it is searched: every fact about a school moves what it is found by."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.registration.queries.schools import put_school
from services.registration.views import SCHOOLS, region_facet
from shared.contracts.base import Event
from shared.contracts.registration import (
    SchoolClosed,
    SchoolCorrected,
    SchoolDescribed,
    SchoolMerged,
    SchoolMoved,
    SchoolReopened,
)
from shared.search.entries import question
from shared.search.names import Names
from shared.views.view import Fields
from tests.services.interleavings import assert_same_documents, interleaved
from tests.services.recorded import story
from tests.services.registration import happened as did

CORRECTED = SchoolCorrected(school="ES-1", country="ES", name="Instituto Dos", city="Toledo", postal_code="45001")
DESCRIBED = SchoolDescribed(school="ES-1", country="ES", levels=("primary", "secondary"), mail_domain="ies.example")
MOVED = SchoolMoved(school="ES-1", country="ES", region="Aragón", from_region="Madrid")
CLOSED = SchoolClosed(school="ES-1", country="ES", reason="closed")
REOPENED = SchoolReopened(school="ES-1", country="ES")
MERGED = SchoolMerged(school="ES-1", country="ES", into="ES-2")


def folded(*events: Event) -> Fields:
    document: Fields | None = None
    for one in story("school-ES-1", did.school(), *events):
        document = SCHOOLS.fold(document, one)
    assert document is not None
    return document


def is_found(document: Fields, query: str, *facets: str, scope: tuple[str, ...] = ("open", "ES")) -> bool:
    names = Names()
    put_school(names, document | {"_id": document["school"]})
    return names.find(question(query, facets=facets), scope, 50).identifiers == ["ES-1"]


def test_a_school_is_found_by_parts_of_its_name_and_town_in_its_country_and_everywhere() -> None:
    document = folded()
    for query in ("tituto", "UNO", "madr", "uno madrid"):
        assert is_found(document, query)
        assert is_found(document, query, scope=("open",))
        assert not is_found(document, query, scope=("open", "FR"))
    assert not is_found(document, "toledo")


def test_a_corrected_school_is_found_by_what_it_is_called_now() -> None:
    document = folded(CORRECTED)
    assert is_found(document, "dos toledo")
    assert not is_found(document, "madrid")


def test_levels_and_the_region_narrow_a_search() -> None:
    document = folded(DESCRIBED, MOVED)
    assert is_found(document, "uno", "level:primary", region_facet("ES", "Aragón"))
    assert not is_found(document, "uno", "level:preschool")
    assert not is_found(document, "uno", region_facet("ES", "Madrid"))


def test_a_closed_school_is_found_among_the_closed_and_a_merged_one_nowhere() -> None:
    closed = folded(CLOSED)
    assert not is_found(closed, "uno")
    assert is_found(closed, "uno", scope=("closed", "ES"))
    assert is_found(closed, "uno", scope=("closed",))
    assert is_found(folded(CLOSED, REOPENED), "uno")
    merged = folded(MERGED)
    assert merged["merged_into"] == "ES-2"
    for scope in (("open",), ("closed",)):
        assert not is_found(merged, "uno", scope=scope)


LATER: st.SearchStrategy[list[Any]] = st.lists(
    st.sampled_from([CORRECTED, DESCRIBED, MOVED, CLOSED, REOPENED]), max_size=5
)


@given(LATER, LATER, st.data())
def test_schools_arrive_in_any_order(one: list[Event], two: list[Event], data: st.DataObject) -> None:
    other = [event.model_copy(update={"school": "ES-2"}) for event in (did.school("Otro"), *two)]
    streams = [story("school-ES-1", did.school(), *one), story("school-ES-2", *other)]
    assert_same_documents((SCHOOLS,), data.draw(interleaved(streams)), streams)
