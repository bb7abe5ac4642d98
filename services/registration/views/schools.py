"""The register of schools, and proposals, as people search and list them. Pure."""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never

from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    SchoolClosed,
    SchoolCorrected,
    SchoolDescribed,
    SchoolMerged,
    SchoolMoved,
    SchoolProposalAccepted,
    SchoolProposalRefused,
    SchoolProposed,
    SchoolRegistered,
    SchoolReopened,
)
from shared.search.entries import text_fields
from shared.views.view import Fields, View

SchoolEvent: TypeAlias = (
    SchoolRegistered | SchoolCorrected | SchoolDescribed | SchoolMoved | SchoolClosed | SchoolReopened | SchoolMerged
)


def school_keys(recorded: Recorded[Any]) -> Sequence[str]:
    return (recorded.event.school,)


def fold_school(document: Fields | None, recorded: Recorded[Any]) -> Fields:  # noqa: PLR0911
    """A school's own data is public: `{school, country, region, official_id, name, city, postal_code, levels,
    mail_domain, standing, merged_into}`, and what it is found by (`shared.search`): `{text, facets}`.
    """
    known = document or {}
    event: SchoolEvent = recorded.event
    match event:
        case SchoolRegistered():
            standing: Fields = {"levels": [], "mail_domain": None, "standing": "open", "merged_into": None}
            return _findable(standing | known | event.model_dump(mode="json"))
        case SchoolCorrected():
            return _findable(known | {"name": event.name, "city": event.city, "postal_code": event.postal_code})
        case SchoolDescribed():
            return _findable(known | {"levels": list(event.levels), "mail_domain": event.mail_domain})
        case SchoolMoved():
            return _findable(known | {"region": event.region})
        case SchoolClosed():
            return _findable(known | {"standing": "closed"})
        case SchoolReopened():
            return _findable(known | {"standing": "open"})
        case SchoolMerged():
            return _findable(known | {"standing": "merged", "merged_into": event.into})
        case _:
            assert_never(event)


def _findable(school: Fields) -> Fields:
    facets = [f"level:{level}" for level in school["levels"]]
    regions = [] if school["region"] is None else [region_facet(school["country"], school["region"])]
    return school | text_fields(f"{school['name']} {school['city']}", [*facets, *regions])


def region_facet(country: str, region: str) -> str:
    """Regions of two countries may be called alike."""
    return f"region:{country}:{region}"


SCHOOLS = View(
    name="schools",
    version=3,
    keys=school_keys,
    fold=fold_school,
    events=(
        SchoolRegistered,
        SchoolCorrected,
        SchoolDescribed,
        SchoolMoved,
        SchoolClosed,
        SchoolReopened,
        SchoolMerged,
    ),
)


ProposalEvent = SchoolProposed | SchoolProposalAccepted | SchoolProposalRefused


def fold_proposal(document: Fields | None, recorded: Recorded[Any]) -> Fields:
    """`{school, country, region, proposed, details, waiting, official}`: `details` is the private record's id.

    `official` is `FR:0110710M` once an officer accepted: how an import finds the school under its own identifier.
    """
    event: ProposalEvent = recorded.event
    known = document or {}
    match event:
        case SchoolProposed():
            place = {"school": event.school, "country": event.country, "region": event.region}
            proposed = {"proposed": recorded.time.isoformat(), "details": event.details.id}
            return place | proposed | {"waiting": True, "official": None}
        case SchoolProposalAccepted():
            return known | {"waiting": False, "official": f"{event.country}:{event.official_id}"}
        case SchoolProposalRefused():
            return known | {"waiting": False}
        case _:
            assert_never(event)


PROPOSALS = View(
    name="proposals",
    version=1,
    keys=school_keys,
    fold=fold_proposal,
    events=(SchoolProposed, SchoolProposalAccepted, SchoolProposalRefused),
    indexes=(("waiting", "country", "region"), ("official",)),
)
