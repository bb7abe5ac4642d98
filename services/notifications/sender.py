"""The one role that touches the outside world: works off the queued messages and commits what became of each.

Nothing is ever sent because an event was read: the sender looks for messages whose stream says that they wait.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.notifications.commands import RecordBounce, RecordSending, Suppress
from services.notifications.message import MESSAGE, Status
from services.notifications.rendering import Letterhead, languages, link_url, message_id, render, to_mail
from services.notifications.smtp import Delivery, MailServer
from services.notifications.views import MESSAGES, RECIPIENTS
from shared.contracts.base import Command, Event, RecordRef, Service
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import NotificationQueued, ToOffice, ToPerson, ToRecord
from shared.event_store.commits import shard_of
from shared.event_store.history import Context
from shared.hosting.host import Host
from shared.hosting.parts import StopSignal
from shared.identity.links import Link, sign_link
from shared.identity.office_view import OFFICES
from shared.messaging.ownership import Ownership
from shared.mongo import PyMongoError
from shared.observability.traces import span
from shared.private_records.records import Erased, Found
from shared.views.live import ViewNotReady

log = structlog.get_logger()
OWNER: Service = "registration"
"""Whose records hold the addresses of people and officers."""
QUEUE = 1_000
SWEEP_S = 0.5
NOT_READY_S = 5.0
FIRST_RETRY = timedelta(seconds=2)
GIVE_UP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Attempt:
    """When a message that could not go out is tried again."""

    next: datetime
    wait: timedelta


class Sender:
    """Sends what waits on this process's shards. Two senders on one shard only send the same mail twice."""

    def __init__(self, host: Host, server: MailServer, ownership: Ownership) -> None:
        self._host = host
        self._server = server
        self._ownership = ownership
        self._attempts: dict[str, Attempt] = {}
        self._outcomes: dict[
            str, dict[str, Delivery]
        ] = {}  # by message and address: a copy that was taken is not resent
        self._after: str | None = None

    async def run(self, stop: StopSignal) -> None:
        """Until `stop`; a store that does not answer, or a view that waits for its rebuild, only makes it wait."""
        self._host.heartbeats.register("sender", within_seconds=60)
        while not stop.is_set():
            try:
                sent = await self.turn(stop)
                self._host.heartbeats.beat("sender")
            except PyMongoError as error:
                log.warning("sender_waits", error=type(error).__name__)
                sent = 0
            except ViewNotReady as error:  # the process makes no progress, and starting it again would make none
                log.warning("sender_waits", error=type(error).__name__, **error.data)
                self._host.heartbeats.beat("sender")
                await stop.within(NOT_READY_S)
                sent = 0
            if not sent:
                await stop.within(SWEEP_S)
        self._host.heartbeats.unregister("sender")
        with suppress(PyMongoError):  # the others notice within seconds anyway
            await self._ownership.resign()

    async def turn(self, stop: StopSignal) -> int:
        """One round over a page of what waits, ended early by `stop`; how many messages were settled."""
        await self._ownership.mine()  # beats while nothing waits, too
        settled = 0
        for document in await self._page():
            if stop.is_set():
                break
            mine = await self._ownership.mine()  # asked again: a long round must not look like a dead process
            if self._shard(document["stream"]) in mine and self._due(document["message"]):
                settled += await self._try(document["message"])
                self._host.heartbeats.beat("sender")
        return settled

    async def _page(self) -> Sequence[dict[str, Any]]:
        """The next messages that wait, round and round: a thousand that cannot go out now keep nobody from the rest."""
        later = {} if self._after is None else {"message": {"$gt": self._after}}
        found = await self._host.views.find(MESSAGES, {"status": Status.QUEUED.value} | later, QUEUE)
        self._after = found[-1]["message"] if len(found) == QUEUE else None
        return found

    async def _try(self, message: str) -> bool:
        """Whatever is wrong with one message, the others go on; it is tried again, ever more rarely."""
        try:
            return await self._settle(message)
        except (PyMongoError, ViewNotReady):
            raise
        except Exception as error:  # noqa: BLE001 see above
            log.warning("message_waits", message=message, error=type(error).__name__)
            self._put_off(message)
            return False

    def _shard(self, stream: str) -> int:
        return shard_of(stream, self._host.settings.installation.shards)

    def _due(self, message: str) -> bool:
        attempt = self._attempts.get(message)
        return attempt is None or attempt.next <= self._host.clock()

    async def _settle(self, message: str) -> bool:
        """One message, by what its own stream says: the view may be old."""
        state, history = await self._host.handler.state(MESSAGE, message)
        if state.status is not Status.QUEUED or state.queued is None:
            self._forget(message)
            return False
        queued = history.recorded[0]
        with span("send", parent=history.commits[0].traceparent, attributes={"stream": history.stream}):
            result = await self._send(state.queued, queued.node)
            if result is None:
                return await self._later(state.queued, queued)
            await self._record(message, queued, result)
        return True

    async def _send(self, queued: NotificationQueued, node: str) -> Command | None:
        """Hands the mail to the server; what to record of it, or nothing when it may work later."""
        now = self._host.clock()
        found = await self._addresses(queued)
        if found is None:
            return None
        addresses, locale = found
        if not addresses:
            return Suppress(at=now, reason="recipient_erased")
        outcomes = self._outcomes.setdefault(queued.message, {})
        for address in addresses:
            if outcomes.get(address, Delivery.LATER) is Delivery.LATER:
                outcomes[address] = await self._mail(queued, node, address, locale)
        if Delivery.LATER in (outcomes[address] for address in addresses):
            return None
        self._count(list(outcomes.values()))
        return self._sent(queued.message, now) or RecordBounce(at=now, reason="refused_by_server")

    def _sent(self, message: str, now: datetime) -> Command | None:
        copies = list(self._outcomes.get(message, {}).values()).count(Delivery.TAKEN)
        return RecordSending(at=now, copies=copies) if copies else None

    async def _mail(self, queued: NotificationQueued, node: str, address: str, locale: str) -> Delivery:
        settings = self._host.settings
        home, service = settings.web.public_url.rstrip("/"), self._host.nodes.service(node)
        head = Letterhead(home, service.support, self._link(queued, home))
        text = render(queued, head, languages(locale, service.languages))
        identifier = message_id(queued.message, settings.installation.origin)
        return await self._server.send(to_mail(text, sender=settings.mail.mail_from, to=address, identifier=identifier))

    def _link(self, queued: NotificationQueued, home: str) -> str | None:
        if queued.link is None:
            return None
        link = queued.link
        token = sign_link(self._host.signing_key, Link(link.purpose, link.stream, link.attempt, link.expires))
        return link_url(home, link.purpose, token)

    async def _addresses(self, queued: NotificationQueued) -> tuple[list[str], str] | None:
        """Addresses and language; an empty list once everybody was erased; nothing when it is not known yet."""
        records: Sequence[RecordRef]
        locale, owner = queued.locale, OWNER
        match queued.recipient:
            case ToRecord(record=record):
                records, owner = (record,), queued.recipient.owner
            case ToPerson(person=person):
                known = await self._host.views.get(RECIPIENTS, person)
                if known is None:
                    return None
                records, locale = (RecordRef.model_validate(known["email"]),), known["locale"]
            case ToOffice() as office:
                records = await self._officers(office)
        if not records:
            return None
        answers = await self._host.replicas.get(owner, [record.id for record in records])
        if any(not isinstance(answer, Found | Erased) for answer in answers.values()):
            return None
        return [answer.fields["email"] for answer in answers.values() if isinstance(answer, Found)], locale

    async def _officers(self, office: ToOffice) -> list[RecordRef]:
        """The address records of everyone who holds the office now."""
        wanted = {"kind": office.kind, "country": office.country, "live": True}
        holders = await self._host.views.find(OFFICES, wanted, QUEUE)
        covering = [holder for holder in holders if holder["region"] in (None, office.region)]
        regional = [holder for holder in covering if holder["region"] is not None]
        known = [await self._host.views.get(RECIPIENTS, holder["person"]) for holder in regional or covering]
        return [RecordRef.model_validate(one["email"]) for one in known if one is not None]

    async def _later(self, wanted: NotificationQueued, queued: Recorded[Event]) -> bool:
        now, message = self._host.clock(), wanted.message
        if now - queued.time > GIVE_UP:
            given_up = self._sent(message, now) or self._given_up(wanted, now)
            await self._record(message, queued, given_up)
            return True
        log.info("message_waits", message=message, since=queued.time.isoformat())
        self._put_off(message)
        return False

    def _given_up(self, wanted: NotificationQueued, now: datetime) -> Command:
        """What a server puts off for a day has come back, and so has a link: whoever waits for its answer hears of it.

        Else there was nobody to tell.
        """
        came_back = wanted.link is not None or self._outcomes.get(wanted.message)
        return (RecordBounce if came_back else Suppress)(at=now, reason="undeliverable_for_a_day")

    def _put_off(self, message: str) -> None:
        before = self._attempts.get(message)
        wait = min(before.wait * 2, timedelta(minutes=10)) if before else FIRST_RETRY
        self._attempts[message] = Attempt(self._host.clock() + wait, wait)

    def _forget(self, message: str) -> None:
        self._attempts.pop(message, None)
        self._outcomes.pop(message, None)

    async def _record(self, message: str, queued: Recorded[Event], command: Command) -> None:
        context = Context(
            actor="system",
            capacity="system",
            node=queued.node,
            correlation_id=queued.envelope.correlationid,
            cause=queued.id,
            policy="send_message",
            basis=(queued.id,),
        )
        await self._host.handler.handle(MESSAGE, message, command, context)
        self._forget(message)

    def _count(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._host.metrics.mails_total.labels("sent" if delivery is Delivery.TAKEN else "bounced").inc()
