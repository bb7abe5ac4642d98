"""Every operation of every service, asked with everything that its document allows and forbids, all checks on.

Whoever asks holds the right office and names live identifiers. ETWINNING_TEST_EXAMPLES is the number of examples for
each operation, besides those at the edges of its types; without it twenty, always the same ones.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis.strategies import emails
from schemathesis.specs.openapi.schemas import OpenApiSchema

from deploy.local.settings import SERVICES
from deploy.local.stack import LocalStack
from shared.identity.addresses import AddressInvalid, deliverable_email
from tests.e2e.live import DOCUMENTS, Live, operations
from tests.e2e.sending import Sender

pytestmark = pytest.mark.timeout(3_600)
GIVEN = os.environ.get("ETWINNING_TEST_EXAMPLES")
EXAMPLES = int(GIVEN or 20)
AS_MANY = settings(
    max_examples=EXAMPLES,
    derandomize=GIVEN is None,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def _deliverable(address: str) -> bool:
    try:
        return bool(deliverable_email(address))
    except AddressInvalid:
        return False


# "email" in a document says how an address is written; these have a domain that mail can be sent to as well.
schemathesis.openapi.format("email", emails().filter(_deliverable))


def document(service: str) -> OpenApiSchema:
    """The published document. 412 is no refusal of valid data: If-Match is free to name any version."""
    schema = schemathesis.openapi.from_path(DOCUMENTS / f"{service}.json")
    accepted = schema.config.checks.positive_data_acceptance
    accepted.expected_statuses = [*accepted.expected_statuses, "412"]
    return schema


REGISTRATION, VALIDATION, PROJECTS, RECOGNITION, NOTIFICATIONS = map(document, SERVICES)


@pytest.fixture(scope="session")
def sender(programme_stack: LocalStack, travelled: Mapping[str, Live]) -> Sender:
    """Sends what was generated, with what is live put into it."""
    return Sender(programme_stack, travelled)


def test_every_operation_reaches_its_success(sender: Sender) -> None:
    assert set(operations()) - set(sender.live) == set()
    assert {live.status for live in sender.live.values()} <= {200, 201, 202, 204, 303}


def test_the_documents_are_what_the_services_say(programme_stack: LocalStack) -> None:
    for service in SERVICES:
        served = httpx.get(f"{programme_stack.settings.front_door}/{service}/openapi.json").json()
        assert served == json.loads((DOCUMENTS / f"{service}.json").read_text())


@REGISTRATION.parametrize()
@AS_MANY
def test_registration_answers_as_documented(case: Any, sender: Sender) -> None:
    sender.send("registration", case)


@VALIDATION.parametrize()
@AS_MANY
def test_validation_answers_as_documented(case: Any, sender: Sender) -> None:
    sender.send("validation", case)


@PROJECTS.parametrize()
@AS_MANY
def test_projects_answers_as_documented(case: Any, sender: Sender) -> None:
    sender.send("projects", case)


@RECOGNITION.parametrize()
@AS_MANY
def test_recognition_answers_as_documented(case: Any, sender: Sender) -> None:
    sender.send("recognition", case)


@NOTIFICATIONS.parametrize()
@AS_MANY
def test_notifications_answers_as_documented(case: Any, sender: Sender) -> None:
    sender.send("notifications", case)


def test_nothing_failed_behind_an_answer(programme_stack: LocalStack, sender: Sender) -> None:
    for service in SERVICES:
        log = (programme_stack.settings.logs / f"{service}.log").read_text()
        assert "request_failed" not in log
        assert "process_started" in log
