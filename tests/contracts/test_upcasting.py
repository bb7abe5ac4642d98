"""Old versions are read in the shape of the newest one, and stay as they are. Proven on versions of these tests."""

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from shared.contracts.base import Country, Event, Identifier, Service
from shared.contracts.compatibility import incompatibilities
from shared.contracts.envelope import Codec, Undecodable, UnknownEventType, canonical_json, digest
from shared.contracts.json_schemas import schema_of
from shared.contracts.upcasters import Upcasters
from shared.event_store.aggregate import Aggregate
from tests.contracts.corpus import CORPUS


class MedalGranted(Event):
    """The third version: a medal has a country, and its kind has a name."""

    SERVICE: ClassVar[Service] = "recognition"
    VERSION: ClassVar[int] = 3

    medal: Identifier
    kind: Identifier
    country: Country


V1, V2, V3 = (f"eu.etwinning.recognition.MedalGranted.v{version}" for version in (1, 2, 3))
KINDS = {1: "gold", 2: "silver"}


def name_the_kind(data: dict[str, Any]) -> dict[str, Any]:
    data["kind"] = KINDS[data.pop("rank")]
    return data


def give_a_country(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"country": data["medal"][:2].upper()}


UPCASTERS = Upcasters({V1: (V2, name_the_kind), V2: (V3, give_a_country)})
CODEC = Codec((MedalGranted,), UPCASTERS)
GOLD = MedalGranted(medal="es-7", kind="gold", country="ES")


def written(type_name: str, data: dict[str, Any]) -> bytes:
    return canonical_json(CORPUS[0].attributes | {"type": type_name, "data": data})


OLD = [
    written(V1, {"medal": "es-7", "rank": 1}),
    written(V2, {"medal": "es-7", "kind": "gold"}),
    written(V3, {"medal": "es-7", "kind": "gold", "country": "ES"}),
]


@pytest.mark.parametrize("raw", OLD, ids=["v1", "v2", "v3"])
def test_every_version_is_read_as_the_newest(raw: bytes) -> None:
    assert CODEC.decode(raw).event == GOLD
    assert CODEC.event(raw) == GOLD


def test_the_bytes_and_their_hash_stay_those_that_were_written() -> None:
    recorded = CODEC.decode(OLD[0])
    assert recorded.raw == OLD[0]
    assert digest(recorded.raw) == digest(OLD[0])
    assert (recorded.envelope.type, recorded.envelope.data) == (V1, {"medal": "es-7", "rank": 1})


def test_upcasting_leaves_its_input_alone() -> None:
    data = {"medal": "es-7", "rank": 1}
    assert UPCASTERS.upcast(V1, data) == (V3, {"medal": "es-7", "kind": "gold", "country": "ES"})
    assert data == {"medal": "es-7", "rank": 1}


def test_an_aggregate_folds_versions_side_by_side_and_knows_only_the_newest() -> None:
    @dataclass(frozen=True)
    class Medals:
        countries: tuple[str, ...] = ()

    def evolve(state: Medals, event: MedalGranted) -> Medals:
        return Medals((*state.countries, event.country))

    aggregate = Aggregate("medal", Medals(), evolve, {})
    assert aggregate.fold(CODEC.decode(raw).event for raw in OLD) == Medals(("ES", "ES", "ES"))


def test_a_version_that_leads_nowhere_is_unknown() -> None:
    assert [CODEC.knows(name) for name in (V1, V2, V3)] == [True, True, True]
    assert not Codec((MedalGranted,)).knows(V1)
    with pytest.raises(UnknownEventType):
        Codec((MedalGranted,)).decode(OLD[0])


def test_an_old_version_whose_data_does_not_become_the_newest_is_undecodable() -> None:
    with pytest.raises(Undecodable):
        CODEC.decode(written(V2, {"medal": "es-7", "kind": "gold", "colour": "yellow"}))


def test_the_gate_lets_a_version_go_that_is_upcast_and_no_other() -> None:
    published = {V1: {"type": "object"}, V3: schema_of(MedalGranted)}
    current = {V3: schema_of(MedalGranted)}
    assert incompatibilities(published, current, CODEC.knows) == []
    forgotten = incompatibilities(published, current, Codec((MedalGranted,)).knows)
    assert [found.type_name for found in forgotten] == [V1]
