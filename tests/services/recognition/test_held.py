"""Seals and applications of somebody, as registration asks for them, on the real database."""

from pathlib import Path

import pytest

from services.recognition.app import build
from tests.databases import server_url
from tests.services.recognition.happened import ANA, PROJECT
from tests.services.recognition.test_views import IN_TURN
from tests.services.running import running


async def test_seals_and_applications_of_that_teacher_alone(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    async with running("recognition", build, server_url(request), tmp_path) as service:
        await service.fold(*IN_TURN)
        held = (await service.held(ANA.teacher))["documents"]
    assert sorted(one["kind"] for one in held["seals"]) == ["eqs", "etwinning", "nqs"]
    assert {one["project"] for one in held["seals"]} == {PROJECT}
    (application,) = held["applications"]
    assert (application["school"], application["status"]) == (ANA.school, "granted")
