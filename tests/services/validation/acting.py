"""What people do in validation over HTTP, for its tests."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx
from uuid_utils import uuid7

from services.validation.case import CASE
from services.validation.reactions import open_case_of_teacher
from shared.contracts.base import Service, derived_id
from shared.event_store.history import Context
from shared.identity.offices import OfficeClaim, OfficeKind
from shared.private_records.records import Found, Lookup
from shared.private_records.replicas import Replicas
from tests.services.recorded import recorded
from tests.services.running import NOW, Running
from tests.services.validation.happened import CONTACT, KNOWN, SCHOOL, contact_updated, registered

TEACHER = "0193a000-0000-7000-8000-000000000001"
OWN_ADDRESS = "ana@school.example"
OFFICES = {
    "madrid": OfficeClaim(office_id="o-madrid", kind=OfficeKind.REPRESENTATIVE, country="ES", region="Madrid"),
    "spain": OfficeClaim(office_id="o-spain", kind=OfficeKind.REPRESENTATIVE, country="ES"),
    "galicia": OfficeClaim(office_id="o-galicia", kind=OfficeKind.REPRESENTATIVE, country="ES", region="Galicia"),
    "france": OfficeClaim(office_id="o-france", kind=OfficeKind.REPRESENTATIVE, country="FR"),
    "nso": OfficeClaim(office_id="o-nso", kind=OfficeKind.NATIONAL_SUPPORT_OFFICER, country="ES"),
    "central": OfficeClaim(office_id="o-css", kind=OfficeKind.CENTRAL_SUPPORT_OFFICER),
    "assessor": OfficeClaim(office_id="o-assessor", kind=OfficeKind.ASSESSOR, country="ES"),
}
ACTS: dict[str, dict[str, str] | None] = {
    "director-contact/confirm": {"contact": CONTACT.id},
    "director-approval": {"evidence": "letter", "statement": "Signed by the head on paper, filed under 17."},
    "report": {"recommendation": "reject", "reason": "no_such_teacher"},
    "validate": None,
    "reject": {"reason": "no_such_teacher"},
    "escalate": {"reason": "knows_the_applicant"},
    "reopen": {"reason": "late_approval"},
    "uphold": {"reason": "not_on_staff"},
    "contest": {"statement": "I teach here since 2019; the head was on leave."},
}
"""What is done to a case, and what is sent with it."""
PDF = b"%PDF-1.7\n1 0 obj << >> endobj"


async def open_case(service: Running, teacher: str = TEACHER) -> str:
    cause = recorded(registered(teacher), f"teacher-{teacher}", 3)
    ((case, command),) = open_case_of_teacher(cause)  # type: ignore[arg-type]
    context = Context("validation", "service:validation", "es", derived_id("c"), cause=cause.id, policy="open")
    await service.host.handler.handle(CASE, case, command, context)
    await service.fold(cause)
    await service.fold_own()
    return case


class Registration:
    """An owner of these addresses, by record."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = addresses

    async def fetch(self, owner: Service, ids: Sequence[str]) -> Mapping[str, Lookup]:
        assert owner == "registration"
        return {one: Found(one, "address", {"email": self._addresses[one]}, b"salt") for one in ids}


async def known_addresses(service: Running, addresses: Mapping[str, str]) -> None:
    """Registration has answered once what these records say."""
    await Replicas(service.host.database, Registration(addresses)).get("registration", list(addresses))


async def known_director(service: Running, address: str = "director@school.example", *teachers: str) -> None:
    """The school names its director, at that address; each teacher has one of their own."""
    await service.fold(recorded(contact_updated(), f"school-{SCHOOL}", 2))
    own = {registered(teacher).email.id: OWN_ADDRESS for teacher in teachers or (TEACHER,)}
    await known_addresses(service, own | {KNOWN.id: address})


async def appointed(service: Running, *names: str) -> None:
    for name in names:
        await service.appoint(name, OFFICES[name])


def as_officer(service: Running, name: str) -> dict[str, str]:
    return service.signed_in(name, OFFICES[name])


async def act(
    service: Running, case: str, path: str, who: dict[str, str], key: str | None = None, *, body: Any = None
) -> httpx.Response:
    headers = who | {"Idempotency-Key": key or str(uuid7())}
    return await service.client.post(f"/validation/cases/{case}/{path}", json=body or ACTS[path], headers=headers)


async def director_token(service: Running, case: str, expires: timedelta = timedelta(days=14)) -> str:
    answer = await act(service, case, "director-contact/confirm", as_officer(service, "madrid"))
    assert answer.status_code == 200
    state, _ = await service.host.handler.state(CASE, case)
    assert state.attempt is not None
    return service.link("director_answer", f"case-{case}", state.attempt, NOW + expires)
