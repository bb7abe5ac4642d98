"""Every cell of `authority.md` over HTTP, on the real database: who may do what to a case, where, in which state."""

import httpx
import pytest

from tests.services.running import Running
from tests.services.validation.acting import ACTS, PDF
from tests.services.validation.adopting import adopting
from tests.services.validation.authority import HELD, HISTORIES, PEOPLE, PLACES, REPORTING, Row, sections
from tests.services.validation.stage import written

SECTIONS = sections()
ROUTES = {
    "confirm": "director-contact/confirm",
    "approve": "director-approval",
    "contest": "contest",
    "file": "certificate",
} | {name: name for name in ("report", "validate", "reject", "escalate", "reopen", "uphold")}
READS = {"see": "", "read": "/details"}
NEVER_MISSING = {
    *((who, "region") for who in HELD if who != "refuser"),
    *((who, "region") for who in ("teacher", "other", "nobody")),
    *((who, "abroad") for who in ("rep", "nat", "nss")),
}
"""Who and where each state says something about."""


class Stage:
    """One service with everybody in office, and cases brought into one state as they are needed."""

    def __init__(self, service: Running, section: str) -> None:
        self.service = service
        self.history = HISTORIES[section.removesuffix(REPORTING)]
        self.ready: dict[str, str] = {}

    async def appoint(self) -> None:
        for who, claim in HELD.items():
            await self.service.appoint(PEOPLE.get(who, who), claim)
        await self.service.revoke("revoked", HELD["revoked"])

    async def case(self, place: str) -> str:
        """A case of that place in this state, untouched."""
        if place not in self.ready:
            country, region = PLACES[place]
            self.ready[place] = await written(self.service, self.history, country=country, region=region)
        return self.ready[place]

    async def answer(self, row: Row, act: str) -> httpx.Response:
        case = await self.case(row.place)
        url, who = f"/validation/cases/{case}", self._signed_in(row.who)
        if act in READS:
            return await self.service.client.get(url + READS[act], headers=who)
        body = {"files": {"certificate": ("form.pdf", PDF)}} if act == "file" else {"json": ACTS[ROUTES[act]]}
        answer = await self.service.client.post(f"{url}/{ROUTES[act]}", headers=who, **body)
        if answer.is_success:
            del self.ready[row.place]
        return answer

    def _signed_in(self, who: str) -> dict[str, str]:
        if who == "nobody":
            return {}
        return self.service.signed_in(PEOPLE.get(who, who), *([HELD[who]] if who in HELD else []))


@pytest.mark.parametrize("section", SECTIONS)
async def test_every_cell_answers_as_the_table_says(service: Running, section: str) -> None:
    if section.endswith(REPORTING):
        service.host.nodes = adopting("ES", "validation.report")
    stage = Stage(service, section)
    await stage.appoint()
    wrong = []
    for row in SECTIONS[section]:
        for act, expected in row.expected.items():
            answer = await stage.answer(row, act)
            if answer.status_code != expected:
                told = answer.json().get("type", "")
                wrong.append(f"{section}: {row.who} ({row.place}) {act}: {answer.status_code} {told}, not {expected}")
    assert wrong == []
    for case in stage.ready.values():
        assert (await service.host.handler.load(f"case-{case}")).version == 1, "a refusal committed something"


def test_every_state_and_everybody_stands_in_the_table() -> None:
    assert {section.removesuffix(REPORTING) for section in SECTIONS} == set(HISTORIES)
    for section, found in SECTIONS.items():
        keys = [row.key for row in found]
        assert len(keys) == len(set(keys)), f"{section}: somebody stands there twice"
        assert set(keys) >= NEVER_MISSING, section


async def test_every_command_on_a_case_stands_in_the_table(service: Running) -> None:
    document = (await service.client.get("/validation/openapi.json")).json()
    begin = "/validation/cases/{case}/"
    offered = {
        path.removeprefix(begin)
        for path, item in document["paths"].items()
        if path.startswith(begin) and "post" in item
    }
    assert offered == set(ROUTES.values())
    assert all(set(row.expected) == {*READS, *ROUTES} for found in SECTIONS.values() for row in found)
