"""The teacher's name on the director's page: joined in from its record, gone when it is erased, never in a document."""

from collections.abc import Mapping, Sequence

from shared.contracts.base import Service
from shared.private_records.records import Found, Lookup
from shared.private_records.replicas import Replicas
from tests.services.running import Running
from tests.services.validation.acting import TEACHER, appointed, director_token, open_case

NAME = "name-" + TEACHER


class Registration:
    """An owner that has one record."""

    async def fetch(self, owner: Service, ids: Sequence[str]) -> Mapping[str, Lookup]:
        assert (owner, list(ids)) == ("registration", [NAME])
        return {NAME: Found(TEACHER, "name", {"given_name": "Ana <b>", "family_name": "Gil"}, b"salt")}


async def test_the_director_reads_the_name_until_it_is_erased(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    replicas = Replicas(service.host.database, Registration())
    await replicas.get("registration", [NAME])
    named = await service.client.get("/validation/director", params={"token": token})
    assert "Ana &lt;b&gt; Gil" in named.text
    await replicas.forget(TEACHER)
    erased = await service.client.get("/validation/director", params={"token": token})
    assert (erased.status_code, "Gil" in erased.text) == (200, False)
