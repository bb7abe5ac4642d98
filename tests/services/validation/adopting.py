"""A node that has switched a shipped policy on: data that only tests have."""

from datetime import date

from services.validation.policies import Rules, rules_of
from shared.nodes import Nodes, load_nodes
from shared.nodes.country import Adoption

SINCE = date(2026, 11, 1)


def adopting(country: str, policy: str, since: date = SINCE) -> Nodes:
    """The programme's nodes, of which `country` follows `policy` from that day on."""
    nodes = load_nodes()
    adoption = Adoption(policy=policy, since=since)
    countries = tuple(
        one.model_copy(update={"adoptions": (*one.adoptions, adoption)}) if one.code == country else one
        for one in nodes.countries
    )
    return Nodes.model_validate(nodes.model_copy(update={"countries": countries}).model_dump())


def adopted(country: str, policy: str, on: date = date(2026, 11, 24)) -> Rules:
    """What then counts for a case there on that day."""
    return rules_of(adopting(country, policy), country, on)
