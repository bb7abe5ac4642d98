"""Sends generated requests: live identifiers in most of them, signed in as whoever succeeded with the operation."""

from collections.abc import Mapping, MutableMapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from zlib import crc32

import requests
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from deploy.local.stack import LocalStack
from tests.e2e.live import Live, renewed

_SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
# What fits depends on another field, or on the bytes of a file: the document, which speaks of one field at a time,
# cannot say it. Regions are those of the country; one of two passwords is given; a rejection has a reason; a receipt is
# signed.
_OF_SEVERAL_FIELDS = frozenset(
    {
        "POST /registration/offices",
        "POST /registration/registrations/complete",
        "POST /registration/complete",
        "POST /registration/erasure-receipts/verify",
        "POST /registration/schools",
        "POST /registration/schools/proposals",
        "POST /registration/schools/proposals/{school}/accept",
        "POST /registration/schools/{school}/move",
        "POST /validation/bulk-decisions",
        "POST /validation/bulk-decisions/preview",
        "POST /validation/cases/{case}/certificate",
        "POST /validation/director",
    }
)
UPLOAD = "POST /validation/cases/{case}/certificate"
_TRACES = ("Traceback", "site-packages", '.py"', "pymongo", "pydantic")


class Sender:
    """`live`: every operation to a request that it answered with success."""

    def __init__(self, stack: LocalStack, live: Mapping[str, Live]) -> None:
        self._settings = stack.settings
        self.live = live
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # nobody stays signed in

    def send(self, service: str, case: Any) -> None:
        """One generated request; raises what any check of schemathesis finds, and ours."""
        live = self.live[case.operation.label]
        put_live(case, live)
        case.call_and_validate(
            base_url=self._settings.service_url(service),
            session=self._session,
            headers=_SAME_ORIGIN | self._authority(case, live),
            additional_checks=[no_trace_of_code],
            excluded_checks=_excluded(case.operation.label),
        )

    def _authority(self, case: Any, live: Live) -> dict[str, str]:
        """Signed in, unless what was generated is a wrong or missing Authorization."""
        documented = any(parameter.name == "Authorization" for parameter in case.operation.headers)
        generated_wrong = documented and case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)
        if live.token is None or generated_wrong:
            return {}
        return {"Authorization": f"Bearer {renewed(live.token, self._settings.keys)}"}


def _excluded(label: str) -> list[Any]:
    found = [positive_data_acceptance] if label in _OF_SEVERAL_FIELDS else []
    # Any bytes are a part of a form: what is wrong with them the service says (413, 415), no schema does.
    return [*found, negative_data_rejection] if label == UPLOAD else found


def no_trace_of_code(_context: Any, response: Any, _case: Any) -> None:
    """A check of schemathesis: no answer says where in the code it was made."""
    text = response.content.decode("utf-8", "replace")  # an archive is no text
    assert not [word for word in _TRACES if word in text]


def put_live(case: Any, live: Live) -> None:
    """Live values where valid ones were generated: in three of four requests the path's, and half of the others.

    Which ones follows from the request itself, so that it can be repeated.
    """
    chance = crc32(repr((case.path_parameters, case.query, case.body)).encode())
    if chance % 4 == 0:
        return
    if _valid(case, ParameterLocation.PATH):
        _put(case.path_parameters, live.path, 0)
    if _valid(case, ParameterLocation.QUERY):
        _put(case.query, live.query, chance)
    if _valid(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        _put(case.body, live.body, chance)


def _put(generated: MutableMapping[str, Any], live: Mapping[str, Any], chance: int) -> None:
    for number, (name, value) in enumerate(sorted(live.items())):
        if name in generated and not chance >> (number + 2) & 1:
            generated[name] = value


def _valid(case: Any, where: ParameterLocation) -> bool:
    component = case.meta.components.get(where) if case.meta is not None else None
    return component is not None and component.mode.is_positive
