"""No event can carry personal data: only these kinds of values may stand in one, and texts only where listed."""

from collections.abc import Iterator
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from shared.contracts.base import Country, DeliveryName, Event, Identifier, Moment, Reason, RecordRef, Service, Value
from shared.contracts.catalogue import CATALOGUE

# A text that is no identifier, code or moment: a school's own, public data; a place; a language.
PUBLIC_TEXTS = {
    "SchoolRegistered.official_id",
    "SchoolRegistered.name",
    "SchoolRegistered.city",
    "SchoolRegistered.postal_code",
    "SchoolCorrected.name",
    "SchoolCorrected.city",
    "SchoolCorrected.postal_code",
    "SchoolDescribed.mail_domain",
    "SchoolProposalAccepted.official_id",
}
PUBLIC_FIELDS = {"region", "from_region", "locale"}
# The keys of these maps are constants of the code, never what somebody typed.
MAPS = {"NotificationQueued.params"}
PRIVATE_WORDS = {"email", "address", "name", "first_name", "last_name", "phone", "title", "comment", "text", "birth"}
PATTERNS = {
    demand.pattern
    for allowed in (Identifier, Country, Reason, DeliveryName)
    for demand in get_args(allowed)[1:]
    if getattr(demand, "pattern", None)
} | {r"^[0-9a-f]{64}$"}

EVENTS = [event for events in CATALOGUE.values() for event in events]


def free_texts(model: type[BaseModel]) -> list[str]:
    """The fields of `model`, and of the values in it, that could hold anything about anybody."""
    return [
        f"{model.__name__}.{name}"
        for name, info in model.model_fields.items()
        if any(_suspicious(f"{model.__name__}.{name}", kind) for kind in _kinds(info.annotation, tuple(info.metadata)))
    ]


def misnamed(model: type[BaseModel]) -> list[str]:
    """Fields that are called like personal data and are no reference to a private record."""
    return [
        f"{model.__name__}.{name}"
        for name, info in model.model_fields.items()
        if name in PRIVATE_WORDS and info.annotation is not RecordRef and f"{model.__name__}.{name}" not in PUBLIC_TEXTS
    ]


def _suspicious(field: str, kind: tuple[Any, tuple[Any, ...]]) -> bool:
    annotation, metadata = kind
    if annotation is str:
        demanded = {getattr(one, "pattern", None) for one in metadata}
        return not (demanded & PATTERNS or field in PUBLIC_TEXTS or field.partition(".")[2] in PUBLIC_FIELDS)
    if annotation is dict:
        return field not in MAPS
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(free_texts(annotation) or misnamed(annotation))
    return annotation not in (int, bool, datetime, NoneType)


def _kinds(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _kinds(arguments[0], arguments[1:])
    elif origin in (Union, UnionType, tuple):
        for argument in arguments:
            if argument is not Ellipsis:
                yield from _kinds(argument)
    elif origin is dict:
        yield dict, ()
        yield from _kinds(arguments[1])
    elif origin is not Literal:
        yield annotation, metadata


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event.SERVICE}.{event.__name__}")
def test_an_event_holds_nothing_about_a_person(event: type[Event]) -> None:
    assert free_texts(event) == []
    assert misnamed(event) == []


def test_every_exception_is_still_needed() -> None:
    fields = {f"{event.__name__}.{name}" for event in EVENTS for name in event.model_fields}
    assert fields >= PUBLIC_TEXTS | MAPS


class Planted(Event):
    SERVICE: ClassVar[Service] = "registration"


class Comment(Value):
    text: str


@pytest.mark.parametrize(
    "annotation",
    [str, str | None, Annotated[str, "short"], tuple[str, ...], list[str], dict[str, Any], dict[str, str], Any, object,
     Comment, Comment | None, bytes, float],
)  # fmt: skip
def test_a_planted_text_is_found(annotation: Any) -> None:
    planted = type("Planted", (Planted,), {"__annotations__": {"remark": annotation}, "__module__": __name__})
    assert free_texts(planted) == ["Planted.remark"]


@pytest.mark.parametrize(
    "annotation", [Identifier, Country | None, Reason, Moment, RecordRef, Literal["a", "b"], int, tuple[RecordRef, ...]]
)
def test_identifiers_codes_moments_and_references_may_stand_in_an_event(annotation: Any) -> None:
    planted = type("Planted", (Planted,), {"__annotations__": {"remark": annotation}, "__module__": __name__})
    assert free_texts(planted) == []


def test_an_address_hidden_in_an_identifier_is_found_by_its_name_and_refused_by_its_form() -> None:
    planted = type("Planted", (Planted,), {"__annotations__": {"email": Identifier}, "__module__": __name__})
    assert misnamed(planted) == ["Planted.email"]
    with pytest.raises(ValueError, match="email"):
        planted(email="maria@example.org")
