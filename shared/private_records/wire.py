"""How private records travel between services: over HTTP alone, to a service that signs for itself."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.base import Identifier
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
