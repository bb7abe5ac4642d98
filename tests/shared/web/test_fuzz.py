"""Every operation of the edge's own application, fuzzed with all checks: what a service gets for free must hold."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

from shared.identity.rate_limits import RateLimits
from tests.shared.web.application import bearer, make_app, make_edge, person_token, service_token

APP = make_app(make_edge(rate_limits=RateLimits(enabled=False)))
UPLOAD = "POST /projects/projects/{project}/plan"
SCHEMA = schemathesis.openapi.from_asgi("/projects/openapi.json", APP)


@SCHEMA.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_documented(case: Any) -> None:
    token = service_token() if case.path == "/projects/private-records/fetch" else person_token()
    # Any bytes are a part of a form: a number there is a file whose text is its digits, which no schema refuses.
    excluded = [negative_data_rejection] if case.operation.label == UPLOAD else []
    headers = bearer(token) | {"Sec-Fetch-Site": "same-origin"}
    case.call_and_validate(headers=headers, excluded_checks=excluded)
