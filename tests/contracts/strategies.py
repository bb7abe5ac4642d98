"""Any event that its contract allows, for hypothesis: made from the types of its fields."""

from datetime import UTC, datetime
from string import ascii_letters, digits
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.contracts.base import Event
from shared.contracts.envelope import Envelope

LETTERS = ascii_letters + digits
# `from_regex` makes these too, a hundred times slower.
TEXTS = {
    r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$": st.builds(
        str.__add__, st.sampled_from(LETTERS), st.text(LETTERS + "._:-", max_size=119)
    ),
    r"^[0-9a-f]{64}$": st.binary(min_size=32, max_size=32).map(bytes.hex),
}
CHARACTERS = st.characters(exclude_categories=["Cs"])
MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


def events(cls: type[Event]) -> st.SearchStrategy[Any]:
    """Events of one class."""
    return _model(cls)


def envelopes(event: Event) -> st.SearchStrategy[Envelope]:
    """Envelopes that hold `event`."""
    fixed = {"type": st.just(event.type_name()), "data": st.just(event.model_dump(mode="json"))}
    free = {name: _field(info) for name, info in Envelope.model_fields.items() if name not in fixed}
    return st.builds(Envelope, **free | fixed)


def _model(cls: type[BaseModel]) -> st.SearchStrategy[Any]:
    return st.builds(cls, **{name: _field(info) for name, info in cls.model_fields.items()})


def _field(info: FieldInfo) -> st.SearchStrategy[Any]:
    return _value(info.annotation, tuple(info.metadata))


def _value(annotation: Any, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(arguments[0], arguments[1:])
    if origin in (Union, UnionType):
        return st.one_of(*map(_value, arguments))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(_value(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(st.text(CHARACTERS, max_size=20), _value(arguments[1]), max_size=3)
    return _scalar(annotation, metadata)


def _scalar(annotation: Any, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if annotation is str:
        return _text(metadata)
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(_limit(metadata, "ge", -(2**53)), _limit(metadata, "le", 2**53))
    if annotation is datetime:
        return MOMENTS
    if annotation is NoneType:
        return st.none()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model(annotation)
    raise TypeError(f"no strategy for {annotation}")


def _text(metadata: tuple[Any, ...]) -> st.SearchStrategy[str]:
    pattern = _limit(metadata, "pattern", None)
    if pattern in TEXTS:
        return TEXTS[pattern]
    if pattern is not None:
        # Python's `$` also matches before a last line break; pydantic's does not.
        return st.from_regex(pattern.removesuffix("$") + r"\Z")
    return st.text(CHARACTERS, min_size=_limit(metadata, "min_length", 0), max_size=_limit(metadata, "max_length", 20))


def _limit(metadata: tuple[Any, ...], name: str, otherwise: Any) -> Any:
    found = (getattr(one, name, None) for one in metadata)
    return next((value for value in found if value is not None), otherwise)
