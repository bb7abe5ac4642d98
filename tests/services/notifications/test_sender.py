"""The sender, on the real database server: one message's trouble is nobody else's, and a copy goes out once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from deploy.local.stack import LocalStack
from services.notifications import sender as module
from services.notifications.app import build
from services.notifications.commands import QueueMessage
from services.notifications.message import MESSAGE, Status
from services.notifications.sender import FIRST_RETRY, GIVE_UP, Sender
from services.notifications.smtp import Delivery, MailServer
from shared.contracts.base import RecordRef, derived_id
from shared.contracts.notifications import Link, NotificationBounced, Recipient, ToOffice, ToPerson, ToRecord
from shared.event_store.history import Context
from shared.hosting.parts import StopSignal
from shared.identity.offices import OfficeClaim, OfficeKind
from shared.messaging.ownership import Ownership
from shared.mongo import durable
from shared.private_records.replicas import REPLICAS
from tests.services.notifications.happened import OFFERED
from tests.services.recorded import recorded
from tests.services.running import NOW, Running, running

pytestmark = pytest.mark.timeout(60)


@dataclass
class Postbox(MailServer):
    """Says what it was told to say for each address, and keeps what it took."""

    says: dict[str, Delivery] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)

    async def send(self, mail: EmailMessage) -> Delivery:
        said = self.says.get(str(mail["To"]), Delivery.TAKEN)
        if said is Delivery.TAKEN:
            self.taken.append(str(mail["To"]))
        return said


@dataclass
class Office:
    """Notifications with a postbox."""

    service: Running
    postbox: Postbox
    sender: Sender

    async def queue(
        self, name: str, recipient: Recipient, template: str = "teacher_validated", link: Link | None = None
    ) -> str:
        message = derived_id("message", name)
        command = QueueMessage(
            at=self.service.clock(), message=message, template=template, recipient=recipient, locale="en", link=link
        )
        context = Context("system", "system", "es", derived_id("correlation"), command_id=name)
        await self.service.host.handler.handle(MESSAGE, message, command, context)
        await self.service.fold_own()
        return message

    async def address(self, email: str) -> RecordRef:
        kept = {"_id": derived_id(email), "subject": email, "kind": "email", "fields": {"email": email}, "salt": b"s"}
        await durable(self.service.host.database, REPLICAS).insert_one(kept)
        return RecordRef(id=derived_id(email), commitment="a" * 64)

    async def turn(self) -> int:
        settled = await self.sender.turn(StopSignal())
        await self.service.fold_own()
        return settled

    async def status(self, message: str) -> Status:
        return (await self.service.host.handler.state(MESSAGE, message))[0].status


@pytest.fixture
async def office(stack: LocalStack, tmp_path: Path) -> AsyncIterator[Office]:
    async with running("notifications", build, stack.mongo_url, tmp_path) as service:
        host, postbox = service.host, Postbox()
        host.heartbeats.register("sender", within_seconds=60)
        ownership = Ownership(host.database, "sender", "me", host.settings.installation.shards)
        yield Office(service, postbox, Sender(host, postbox, ownership))


async def test_a_message_that_cannot_be_made_keeps_nobody_waiting(office: Office) -> None:
    to = ToRecord(record=await office.address("ana@example.org"))
    broken = await office.queue("broken", to, template="of-a-release-to-come")
    sound = [await office.queue(f"sound {number}", to) for number in range(4)]
    assert await office.turn() == 4
    assert [await office.status(one) for one in (broken, *sound)] == [Status.QUEUED, *[Status.SENT] * 4]


async def test_whoever_was_reached_is_not_written_to_again(office: Office) -> None:
    for name in ("iris", "noor"):
        claim = OfficeClaim(office_id=f"office-{name}", kind=OfficeKind.ASSESSOR, country="FR")
        await office.service.appoint(name, claim)
        email = await office.address(f"{name}@example.org")
        await office.service.fold(recorded(OFFERED.model_copy(update={"officer": name, "email": email}), f"o-{name}"))
    message = await office.queue("asked", ToOffice(kind="assessor", country="FR"))
    office.postbox.says = {"noor@example.org": Delivery.LATER}
    assert await office.turn() == 0
    office.postbox.says = {}
    office.service.clock.now += FIRST_RETRY
    assert await office.turn() == 1
    assert office.postbox.taken == ["iris@example.org", "noor@example.org"]
    assert await office.status(message) is Status.SENT


LINK = Link(purpose="director_answer", stream="case-c", attempt="attempt-1", expires=NOW + timedelta(days=14))


async def test_a_mail_that_the_server_puts_off_for_a_day_came_back(office: Office) -> None:
    """And a link that could not be mailed at all: whoever waits for its answer would wait in vain (rules §4.7)."""
    office.postbox.says = {"full@example.org": Delivery.LATER}
    put_off = await office.queue("put off", ToRecord(record=await office.address("full@example.org")), link=LINK)
    unknown = await office.queue("unknown", ToPerson(person="nobody"), link=LINK)
    vacant = await office.queue("vacant", ToOffice(kind="assessor", country="FR"))
    office.service.clock.now += GIVE_UP
    assert await office.turn() == 0
    office.service.clock.now += timedelta(minutes=10)
    assert await office.turn() == 3
    for message, reason in ((put_off, "bounced"), (unknown, "bounced"), (vacant, "suppressed")):
        assert await office.status(message) == reason
    bounced = (await office.service.host.handler.load(MESSAGE.stream(put_off))).recorded[-1].event
    assert isinstance(bounced, NotificationBounced)
    assert (bounced.reason, bounced.link) == ("undeliverable_for_a_day", LINK)


async def test_a_page_full_of_what_cannot_go_out_keeps_the_rest_from_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUEUE", 2)
    waiting = [await office.queue(f"{number}", ToPerson(person="nobody")) for number in range(5)]
    last = max(waiting)
    to = ToRecord(record=await office.address("ana@example.org"))
    sound = next(name for name in map(str, range(100, 1000)) if derived_id("message", name) > last)
    message = await office.queue(sound, to)
    assert [await office.turn() for _ in range(3)] == [0, 0, 1]
    assert await office.status(message) is Status.SENT


async def test_a_stop_ends_a_round(office: Office) -> None:
    to = ToRecord(record=await office.address("ana@example.org"))
    for number in range(3):
        await office.queue(f"{number}", to)
    stop = StopSignal()
    stop.set()
    assert await office.sender.turn(stop) == 0
    assert office.postbox.taken == []


@pytest.mark.parametrize(
    ("answers", "delivery"),
    [
        ({"": "554 not now"}, Delivery.LATER),
        ({"MAIL": "550 no such sender"}, Delivery.LATER),
        ({"RCPT": "550 no such mailbox"}, Delivery.REFUSED),
        ({"RCPT": "450 greylisted"}, Delivery.LATER),
        ({"DATA": "554 no such content"}, Delivery.REFUSED),
        ({}, Delivery.TAKEN),
    ],
)
async def test_only_what_is_said_of_this_mail_is_for_good(answers: Mapping[str, str], delivery: Delivery) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "us@example.org", "ana@example.org", "hello"
    server = await asyncio.start_server(_Server(answers).talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await MailServer(f"127.0.0.1:{port}").send(mail) is delivery


@dataclass
class _Server:
    """Speaks as much SMTP as one mail needs, and answers some verbs as told."""

    answers: Mapping[str, str]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{self.answers.get('', '220 here')}\r\n".encode())
        while line := await reader.readline():
            verb = line.decode().strip().upper()[:4]
            default = "354 go on" if verb == "DATA" else "250 well"
            writer.write(f"{self.answers.get(verb, default)}\r\n".encode())
            if verb == "DATA" and verb not in self.answers:
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 taken\r\n")
            if verb == "QUIT":
                break
        writer.close()
