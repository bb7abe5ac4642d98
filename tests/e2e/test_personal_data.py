"""What people type stays where it may be forgotten: the story, every operation, then a search everywhere else."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from deploy.local.settings import SERVICES
from deploy.local.stack import LocalStack
from deploy.story.people import FAMILY_NAME, PASSWORD, TEACHER_NAME
from shared.contracts.registration import TeacherRegistered
from shared.private_records.records import RECORDS
from shared.private_records.replicas import REPLICAS
from tests.e2e.live import Live
from tests.e2e.register import CANARY
from tests.e2e.searching import (
    CANARIES,
    NEVER_KEPT,
    TITLES,
    found_in_databases,
    found_in_files,
    found_in_text,
)
from tests.e2e.telling import Told, received, tell
from tests.e2e.typed import PROPOSED, SEARCHED, STATEMENT

pytestmark = pytest.mark.timeout(180)
FORGETTABLE = {RECORDS, REPLICAS}
NAME = f"{TEACHER_NAME} {FAMILY_NAME}"
ADDRESS = f"{TEACHER_NAME}@school.example"
PERSON = {"email": ADDRESS, "password": PASSWORD, "given_name": NAME, "family_name": NAME, "locale": "en"}
MISTAKES: tuple[tuple[str, str, object], ...] = (
    ("POST", "/registration/registrations", PERSON | {"country": NAME}),
    ("POST", "/registration/registrations", PERSON | {"country": "ES", "email": NAME}),
    ("POST", "/registration/registrations", PERSON | {"country": "GB"}),
    ("POST", "/registration/registrations", PERSON | {"country": "ES", NAME: ADDRESS}),
    ("POST", "/registration/registrations", [NAME, ADDRESS, PASSWORD]),
    ("POST", "/registration/registrations", PERSON | {"country": "ES", "given_name": NAME * 50}),
    ("POST", "/registration/registrations", PERSON | {"family_name": NAME * 20_000}),
    ("POST", "/registration/sessions", {"email": ADDRESS, "password": PASSWORD}),
    ("POST", "/registration/confirm", {"token": NAME}),
    ("GET", f"/registration/schools?country={NAME}&query={NAME}", None),
    ("GET", f"/registration/schools/{NAME}", None),
    ("GET", f"/registration/{NAME}/{ADDRESS}?{NAME}={ADDRESS}", None),
    ("POST", "/projects", {"title": f"{TITLES} {NAME}", "co_founder": NAME}),
    ("GET", f"/projects/{NAME}", None),
    ("GET", f"/validation/director?token={NAME}", None),
    ("POST", "/validation/director/answer", {"token": ADDRESS, "answer": NAME}),
    ("GET", f"/recognition/applications/{ADDRESS}", None),
    ("POST", "/registration/registrations/resend", {"email": NAME}),
    ("POST", "/registration/recovery", {"email": NAME}),
    ("POST", "/registration/reset", {"token": NAME, "password": PASSWORD}),
    ("POST", "/registration/me/email", {"email": ADDRESS, "password": PASSWORD}),
    ("GET", f"/registration/email/old?token={NAME}", None),
    ("POST", "/registration/email/new", {"token": ADDRESS}),
    ("POST", "/registration/schools/proposals", {"name": PROPOSED, "city": NAME, "website": ADDRESS}),
    ("POST", f"/registration/schools/{NAME}/director-contact", {"name": NAME, "email": ADDRESS}),
    ("POST", f"/registration/people/{NAME}/block", {"reason": STATEMENT, "statement": STATEMENT}),
    ("POST", f"/registration/people/{NAME}/holds", {"reason": "court_order", "statement": STATEMENT}),
    ("GET", f"/registration/people?query={SEARCHED}&country={NAME}", None),
    ("GET", f"/registration/schools?country={NAME}&query={SEARCHED}", None),
    ("GET", f"/validation/queue?country=ES&region={SEARCHED}", None),
    ("POST", f"/validation/cases/{NAME}/contest", {"statement": STATEMENT}),
    ("POST", "/validation/director/answer", {"token": NAME, "answer": "approve", "successor": {"name": NAME}}),
    ("POST", "/validation/bulk-decisions", {"decision": STATEMENT, "cases": [NAME]}),
)


@pytest.fixture(scope="module")
def told(programme_stack: LocalStack, travelled: Mapping[str, Live]) -> Told:
    """A telling, every operation besides, and the mistakes that people make while they type the same."""
    one = asyncio.run(tell(programme_stack, CANARY))
    _mistakes(programme_stack)
    return one


def _mistakes(stack: LocalStack) -> list[httpx.Response]:
    with httpx.Client(base_url=stack.settings.front_door) as http:
        return [http.request(method, url, json=body) for method, url, body in MISTAKES]


def test_a_canary_that_leaked_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\x00\xff" + NAME.encode() + b"\x00")
    assert found_in_files(tmp_path) == {f"log: {FAMILY_NAME}", f"log: {TEACHER_NAME}"}


def test_no_refusal_repeats_what_was_typed(programme_stack: LocalStack, told: Told) -> None:
    for answer in _mistakes(programme_stack):
        assert 400 <= answer.status_code < 500
        assert found_in_text(answer.text) == set()
        assert found_in_text(str(answer.headers)) == set()


def test_logs_know_nobody(programme_stack: LocalStack, told: Told) -> None:
    logs = programme_stack.settings.logs
    assert found_in_files(logs, ["process_started"]) >= {f"{service}.log: process_started" for service in SERVICES}
    assert found_in_files(logs) == set()


def test_the_brokers_files_know_pseudonyms_only(programme_stack: LocalStack, told: Told) -> None:
    kafka = programme_stack.settings.home / "kafka"
    teacher = told.events(TeacherRegistered)[0].event.teacher
    assert {hit.partition("-")[0] for hit in found_in_files(kafka, [teacher])} >= {"data/registration.events"}
    assert found_in_files(kafka) == set()


def test_metrics_know_nobody(programme_stack: LocalStack, told: Told) -> None:
    for service in SERVICES:
        text = httpx.get(f"{programme_stack.settings.service_url(service)}/metrics").text
        assert "http_request_seconds" in text
        assert found_in_text(text) == set()
        assert told.events(TeacherRegistered)[0].event.teacher not in text


def test_mailed_links_carry_nothing_but_a_token(programme_stack: LocalStack, told: Told) -> None:
    links = [word for mail in received(programme_stack) for word in mail["text"].split() if "://" in word]
    assert any("?token=" in link for link in links)
    assert {link for link in links if found_in_text(link)} == set()


def test_only_what_can_be_forgotten_holds_what_was_typed(programme_stack: LocalStack, told: Told) -> None:
    hits = found_in_databases(programme_stack.mongo_url)
    assert {hit.partition(": ")[2] for hit in hits} == set(CANARIES) - NEVER_KEPT
    assert {hit.partition(".")[2].partition(":")[0] for hit in hits} <= FORGETTABLE
    assert f"etwinning_registration.{RECORDS}: {FAMILY_NAME}" in hits
