"""Claims: what makes something unique across streams, without a transaction and without trusting a clock (design §5).

A claim is a plain document: `_id` = keyed HMAC of the normalised address, with the stream and the version of the commit
that it is for. It is true once that commit names it (`claim` in its command's data). Whoever wants a claim that names
another commit first occupies exactly that version, or finds there a commit that does not name it, or whose stream has
since let it go; only then it takes over, conditional on the claim still naming that version. tests/model/claims.py
is the protocol's model.

A stream may hold several: the address of an account, and the one that it is to change to. So each claim is let go by
itself (`let_go`), and whoever makes an address the account's own aims at its claim once more with that very commit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.contracts.base import Event
from shared.contracts.registration import EmailChanged, EmailChangeWithdrawn, PersonalDataErased
from shared.event_store.abandonment import Abandonment
from shared.event_store.commits import Commit
from shared.event_store.history import History
from shared.event_store.store import EventStore
from shared.event_store.violations import Busy, RuleViolation
from shared.identity.addresses import address_hmac, normalise_email
from shared.mongo import Document, DuplicateKeyError, IndexModel, durable

CLAIMS = "claims"
CLAIM_INDEXES = (IndexModel([("stream", 1)], name="stream"),)
PATIENCE = timedelta(minutes=1)
"""How long a claim whose commit is not there yet is left alone: spares the living, proves nothing."""

_INTENT = "claim"
_ROUNDS = 8


class AddressTaken(RuleViolation):
    """Another stream holds the address, or is about to: `stream`. For the service alone, never told to the public."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream=stream)
        self.stream = stream


LetGo = Callable[[Commit, Sequence[Event]], bool]


def let_go(named: Commit, since: Sequence[Event]) -> bool:
    """Whether an address is free again; `since`: the events of its stream from the commit on that the claim names.

    By erasure every address; by a change every one but the new; by a withdrawn change the one that it was for. Final:
    no later event makes it untrue.
    """
    attempt = _attempt(named)
    for event in since:
        match event:
            case PersonalDataErased():
                return True
            case EmailChanged() if event.attempt != attempt:
                return True
            case EmailChangeWithdrawn() if event.attempt == attempt:
                return True
    return False


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Claims:
    """The claims on addresses of one service. `key_number` says which key made an identifier."""

    def __init__(
        self,
        store: EventStore,
        key: bytes,
        key_number: int = 1,
        *,
        clock: Callable[[], datetime] = _utc_now,
        patience: timedelta = PATIENCE,
        let_go: LetGo = let_go,
    ) -> None:
        self._store = store
        self._key, self._key_number = key, key_number
        self._clock, self._patience = clock, patience
        self._is_let_go = let_go
        self._abandon = Abandonment(store, clock)
        self._claims = durable(store.database, CLAIMS)

    def identifier(self, address: str) -> str:
        """What a commit names: `<key number>:<hex HMAC>`. Raises `AddressInvalid`."""
        return address_hmac(self._key, self._key_number, normalise_email(address))

    def intent(self, address: str, attempt: str | None = None) -> "ClaimIntent":
        """The claim on an address, to be passed to `handle`; the command carries its `id` as `claim`.

        `attempt`: the command's own, where several attempts of one stream may want the address one after the other.
        """
        return ClaimIntent(self.identifier(address), self, attempt)

    async def holder(self, address: str) -> str | None:
        """The stream that the claim on this address names, its commit there or not; none without a claim."""
        found = await self._claims.find_one({"_id": self.identifier(address)})
        return None if found is None else str(found["stream"])

    async def count(self, stream: str) -> int:
        """How many addresses the stream claims, a change's new one included."""
        return await self._claims.count_documents({"stream": stream})

    async def release(self, stream: str) -> None:
        """Deletes every claim of a stream that has let go (erasure)."""
        await self._claims.delete_many({"stream": stream})

    async def release_let_go(self, stream: str) -> None:
        """Deletes the claims of a stream whose commits it has let go since; each only while it names that commit."""
        for seen in await self._claims.find({"stream": stream}).to_list(None):
            there = await self._store.get(stream, seen["version"])
            if there is not None and _names(there, seen["_id"]) and await self._let_go(there):
                await self._claims.delete_one({name: seen[name] for name in ("_id", "stream", "version")})

    async def point(self, claim: str, stream: str, version: int, attempt: str | None = None) -> None:
        """Claims for that version of that stream, or takes over what nobody lives behind.

        Raises:
            AddressTaken: a commit of another stream holds it, or one that is being written.
            Busy: too many wanted it at once.
        """
        for _ in range(_ROUNDS):
            seen = await self._claims.find_one({"_id": claim})
            if seen is None:
                if await self._insert(claim, stream, version):
                    return
                continue
            if await self._is_ours(seen, stream, version, attempt) or await self._take_over(seen, stream, version):
                return
        raise Busy(stream=stream)

    async def _insert(self, claim: str, stream: str, version: int) -> bool:
        wanted = {"_id": claim, "stream": stream, "version": version, "written": self._clock()}
        try:
            await self._claims.insert_one(wanted)
        except DuplicateKeyError:
            return False
        return True

    async def _is_ours(self, seen: Document, stream: str, version: int, attempt: str | None) -> bool:
        """Nothing to do: it names this version, a later one (our load is stale and the append will lose), or one that
        this stream already committed, for this very attempt if there are several, and still holds."""
        if seen["stream"] != stream:
            return False
        if seen["version"] >= version:
            return True
        there = await self._abandon(stream, seen["version"], _INTENT)
        same = attempt is None or _attempt(there) == attempt
        return same and await self._holds(there, seen)

    async def _take_over(self, seen: Document, stream: str, version: int) -> bool:
        ours = seen["stream"] == stream
        if not ours and (await self._being_written(seen) or await self._lives(seen)):
            raise AddressTaken(seen["stream"])
        done = await self._claims.update_one(
            {"_id": seen["_id"], "stream": seen["stream"], "version": seen["version"]},
            {"$set": {"stream": stream, "version": version, "written": self._clock()}},
        )
        return done.matched_count == 1

    async def _being_written(self, seen: Document) -> bool:
        if seen["written"] + self._patience <= self._clock():
            return False
        return await self._store.get(seen["stream"], seen["version"]) is None

    async def _lives(self, seen: Document) -> bool:
        """Whether the commit that the claim names is there, names it back, and its stream has not let go since."""
        return await self._holds(await self._abandon(seen["stream"], seen["version"], _INTENT), seen)

    async def _holds(self, there: Commit, seen: Document) -> bool:
        return _names(there, seen["_id"]) and not await self._let_go(there)

    async def _let_go(self, there: Commit) -> bool:
        history = History(there.stream, await self._store.load(there.stream), self._store.codec)
        return self._is_let_go(there, [one.event for one in history.recorded if one.version >= there.version])


@dataclass(frozen=True)
class ClaimIntent:
    """One claim on its way to a commit: an `Intent` of `handle`."""

    id: str
    claims: Claims
    attempt: str | None = None

    async def aim(self, stream: str, version: int) -> None:
        """Raises `AddressTaken` or `Busy`."""
        await self.claims.point(self.id, stream, version, self.attempt)


def _names(commit: Commit, claim: str) -> bool:
    return bool(commit.facts["command"]["data"].get("claim") == claim)


def _attempt(commit: Commit) -> str | None:
    attempt = commit.facts["command"]["data"].get("attempt")
    return None if attempt is None else str(attempt)
