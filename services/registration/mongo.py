"""Secrets in plain collections of registration's own database: never events, never in Kafka (design §2).

An account follows from its stream: the credential that the stream settled on last says which password counts, and its
number that no earlier one comes back. So a crash between the commit and the account is healed by whoever looks next,
and a session that was opened with another password ends, deleted or not.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from shared.contracts.base import RecordRef
from shared.mongo import Collection, Database, Document, DuplicateKeyError, IndexModel, durable
from shared.private_records.marks import Marks
from shared.private_records.proof import Count

ACCOUNTS, CREDENTIALS, SESSIONS = "accounts", "credentials", "sessions"
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    CREDENTIALS: (
        IndexModel([("subject", 1)], name="subject"),
        IndexModel([("expires", 1)], name="expires"),
    ),
    SESSIONS: (IndexModel([("person", 1)], name="person"), IndexModel([("expires", 1)], name="expires")),
    ACCOUNTS: (
        IndexModel([("review", 1)], name="review"),
        IndexModel([("reviewed_under", 1)], name="reviewed_under"),
    ),
}
SESSION_LIFETIME = timedelta(days=30)
KEPT_AFTER_LINK = timedelta(days=7)
"""How long a password that a link brought is kept after the link's end: the account may still have to be made of it."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A password that waits for its stream to settle on it, the `number`-th of its account; and the name given with it.

    `id`: the attempt that it came with; for a reset, what the commit names.
    """

    id: str
    subject: str
    hash: str
    name: RecordRef | None = None
    number: int = 1


@dataclass(frozen=True, slots=True)
class Settled:
    """The credential that a stream settled on, and the how many-th of the account it is."""

    credential: str
    number: int


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in. `credential`: what the hash was made from."""

    person: str
    hash: str
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Whose it is, and the credential that it was opened with."""

    person: str
    credential: str | None


@dataclass(frozen=True, slots=True)
class Access:
    """When somebody was here last."""

    person: str
    last_access: date


@dataclass(frozen=True, slots=True)
class Traces:
    """What is kept about somebody beside the account's password: never a secret, nor a hash of one."""

    last_access: date | None
    sessions: int
    passwords_waiting: int


class Accounts:
    """Accounts, the passwords of open attempts, and sessions."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._accounts = durable(database, ACCOUNTS)
        self._credentials = durable(database, CREDENTIALS)
        self._sessions = durable(database, SESSIONS)
        self._marks = Marks(database, clock)
        self._clock = clock

    async def keep(self, credential: Credential, until: datetime) -> None:
        """Keeps a password for a commit to come; under the same id, another replaces it."""
        document: Document = {
            "subject": credential.subject,
            "hash": credential.hash,
            "name": credential.name and credential.name.model_dump(),
            "number": credential.number,
            "expires": until,
        }
        await self._credentials.replace_one({"_id": credential.id}, document, upsert=True)
        await self._take_back(credential.subject)

    async def credential(self, credential: str) -> Credential | None:
        found = await self._credentials.find_one({"_id": credential})
        return None if found is None else _credential(found)

    async def open(self, person: str, settled: Settled) -> Account | None:
        """Makes the account of what its stream settled on, or gives it that password; a later one stays as it is."""
        kept = await self.credential(settled.credential)
        if kept is not None and kept.subject == person:
            await self._settle(person, kept.hash, settled)
            await self._take_back(person)
            # Only what is no later: the next one may be kept already, and its commit under way.
            await self._credentials.delete_many({"subject": person, "number": {"$lte": settled.number}})
        return await self.account(person)

    async def _settle(self, person: str, encoded: str, settled: Settled) -> None:
        earlier = {"_id": person, "number": {"$not": {"$gte": settled.number}}}
        changes = {"hash": encoded, "credential": settled.credential, "number": settled.number}
        first = {"last_access": self._today(), "review": self._today()}
        with suppress(DuplicateKeyError):  # it has this password, or a later one
            await self._accounts.update_one(earlier, {"$set": changes, "$setOnInsert": first}, upsert=True)

    async def account(self, person: str) -> Account | None:
        found = await self._accounts.find_one({"_id": person})
        return None if found is None else Account(person, found["hash"], found.get("credential"))

    async def rehash(self, account: Account, new_hash: str) -> None:
        """Keeps a hash of the same password made with today's parameters, unless there is another by now."""
        same = {"_id": account.person, "hash": account.hash}
        await self._accounts.update_one(same, {"$set": {"hash": new_hash}})

    async def came(self, person: str) -> int | None:
        """Notes today as the day of the last access (FAQ L25); never an earlier one than is there.

        Returns:
            The version of the profile that a step was written for, 0 without one; nothing without an account.
        """
        today = self._today()
        earlier = {"_id": person, "last_access": {"$lt": today}}
        await self._accounts.update_one(earlier, {"$set": {"last_access": today}})
        found = await self._accounts.find_one({"_id": person})
        return None if found is None else int(found.get("closing", 0))

    async def close(self, person: str, last_access: date, version: int) -> bool:
        """Marks the account for a step at that version of the profile, if nobody came since that day."""
        still = {"_id": person, "last_access": last_access.isoformat()}
        return (await self._accounts.update_one(still, {"$set": {"closing": version}})).matched_count == 1

    async def to_review(self, outdated: Sequence[str]) -> list[Access]:
        """Accounts for which something may be due, or that were last reviewed under one of these policies."""
        due = await self._accounts.find({"review": {"$lte": self._today()}}).to_list(None)
        changed = await self._accounts.find({"reviewed_under": {"$in": list(outdated)}}).to_list(None)
        found = {one["_id"]: one["last_access"] for one in (*due, *changed)}
        return [Access(person, date.fromisoformat(day)) for person, day in found.items()]

    async def reviewed(self, person: str, again: date, under: str) -> None:
        """Nothing is due before that day under that policy."""
        changes = {"review": again.isoformat(), "reviewed_under": under}
        await self._accounts.update_one({"_id": person}, {"$set": changes})

    async def never_review(self, person: str) -> None:
        """Nothing will ever be due: an officer's account, or one that is about to be erased."""
        await self._accounts.update_one({"_id": person}, {"$unset": {"review": "", "reviewed_under": ""}})

    async def open_session(self, account: Account) -> str:
        """A new opaque session; only its hash is stored."""
        token = secrets.token_urlsafe(32)
        expires = self._clock() + SESSION_LIFETIME
        opened = {"person": account.person, "credential": account.credential, "expires": expires}
        await self._sessions.insert_one({"_id": _hashed(token), **opened})
        await self._take_back(account.person)
        return token

    async def session(self, token: str) -> Session | None:
        """What this session is, while it lasts."""
        found = await self._sessions.find_one({"_id": _hashed(token)})
        if found is None or self._clock() >= found["expires"]:
            return None
        return Session(found["person"], found.get("credential"))

    async def close_sessions(self, person: str) -> None:
        await self._sessions.delete_many({"person": person})

    async def traces(self, person: str) -> Traces:
        """For the person's export."""
        found = await self._accounts.find_one({"_id": person})
        return Traces(
            last_access=None if found is None else date.fromisoformat(found["last_access"]),
            sessions=await self._sessions.count_documents({"person": person}),
            passwords_waiting=await self._credentials.count_documents({"subject": person}),
        )

    def remains(self) -> Mapping[str, Count]:
        """How much is left of a person, by collection."""
        keys = ((self._accounts, "_id"), (self._credentials, "subject"), (self._sessions, "person"))
        return {one.name: partial(_count, one, key) for one, key in keys}

    async def forget(self, person: str) -> None:
        """Deletes everything about a person; the mark of erasure is set before (`Erasure`)."""
        await self._sessions.delete_many({"person": person})
        await self._credentials.delete_many({"subject": person})
        await self._accounts.delete_one({"_id": person})

    async def outdated(self, limit: int = 100) -> list[Credential]:
        """Passwords of attempts that are over."""
        cursor = self._credentials.find({"expires": {"$lt": self._clock()}}).limit(limit)
        return [_credential(found) for found in await cursor.to_list(limit)]

    async def drop(self, credential: Credential) -> None:
        await self._credentials.delete_one({"_id": credential.id})

    async def postpone(self, credential: Credential, until: datetime) -> None:
        """It is not over yet."""
        await self._credentials.update_one({"_id": credential.id}, {"$set": {"expires": until}})

    async def drop_ended_sessions(self) -> None:
        await self._sessions.delete_many({"expires": {"$lt": self._clock()}})

    def _today(self) -> str:
        return self._clock().date().isoformat()

    async def _take_back(self, person: str) -> None:
        """After the write: an erasure that came before it did not see what was written."""
        if await self._marks.has(person):
            await self.forget(person)


async def _count(collection: Collection, key: str, person: str) -> int:
    return await collection.count_documents({key: person})


def _credential(found: Mapping[str, Any]) -> Credential:
    name = found["name"] and RecordRef.model_validate(found["name"])
    return Credential(found["_id"], found["subject"], found["hash"], name, found.get("number", 1))


def _hashed(session: str) -> str:
    return sha256(session.encode()).hexdigest()
