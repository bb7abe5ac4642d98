"""The 42 countries of the programme (FAQ L15), their status through the years, their regions."""

import csv
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.nodes import CENTRAL_NODE, Country, Status, UnknownCountry, UnknownRegion, load_nodes

NODES = load_nodes()
TODAY = date(2026, 11, 24)
SCHOOLS = Path(__file__).parents[3] / "deploy" / "data" / "schools.csv"

MEMBERS = (
    "AL DE AT BE BA BG CY HR DK SK SI ES EE FI FR MK GR NL HU IE IS IT LV LI LT LU MT NO PL PT CZ RO RS SE TR"
).split()
PLUS = "AM AZ GE MD TN UA".split()


def school_rows() -> list[dict[str, str]]:
    with SCHOOLS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_programme_has_the_42_countries_of_the_faq() -> None:
    assert sorted(country.code for country in NODES.countries) == sorted([*MEMBERS, *PLUS, "GB"])
    assert len(NODES.countries) == 42


@pytest.mark.parametrize("code", MEMBERS)
def test_a_main_country_is_a_member_today(code: str) -> None:
    assert NODES.country(code).status_on(TODAY) is Status.MEMBER


@pytest.mark.parametrize("code", PLUS)
def test_a_plus_country_is_plus_only_moldova_included(code: str) -> None:
    assert NODES.country(code).status_on(TODAY) is Status.PLUS


def test_the_united_kingdom_is_a_member_up_to_the_last_day_of_2020() -> None:
    kingdom = NODES.country("GB")
    left = date(2021, 1, 1)
    assert kingdom.status_on(left - timedelta(days=1)) is Status.MEMBER
    assert kingdom.status_on(left) is Status.WITHDRAWN
    assert kingdom.accepts_registrations(left - timedelta(days=1))
    refused = kingdom.accepts_registrations(left)
    assert (refused.accepted, refused.reason, refused.since) == (False, "withdrawn", left)


def test_a_country_takes_no_registrations_before_it_enters() -> None:
    before = NODES.country("RO").history[0].since - timedelta(days=1)
    assert NODES.country("RO").status_on(before) is Status.OUTSIDE
    assert NODES.country("RO").accepts_registrations(before).reason == "not_yet_in_programme"


@pytest.mark.parametrize(
    ("code", "today", "then"),
    [("MK", "North Macedonia", "FYROM"), ("NL", "Netherlands", "Holland"), ("TR", "Türkiye", "Turkey")],
)
def test_a_renamed_country_keeps_its_code_and_dates_its_name(code: str, today: str, then: str) -> None:
    country = NODES.country(code)
    assert country.name_on(TODAY) == country.name == today
    last_day = country.former_names[0].until
    assert country.name_on(last_day) == then
    assert country.name_on(last_day + timedelta(days=1)) == today


@pytest.mark.parametrize("code", ["XX", "fr", "", CENTRAL_NODE])
def test_what_is_no_country_is_unknown_the_central_node_included(code: str) -> None:
    with pytest.raises(UnknownCountry) as refusal:
        NODES.country(code)
    assert refusal.value.code == code


@pytest.mark.parametrize("country", NODES.countries, ids=lambda country: country.code)
def test_every_country_has_a_real_time_zone_and_its_own_mailbox(country: Country) -> None:
    assert ZoneInfo(country.time_zone).key == country.time_zone
    assert country.support == f"support@{country.node}.etwinning.example"


def test_every_region_of_the_schools_list_is_known() -> None:
    named = {(row["country"], row["region"]) for row in school_rows() if row["region"]}
    assert {country for country, _ in named} == {"DE", "ES", "FR", "IT"}
    for country, region in named:
        assert NODES.country(country).region(region) == region


def test_of_the_schools_list_only_the_three_of_the_united_kingdom_are_refused() -> None:
    refused = [row for row in school_rows() if not NODES.country(row["country"]).accepts_registrations(TODAY)]
    assert len(school_rows()) - len(refused) == 5228
    assert [row["country"] for row in refused] == ["GB"] * 3


def test_a_region_is_found_in_any_case_and_unicode_form_and_answered_as_written() -> None:
    assert NODES.country("ES").region(" andaluci\u0301A ") == "Andalucía"


@pytest.mark.parametrize(("code", "region"), [("ES", "Bayern"), ("ES", ""), ("PT", "Lisboa")])
def test_an_unknown_region_is_refused_by_name(code: str, region: str) -> None:
    with pytest.raises(UnknownRegion) as refusal:
        NODES.country(code).region(region)
    assert (refusal.value.country, refusal.value.region) == (code, region)
