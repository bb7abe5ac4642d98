"""What was encoded once is read back as it was, whatever it is; what is no event of ours is refused by name."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.contracts.base import Event
from shared.contracts.catalogue import CATALOGUE, codec
from shared.contracts.envelope import Undecodable, UnknownEventType, digest, encode
from tests.contracts.corpus import CORPUS, Line
from tests.contracts.strategies import envelopes, events

EVENTS = [event for events_ in CATALOGUE.values() for event in events_]
LINE = CORPUS[0].raw
CODEC = codec()


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: f"{cls.SERVICE}.{cls.__name__}")
@settings(max_examples=20)
@given(data=st.data())
def test_every_event_survives_encoding(cls: type[Event], data: st.DataObject) -> None:
    event = data.draw(events(cls))
    envelope = data.draw(envelopes(event))
    raw = encode(envelope)
    recorded = CODEC.decode(raw)
    assert recorded.event == event
    assert type(recorded.event) is cls
    assert recorded.envelope == envelope
    assert encode(recorded.envelope) == raw == recorded.raw
    assert CODEC.event(raw) == event
    assert type(CODEC.event(raw)) is cls


@given(st.binary(max_size=200))
@example(b'{"type": "\xff", "data": {}}')
@example(b'{"type": "x", "data": ' + b"[" * 100_000)
def test_no_bytes_make_the_decoder_fail_otherwise(raw: bytes) -> None:
    for read in (CODEC.decode, CODEC.event):
        with pytest.raises(Undecodable):
            read(raw)


def test_the_event_alone_is_refused_for_its_type_and_for_its_data() -> None:
    assert CODEC.event(LINE) == CODEC.decode(LINE).event
    unknown = LINE.replace(b".v1", b".v999")
    with pytest.raises(UnknownEventType):
        CODEC.event(unknown)
    body = json.loads(LINE)
    with pytest.raises(Undecodable, match="faults in the data"):
        CODEC.event(json.dumps(body | {"data": body["data"] | {"surplus": 1}}).encode())


@given(at=st.integers(0, len(LINE) - 1), byte=st.integers(0, 255))
def test_a_flipped_byte_is_refused_or_shows_in_the_hash(at: int, byte: int) -> None:
    raw = LINE[:at] + bytes([byte]) + LINE[at + 1 :]
    try:
        recorded = CODEC.decode(raw)
    except Undecodable:
        return
    assert (digest(recorded.raw) == digest(LINE)) is (raw == LINE)


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"null", b"[]", b"{}", b'"text"', b"{" * 5_000, LINE[:-1]])
def test_what_is_no_envelope_is_undecodable(raw: bytes) -> None:
    with pytest.raises(Undecodable) as refused:
        CODEC.decode(raw)
    assert type(refused.value) is Undecodable


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("specversion", "0.3"),
        ("type", "eu.etwinning.registration.Teacher Registered.v1"),
        ("source", "registration"),
        ("time", "2026-11-24T10:00:00"),
        ("time", "2026-11-24T10:00:00+01:00"),
        ("streamversion", 0),
        ("eventindex", -1),
        ("data", None),
        ("data", []),
        ("mood", "an attribute that nobody knows"),
    ],
)
def test_a_wrong_attribute_is_undecodable(attribute: str, value: object) -> None:
    with pytest.raises(Undecodable):
        CODEC.decode(_with({attribute: value}))


@pytest.mark.parametrize("data", [{}, {"school": 7}, {"unknown": "field"}])
def test_data_against_its_schema_is_undecodable(data: dict[str, object]) -> None:
    with pytest.raises(Undecodable) as refused:
        CODEC.decode(_with({"data": data}))
    assert type(refused.value) is Undecodable


@pytest.mark.parametrize(
    "type_name", ["eu.etwinning.registration.TeacherSang.v1", "eu.etwinning.registration.SchoolRegistered.v9"]
)
def test_an_unknown_type_says_which(type_name: str) -> None:
    with pytest.raises(UnknownEventType) as refused:
        CODEC.decode(_with({"type": type_name}))
    assert refused.value.type_name == type_name
    assert CODEC.open(_with({"type": type_name})).type == type_name


@pytest.mark.parametrize("line", CORPUS, ids=str)
def test_a_refusal_shows_nothing_of_the_data(line: Line) -> None:
    with pytest.raises(Undecodable) as refused:
        CODEC.decode(line.with_data({"canary": "canary-value"}))
    assert "canary" not in str(refused.value)


def _with(changes: dict[str, object]) -> bytes:
    return json.dumps(json.loads(LINE) | changes).encode()
