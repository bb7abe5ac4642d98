"""How private records travel between services: over HTTP alone, to a service that signs for itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.base import Identifier, Service
from shared.private_records.records import Erased, Found, Lookup, Missing

MAX_IDS = 500


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FetchRecords(_Wire):
    """Up to 500 record ids."""

    ids: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_IDS)]


class FoundRecord(_Wire):
    """The record, with the salt (hex) that its commitment was made with."""

    status: Literal["found"] = "found"
    subject: str
    kind: str
    fields: dict[str, str]
    salt: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ErasedRecord(_Wire):
    """Erased (410): go on without it."""

    status: Literal["erased"] = "erased"


class MissingRecord(_Wire):
    """Unknown, or not yet known (404): ask again."""

    status: Literal["missing"] = "missing"


RecordAnswer = Annotated[FoundRecord | ErasedRecord | MissingRecord, Field(discriminator="status")]


class FetchedRecords(_Wire):
    """An answer for each id that was asked for."""

    records: dict[str, RecordAnswer]


class AskHeld(_Wire):
    """The pseudonym of the person."""

    person: Identifier


class HeldRecord(_Wire):
    """Something about the person in plain text: taken in here (`written`: when), or a replica of its owner's record."""

    id: str
    kind: str
    fields: dict[str, str]
    written: datetime | None = None


class HeldAnswer(_Wire):
    """Everything that one service holds about one person. `documents`: what its facts say of them, by kind."""

    service: Service
    person: str
    records: list[HeldRecord]
    replicas: list[HeldRecord]
    documents: dict[str, list[dict[str, Any]]]


class ErasureProof(_Wire):
    """What is left of a person in one service.

    `erased_at`: when its mark was set, nothing without one. `left`: how many records, replicas and documents of the
    service's own collections hold something about the person.
    """

    service: Service
    person: str
    erased_at: datetime | None
    left: dict[str, Annotated[int, Field(ge=0)]]

    @property
    def complete(self) -> bool:
        """Erased, and nothing is left."""
        return self.erased_at is not None and not any(self.left.values())


def to_wire(found: Mapping[str, Lookup]) -> FetchedRecords:
    return FetchedRecords(records={record_id: _answer(one) for record_id, one in found.items()})


def from_wire(answer: FetchedRecords) -> dict[str, Lookup]:
    return {record_id: _lookup(one) for record_id, one in answer.records.items()}


def _answer(found: Lookup) -> FoundRecord | ErasedRecord | MissingRecord:
    match found:
        case Found():
            return FoundRecord(subject=found.subject, kind=found.kind, fields=dict(found.fields), salt=found.salt.hex())
        case Erased():
            return ErasedRecord()
        case Missing():
            return MissingRecord()


def _lookup(answer: FoundRecord | ErasedRecord | MissingRecord) -> Lookup:
    match answer:
        case FoundRecord():
            return Found(answer.subject, answer.kind, answer.fields, bytes.fromhex(answer.salt))
        case ErasedRecord():
            return Erased()
        case MissingRecord():
            return Missing()
