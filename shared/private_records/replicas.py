"""Copies of other services' private records, fetched by id from their owner and erased like one's own (design §8)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from shared.contracts.base import Service
from shared.mongo import Database, DuplicateKeyError, IndexModel, durable
from shared.private_records.marks import Marks
from shared.private_records.records import FORGET, Erased, Found, Kept, Lookup, Missing, kept, lookup
from shared.private_records.wire import (
    MAX_IDS,
    AskHeld,
    ErasureProof,
    FetchedRecords,
    FetchRecords,
    HeldAnswer,
    from_wire,
)

A = TypeVar("A", bound=BaseModel)

REPLICAS = "replicas"
REPLICA_INDEXES = (IndexModel([("subject", 1)], name="subject"),)


class OwnerUnavailable(Exception):
    """The owner did not answer as it should. Transient: what needs the record waits, all else goes on."""

    def __init__(self, owner: Service, fault: str) -> None:
        super().__init__(f"{owner}: {fault}")
        self.owner, self.fault = owner, fault


class Owners(Protocol):
    """Whoever can ask the services that took the records in."""

    async def fetch(self, owner: Service, ids: Sequence[str]) -> Mapping[str, Lookup]:
        """What the owner has under each id, at most 500; raises `OwnerUnavailable`."""


class OwnersOverHttp:
    """Asks owners over HTTP. `urls`: base URL by service; `token(audience)`: a fresh service token for it."""

    def __init__(self, http: httpx.AsyncClient, urls: Mapping[str, str], token: Callable[[str], str]) -> None:
        self._http, self._urls, self._token = http, urls, token

    async def fetch(self, owner: Service, ids: Sequence[str]) -> Mapping[str, Lookup]:
        """Raises `OwnerUnavailable`."""
        return from_wire(await self._ask(owner, "fetch", FetchRecords(ids=list(ids)), FetchedRecords))

    async def held(self, owner: Service, person: str) -> HeldAnswer:
        """Everything that the service holds about a person. Raises `OwnerUnavailable`."""
        answer = await self._ask(owner, "held", AskHeld(person=person), HeldAnswer)
        if (answer.service, answer.person) != (owner, person):
            raise OwnerUnavailable(owner, "an answer to another question")
        return answer

    async def proof(self, owner: Service, person: str) -> ErasureProof:
        """What is left of the person there, counted. Raises `OwnerUnavailable`."""
        answer = await self._send("GET", owner, f"erasures/{person}", None, ErasureProof)
        if (answer.service, answer.person) != (owner, person):
            raise OwnerUnavailable(owner, "an answer to another question")
        return answer

    async def _ask(self, owner: Service, what: str, question: BaseModel, answers: type[A]) -> A:
        return await self._send("POST", owner, f"private-records/{what}", question.model_dump(mode="json"), answers)

    async def _send(self, method: str, owner: Service, path: str, body: object, answers: type[A]) -> A:
        headers = {"Authorization": f"Bearer {self._token(owner)}"}
        try:
            answer = await self._http.request(method, f"{self._urls[owner]}/{owner}/{path}", json=body, headers=headers)
            if answer.status_code != 200:
                raise OwnerUnavailable(owner, f"status {answer.status_code}")
            return answers.model_validate_json(answer.content)
        except httpx.HTTPError as error:
            raise OwnerUnavailable(owner, type(error).__name__) from None
        except ValidationError:
            raise OwnerUnavailable(owner, "an answer that is none") from None


class Replicas:
    """This service's copies of other services' records."""

    def __init__(self, database: Database, owners: Owners) -> None:
        self._replicas = durable(database, REPLICAS)
        self._marks = Marks(database)
        self._owners = owners

    async def get(self, owner: Service, ids: Sequence[str]) -> dict[str, Lookup]:
        """Each record from the replica, else from its owner (and kept from then on). `Missing` is never kept.

        Raises:
            OwnerUnavailable: a record is not here, and its owner cannot be asked.
        """
        wanted = list(dict.fromkeys(ids))
        kept = {str(d["_id"]): d for d in await self._replicas.find({"_id": {"$in": wanted}}).to_list(None)}
        answers = {record_id: lookup(kept.get(record_id)) for record_id in wanted}
        absent = [record_id for record_id, answer in answers.items() if isinstance(answer, Missing)]
        for start in range(0, len(absent), MAX_IDS):
            part = absent[start : start + MAX_IDS]
            fetched = await self._owners.fetch(owner, part)
            for record_id in part:
                answers[record_id] = await self._keep(record_id, fetched.get(record_id, Missing()))
        return answers

    async def about(self, subject: str) -> list[Kept]:
        """Every replica about a person."""
        return kept(await self._replicas.find({"subject": subject}).to_list(None))

    async def forget(self, subject: str) -> None:
        """Erases every replica about a person; set the mark first (`Erasure` does)."""
        await self._replicas.update_many({"subject": subject}, FORGET)

    async def _keep(self, record_id: str, fetched: Lookup) -> Lookup:
        match fetched:
            case Missing():
                return fetched
            case Erased():
                await self._insert({"_id": record_id, "erased": True})
                return fetched
            case Found():
                return await self._keep_found(record_id, fetched)

    async def _keep_found(self, record_id: str, found: Found) -> Lookup:
        await self._insert(
            {
                "_id": record_id,
                "subject": found.subject,
                "kind": found.kind,
                "fields": dict(found.fields),
                "salt": found.salt,
            }
        )
        # After the write: an erasure that came before it did not see this replica.
        if not await self._marks.has(found.subject):
            return found
        await self._replicas.update_one({"_id": record_id}, FORGET)
        return Erased()

    async def _insert(self, document: dict[str, object]) -> None:
        # Another process may have fetched it at the same time: records are immutable.
        with suppress(DuplicateKeyError):
            await self._replicas.insert_one(document)
