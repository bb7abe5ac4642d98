"""Which policy is in force where and when, and that a published one never changes."""

from datetime import date, timedelta
from importlib.resources import files

import pytest
from pydantic import ValidationError

from shared.nodes import Nodes, NoPolicyInForce, UnknownCountry, UnknownPolicy, load_nodes
from shared.nodes.loading import current_fingerprints, parse_nodes, policy_fingerprints, published_fingerprints

TODAY = date(2026, 11, 24)
TEXT = files("shared.nodes").joinpath("nodes.toml").read_text(encoding="utf-8")


def nodes_with(old: str, new: str) -> Nodes:
    assert TEXT.count(old) >= 1, old
    return parse_nodes(TEXT.replace(old, new, 1))


SPAIN_SWITCHES = nodes_with(
    'name = "Spain"\n',
    'name = "Spain"\nadoptions = [{ policy = "validation.report", since = 2027-01-01 }]\n',
)


def test_the_national_rubric_asks_15_of_25_points_and_none_below_2_and_calls_itself_an_assumption() -> None:
    policy = load_nodes().policy("ES", "nqs", TODAY)
    rubric = policy.content
    assert policy.reference == "nqs.default@1"
    assert policy.assumption is not None
    assert rubric.criteria == ("collaboration", "technology", "pedagogy", "curriculum", "results")
    assert (rubric.points_min, rubric.points_max) == (0, 5)
    assert (rubric.threshold, rubric.minimum_per_criterion) == (15, 2)


def test_the_european_rule_is_the_faqs_immediate_one() -> None:
    policy = load_nodes().policy("eu", "eqs", TODAY)
    assert policy.reference == "eqs.faq@1"
    assert policy.content.award == "immediate"
    assert (policy.content.min_nqs, policy.content.min_nqs_countries, policy.content.min_founding_countries) == (
        2,
        2,
        2,
    )


def test_what_is_mailed_lives_72_hours_or_14_days() -> None:
    deadlines = load_nodes().policy("FR", "deadlines", TODAY).content
    assert deadlines.registration_link == timedelta(hours=72)
    assert deadlines.director_link == deadlines.office_offer == timedelta(days=14)


@pytest.mark.parametrize("country", load_nodes().countries, ids=lambda country: country.code)
def test_every_country_follows_the_faq_until_it_switches(country: object) -> None:
    code = getattr(country, "code", "")
    assert load_nodes().policy(code, "validation", TODAY).content.method == "representative_after_director"
    assert load_nodes().policy(code, "project_approval", TODAY).content.approvers == "both_founding_nodes"


def test_a_shipped_practice_holds_only_where_and_when_a_country_adopts_it() -> None:
    eve = date(2026, 12, 31)
    assert SPAIN_SWITCHES.policy("ES", "validation", eve).reference == "validation.default@1"
    assert SPAIN_SWITCHES.policy("ES", "validation", date(2027, 1, 1)).reference == "validation.report@1"
    assert SPAIN_SWITCHES.policy("FR", "validation", date(2027, 1, 1)).reference == "validation.default@1"


def test_a_new_version_counts_from_its_date_and_the_old_one_stays_citable() -> None:
    second = """
[[policies]]
id = "eqs.faq"
kind = "eqs"
version = 2
valid_from = 2027-09-01
source = "test"
content = { award = "immediate", min_nqs = 3, min_nqs_countries = 2, proposed_by = "granting_national_support", """
    second += "min_proposals = 1, min_founding_countries = 2 }\n\n[countries.AL]"
    nodes = nodes_with("[countries.AL]", second)
    assert nodes.policy("eu", "eqs", date(2027, 8, 31)).reference == "eqs.faq@1"
    assert nodes.policy("eu", "eqs", date(2027, 9, 1)).reference == "eqs.faq@2"
    assert nodes.policy_by_reference("eqs.faq@1").version == 1


def test_before_the_first_policy_there_is_none() -> None:
    with pytest.raises(NoPolicyInForce):
        load_nodes().policy("FR", "nqs", date(2005, 1, 13))


def test_an_unknown_country_or_reference_is_refused() -> None:
    with pytest.raises(UnknownCountry):
        load_nodes().policy("XX", "nqs", TODAY)
    with pytest.raises(UnknownPolicy):
        load_nodes().policy_by_reference("nqs.default@99")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('policy = "eqs.faq"', 'policy = "eqs.never_published"'),
        ("threshold = 15", "threshold = 26"),
        ('id = "nqs.four_a_year"', 'id = "nqs.default"'),
        ('id = "project_approval.directors"\nkind = "project_approval"\nversion = 1',
         'id = "eqs.faq"\nkind = "project_approval"\nversion = 2'),
        ("points_max = 5", "points_max = 5\nunheard_of = 1"),
        ('decided_by = "national_support"', 'decided_by = "representative"'),
        ('director_proof = "signed_certificate"', 'director_proof = "confirmation_link"'),
    ],
)  # fmt: skip
def test_wrong_data_does_not_load(old: str, new: str) -> None:
    with pytest.raises(ValidationError):
        nodes_with(old, new)


def test_no_published_policy_has_changed_or_gone() -> None:
    """A failure here means: publish a new version with its own date. A new version adds its own line, once."""
    assert current_fingerprints() == published_fingerprints()


@pytest.mark.parametrize(
    ("old", "new"),
    [("threshold = 15", "threshold = 14"), ('registration_link = "PT72H"', 'registration_link = "PT24H"')],
)
def test_the_gate_notices_a_changed_policy(old: str, new: str) -> None:
    changed = policy_fingerprints(TEXT.replace(old, new, 1))
    assert changed.keys() == published_fingerprints().keys()
    assert changed != published_fingerprints()


def test_the_gate_notices_a_withdrawn_version() -> None:
    start = TEXT.index('[[policies]]\nid = "eqs.nominated"')
    end = TEXT.index("[[policies]]", start + 1)
    assert policy_fingerprints(TEXT[:start] + TEXT[end:]).keys() < published_fingerprints().keys()
