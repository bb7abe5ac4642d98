"""What people write and upload about a case: kept apart from its facts, shown to whoever decides, gone once erased."""

import httpx
import pytest

from shared.contracts.registration import ProfileBlocked, ProfileOpened, ProfileUnblocked
from shared.private_records.records import Found
from tests.services.recorded import story
from tests.services.running import Running, problem
from tests.services.validation.acting import ACTS, OFFICES, PDF, TEACHER, act, appointed, as_officer
from tests.services.validation.authority import HISTORIES
from tests.services.validation.stage import written

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
LARGEST = 2 * 1024 * 1024


async def upload(service: Running, case: str, content: bytes, who: dict[str, str], key: str = "k") -> httpx.Response:
    files = {"certificate": ("../../etc/passwd.html", content, "text/html")}
    headers = who | {"Idempotency-Key": key}
    return await service.client.post(f"/validation/cases/{case}/certificate", files=files, headers=headers)


async def test_a_certificate_comes_back_as_it_was_and_cannot_run(service: Running) -> None:
    await appointed(service, *OFFICES)
    case, teacher = await written(service, HISTORIES["form"], teacher=TEACHER), service.signed_in(TEACHER)
    for content, kind, name in ((PDF, "application/pdf", "pdf"), (PNG, "image/png", "png")):
        assert (await upload(service, case, content, teacher, key=name)).json()["certificate_filed"] is True
        for who in (as_officer(service, "madrid"), as_officer(service, "nso"), teacher):
            got = await service.client.get(f"/validation/cases/{case}/certificate", headers=who)
            assert (got.content, got.headers["content-type"]) == (content, kind)
            assert got.headers["content-disposition"] == f'attachment; filename="certificate.{name}"'
            assert got.headers["x-content-type-options"] == "nosniff"
            assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    for name, status in (("central", 403), ("galicia", 404), ("france", 404), ("assessor", 404)):
        url = f"/validation/cases/{case}/certificate"
        assert (await service.client.get(url, headers=as_officer(service, name))).status_code == status
    await service.host.records.erase(TEACHER)
    for who, status in ((as_officer(service, "madrid"), 404), (teacher, 401)):
        assert (await service.client.get(f"/validation/cases/{case}/certificate", headers=who)).status_code == status


async def test_an_upload_repeated_under_its_key_is_one(service: Running) -> None:
    case, teacher = await written(service, HISTORIES["form"], teacher=TEACHER), service.signed_in(TEACHER)
    first, again = [await upload(service, case, PDF, teacher) for _ in range(2)]
    assert first.json() == again.json()
    assert (await service.host.handler.load(f"case-{case}")).version == 2
    assert problem(await upload(service, case, PNG, teacher)) == (409, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 415),
        (b"<html><script>", 415),
        (b"GIF89a", 415),
        (b" %PDF-1.7", 415),
        (b"%PDF-" + bytes(LARGEST - 5), 200),
        (b"%PDF-" + bytes(LARGEST - 4), 413),
        (b"%PDF-" + bytes(LARGEST * 2), 413),
    ],
)
async def test_only_forms_of_two_mebibytes_are_taken(service: Running, content: bytes, status: int) -> None:
    case = await written(service, HISTORIES["form"], teacher=TEACHER)
    assert (await upload(service, case, content, service.signed_in(TEACHER))).status_code == status


async def test_l24_a_blocked_teacher_files_and_contests_nothing_until_the_block_ends(service: Running) -> None:
    form, refused = [await written(service, HISTORIES[one], teacher=TEACHER) for one in ("form", "rejected")]
    teacher, statement = service.signed_in(TEACHER), {"statement": "I do work there."}
    opened = ProfileOpened(teacher=TEACHER, country="ES", region=None, school="ES-1", role="teacher")
    blocked = ProfileBlocked(teacher=TEACHER, country="ES", reason="misuse", statement=None)
    unblocked = ProfileUnblocked(teacher=TEACHER, country="ES", reason="settled")
    told = story(f"profile-{TEACHER}", opened, blocked, unblocked)
    await service.fold(*told[:2])
    url = f"/validation/cases/{refused}/contest"
    assert problem(await upload(service, form, PDF, teacher)) == (403, "barred")
    assert problem(await service.client.post(url, json=statement, headers=teacher)) == (403, "barred")
    assert (await service.client.get(f"/validation/cases/{refused}", headers=teacher)).status_code == 200
    await service.fold(*told[2:])
    assert (await upload(service, form, PDF, teacher)).status_code == 200
    assert (await service.client.post(url, json=statement, headers=teacher)).status_code == 200


async def test_there_is_no_certificate_before_it_is_filed(service: Running) -> None:
    await appointed(service, "madrid")
    case = await written(service, HISTORIES["form"], teacher=TEACHER)
    url = f"/validation/cases/{case}/certificate"
    assert problem(await service.client.get(url, headers=as_officer(service, "madrid"))) == (404, "not-found")


@pytest.mark.parametrize(
    ("state", "path", "whose", "named"),
    [("asked", "director-approval", "madrid", "statement"), ("rejected", "contest", TEACHER, "statement")],
)
async def test_what_somebody_writes_is_a_record_of_the_applicant(
    service: Running, state: str, path: str, whose: str, named: str
) -> None:
    await appointed(service, "madrid")
    case = await written(service, HISTORIES[state], teacher=TEACHER)
    who = service.signed_in(TEACHER) if whose == TEACHER else as_officer(service, whose)
    for _ in range(2):
        assert (await act(service, case, path, who, key="k")).status_code == 200
    history = await service.host.handler.load(f"case-{case}")
    assert history.version == 2
    commit = history.commits[-1]
    reference = commit.facts["command"]["data"][named]
    body = ACTS[path]
    assert body is not None
    assert body[named].encode() not in commit.head + b"".join(commit.events)
    found = (await service.host.records.fetch([reference["id"]]))[reference["id"]]
    assert isinstance(found, Found)
    assert (found.subject, found.fields, found.commitment) == (
        TEACHER, {"statement": body[named]}, reference["commitment"],
    )  # fmt: skip
