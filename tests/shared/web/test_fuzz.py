"""Every operation of the edge's own application, fuzzed with all checks: what a service gets for free must hold."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings

from shared.identity.rate_limits import RateLimits
from tests.shared.web.application import bearer, make_app, make_edge, person_token, service_token

APP = make_app(make_edge(rate_limits=RateLimits(enabled=False)))
SCHEMA = schemathesis.openapi.from_asgi("/projects/openapi.json", APP)


@SCHEMA.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_documented(case: Any) -> None:
    token = service_token() if case.path == "/projects/private-records/fetch" else person_token()
    case.call_and_validate(headers=bearer(token) | {"Sec-Fetch-Site": "same-origin"})
