"""Who acts on a case, and until when.

The node's policy names the office, the place of the school the person, the case who has it.

One table of offices, places and acts, tried cell by cell in tests/services/validation.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol, assert_never

from shared.contracts.base import Country
from shared.nodes import Nodes
from shared.nodes.policies import DirectorQuestion, Validation
from shared.nodes.programme import NoPolicyInForce

HeldBy = Literal["representative", "national_support"]
"""The office that has the case: the representative from the start, the national support service once it took over."""

Owner = Literal["representative", "national_support", "director", "teacher"]
"""Who has to do something next."""

Act = Literal["confirm_contact", "record_approval", "report", "pass_on", "validate", "reject", "uphold", "reopen"]
"""What an officer does to a case."""


@dataclass(frozen=True)
class Rules:
    """What the node's policies of one day say about a case: looked up before a decision or a deadline.

    `version`: the validation policy's reference, `director_version` that of the question to the director; `language`:
    the director's, which is the node's first; `withdrawn_since`: the day on which the country left the programme.
    """

    version: str
    director_version: str
    validation: Validation
    director: DirectorQuestion
    director_link: timedelta
    language: str
    withdrawn_since: date | None


def rules_of(nodes: Nodes, country: str, on: date) -> Rules:
    """The policies in force for the country (ISO code) on that day; raises what `nodes.policy` raises."""
    validation, director = nodes.policy(country, "validation", on), nodes.policy(country, "director", on)
    found = nodes.country(country)
    return Rules(
        version=validation.reference,
        director_version=director.reference,
        validation=validation.content,
        director=director.content,
        director_link=nodes.policy(country, "deadlines", on).content.director_link,
        language=found.languages[0],
        withdrawn_since=found.withdrawn_since(on),
    )


def validates_again(nodes: Nodes, country: str, on: date) -> bool:
    """Whether somebody who is validated in that country is validated anew at another school there (rules §4.1)."""
    try:
        return nodes.policy(country, "validation", on).content.again_on_school_change
    except NoPolicyInForce:
        return True


class Seat(Protocol):
    """The office somebody acts in."""

    @property
    def kind(self) -> Literal["representative", "national_support_officer"]: ...
    @property
    def country(self) -> Country: ...
    @property
    def region(self) -> str | None: ...


def in_charge(seat: Seat, country: str, region: str | None) -> bool:
    """The representative whose region or country holds the school.

    A school without a region belongs to its country's national representative, or to the national support service.
    """
    if seat.country != country:
        return False
    if seat.kind == "national_support_officer":
        return region is None
    return seat.region is None or seat.region == region


def may_act(act: Act, seat: Seat, country: str, region: str | None, held_by: HeldBy, decided_by: HeldBy) -> bool:
    """Whether this office may do this to a case of that place.

    `held_by`: who has the case. `decided_by`: who ends it under the node's policy; `national_support`: the
    representative reports and the national support service decides (practice in Spain); `representative`: FAQ L20.
    """
    if seat.country != country:
        return False
    national = seat.kind == "national_support_officer"
    holds = national if held_by == "national_support" else in_charge(seat, country, region)
    match act:
        case "confirm_contact" | "record_approval":
            return holds
        case "validate" | "reject":
            return national if decided_by == "national_support" else holds
        case "report":
            return decided_by == "national_support" and held_by == "representative" and holds and not national
        case "pass_on":
            return holds and not national
        case "uphold" | "reopen":
            return national
        case _:
            assert_never(act)


def owner(
    *, held_by: HeldBy, ended: bool, contested: bool, answered: bool, director_awaited: bool, certificate_awaited: bool
) -> Owner | None:
    """Who has to do something next; nobody once the case has ended. A case has an owner at any other time.

    Contested, it is the national support service, whoever else was asked before. An unanswered question is the
    director's, a certificate that is asked for the teacher's, all else the office's that has the case. Once the
    national support service took it over, it waits for neither of what was asked before: that is why it has it. Only
    a question of its own is the director's again.
    """
    if ended:
        return None
    if contested or answered:
        return held_by
    if director_awaited:
        return "director"
    if certificate_awaited and held_by == "representative":
        return "teacher"
    return held_by
