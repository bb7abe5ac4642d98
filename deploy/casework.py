"""What an operator is shown of validation's cases: identifiers, codes and times, never a name, an address or words."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.errors import Unable
from services.validation.api.answers import due_of, next_of
from services.validation.api.queue import risks
from services.validation.queries import Place, Queued, QueueQueries, allowed
from services.validation.views import CASES
from shared.event_store.commits import CorruptCommit
from shared.event_store.history import History
from shared.hosting.host import Host
from shared.nodes import Country, NoPolicyInForce, UnknownCountry, UnknownRegion
from shared.views.current import current

Row = dict[str, Any]
_PREFIX = "case-"
_SHOWN = (
    "case", "teacher", "school", "country", "region", "status", "held_by", "owner", "owner_since", "opened_at",
    "link_expires", "certificate_due", "escalated", "recommendation", "answer", "evidence", "reason", "decided_at",
    "valid_until", "transferred_from",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which open cases: of one country and region, or all; of one owner, or anybody's; at most `limit`."""

    country: str | None
    region: str | None
    owner: str | None
    limit: int


async def open_cases(host: Host, wanted: Wanted) -> list[Row]:
    """The first of the queue: what is overdue, then what is in danger, then by the policy's date.

    Raises:
        Unable: there is no such country or region, or no policy for it.
    """
    now, queue = host.clock(), QueueQueries(host.views)
    rows: list[Row] = []
    async for place in _places(host, wanted, now):
        found = await queue.queue(place, now, None, wanted.limit, lambda one: wanted.owner in {None, one["owner"]})
        rows += [_listed(host, queued, now) for queued in found]
    return sorted(rows, key=lambda row: (row["band"], row["due"], row["case"]))[: wanted.limit]


async def _places(host: Host, wanted: Wanted, now: datetime) -> AsyncIterator[Place]:
    countries: Sequence[Country] = host.nodes.countries
    if wanted.country is not None:
        countries = [_country(host, wanted.country)]
    region = None if wanted.region is None else _region(countries[0], wanted.region)
    for country in countries:
        try:
            days = allowed(host.nodes, country.code, now.date()).max_days
        except NoPolicyInForce as fault:
            if wanted.country is not None:
                raise Unable(f"{str(fault).capitalize()}: nodes.toml says what each country follows.") from None
            continue
        yield Place(country.code, region, days)


def _country(host: Host, code: str) -> Country:
    try:
        return host.nodes.country(code.upper())
    except UnknownCountry:
        codes = ", ".join(sorted(country.code for country in host.nodes.countries))
        raise Unable(f"There is no country {code!r} in the programme: choose of {codes}.") from None


def _region(country: Country, name: str) -> str:
    try:
        return country.region(name)
    except UnknownRegion:
        known = f"choose of {', '.join(country.regions)}" if country.regions else "the country has none"
        raise Unable(f"{country.name} has no region {name!r}: {known}.") from None


def _listed(host: Host, queued: Queued, now: datetime) -> Row:
    document = queued.document
    due = due_of(document, allowed(host.nodes, document["country"], now.date()))
    opened = datetime.fromisoformat(document["opened_at"])
    shown = {name: document[name] for name in ("case", "country", "region", "status", "owner")}
    more = {"band": queued.band, "days": (now - opened).days, "why": " ".join(risks(queued, due["due"], now))}
    return shown | more | _minutes(due)


def _minutes(moments: Mapping[str, datetime | None]) -> Row:
    return {name: None if at is None else at.isoformat(timespec="minutes") for name, at in moments.items()}


async def case_told(host: Host, name: str) -> tuple[Row, list[Row]]:
    """Where the case stands, and all its events: when, what, in which capacity, by which policy.

    Raises:
        Unable: there is none, or its stream is not what was written.
    """
    case = name.removeprefix(_PREFIX)
    try:
        history = await host.handler.load(_PREFIX + case)
        found = await current(host.handler, CASES, _PREFIX + case)
    except CorruptCommit as fault:
        raise Unable(f"The case is not what was written: {fault}. Run `etwinning verify validation`.") from None
    if not history.version:
        raise Unable(f"There is no case {case!r}: see `etwinning cases list`, which shows those that are open.")
    standing = {"case": case, "status": "transfer to be settled"} if found is None else _standing(host, found[0])
    return standing, _told(history)


def _standing(host: Host, document: Row) -> Row:
    told = {name: document[name] for name in _SHOWN if document[name] is not None} | {"next": next_of(document)}
    try:
        time = allowed(host.nodes, document["country"], host.clock().date())
    except NoPolicyInForce:
        return told
    return told if document["owner"] is None else told | _minutes(due_of(document, time))


def _told(history: History) -> list[Row]:
    return [
        {
            "version": recorded.envelope.streamversion,
            "time": recorded.time.isoformat(timespec="seconds"),
            "what": type(recorded.event).__name__,
            "as": recorded.envelope.capacity,
            "policy": recorded.envelope.policyversion,
        }
        for recorded in history.recorded
    ]
