"""Which mails went to somebody, as registration asks for it, on the real database."""

from pathlib import Path

import pytest

from services.notifications.app import build
from shared.contracts.base import Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import NotificationQueued, NotificationSent, Recipient, ToOffice, ToPerson, ToRecord
from shared.mongo import durable
from shared.private_records.replicas import REPLICAS
from tests.databases import server_url
from tests.services.notifications.happened import MAIL, OFFICER, TEACHER
from tests.services.recorded import story
from tests.services.running import running


def queued(template: str, to: Recipient) -> NotificationQueued:
    return NotificationQueued(message=derived_id(template), template=template, recipient=to, locale="en")


def message(template: str, to: Recipient, *, sent: bool = False) -> list[Recorded[Event]]:
    ends = [NotificationSent(message=derived_id(template), template=template, copies=1)] if sent else []
    return story(f"message-{derived_id(template)}", queued(template, to), *ends)


async def test_mails_to_the_person_and_to_addresses_of_theirs(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    async with running("notifications", build, server_url(request), tmp_path) as service:
        replica = {
            "_id": MAIL.id,
            "subject": TEACHER,
            "kind": "email",
            "fields": {"email": "a@b.example"},
            "salt": b"s",
        }
        await durable(service.host.database, REPLICAS).insert_one(replica)
        await service.fold(
            *message("confirm_email", ToRecord(record=MAIL), sent=True),
            *message("seal_issued", ToPerson(person=TEACHER)),
            *message("nqs_granted", ToPerson(person=OFFICER)),
            *message("case_opened", ToOffice(kind="representative", country="ES")),
        )
        held = await service.held(TEACHER)
    told = {one["template"]: (one["status"], one["ended"] is None) for one in held["documents"]["messages"]}
    assert told == {"confirm_email": ("sent", False), "seal_issued": ("queued", True)}
    assert [one["fields"] for one in held["replicas"]] == [{"email": "a@b.example"}]
