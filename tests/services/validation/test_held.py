"""Cases of somebody, as registration asks for them, on the real database: with what was written about them."""

from shared.contracts.base import derived_id
from tests.services.running import Running
from tests.services.validation.acting import ACTS, TEACHER, act, appointed, as_officer, open_case

OTHER = derived_id("other teacher")


async def test_cases_and_statements_of_that_teacher_alone(service: Running) -> None:
    await appointed(service, "madrid")
    case, other = await open_case(service), await open_case(service, OTHER)
    for one in (case, other):
        assert (await act(service, one, "director-approval", as_officer(service, "madrid"))).status_code == 200
    await service.fold_own()
    held = await service.held(TEACHER)
    (found,) = held["documents"]["cases"]
    assert (found["case"], found["answer"], found["evidence"]) == (case, "approved", "letter")
    assert "queue" not in found
    body = ACTS["director-approval"]
    assert body is not None
    assert [one["fields"]["statement"] for one in held["records"]] == [body["statement"]]
