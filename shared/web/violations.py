"""How a broken rule becomes an HTTP answer: by the names of its class and of those it derives from.

Rules know nothing of HTTP. A rule violation answers 409 unless it derives from one of the classes named here;
its problem type is its own class name in kebab case, so renaming a rule is a change of the public interface.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from shared.event_store.violations import RuleViolation
from shared.web.openapi import problem_response
from shared.web.problem import TYPE_PREFIX, Problem, kebab_case, not_found

NOT_FOUND = 404
STATUS_BY_CLASS: Mapping[str, int] = {
    "Forbidden": 403,
    "NotFound": NOT_FOUND,
    "NotYetKnown": 409,
    "PreconditionFailed": 412,
    "Busy": 503,
    "OutcomeUnknown": 503,
}
RETRY_AFTER_S: Mapping[str, int] = {"NotYetKnown": 1, "Busy": 1, "OutcomeUnknown": 1}
_DEFAULT_STATUS = 409


def problem_of(violation: RuleViolation) -> Problem:
    """The problem that a rule violation is answered with."""
    kind = type(violation)
    if status_of(kind) == NOT_FOUND:
        return not_found()  # without its data and its own name: they would tell hidden from missing
    retry_after = _of_lineage(kind, RETRY_AFTER_S)
    return Problem(
        status_of(kind),
        kebab_case(kind.__name__),
        data=violation.data,
        headers={} if retry_after is None else {"Retry-After": str(retry_after)},
    )


def status_of(kind: type[RuleViolation]) -> int:
    """The HTTP status of a class of rule violations."""
    status = _of_lineage(kind, STATUS_BY_CLASS)
    return _DEFAULT_STATUS if status is None else status


def responses_for(*violations: type[RuleViolation]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses for a route's `responses=`: each status with the problem types it may carry."""
    by_status: dict[int, list[str]] = {}
    for kind in violations:
        by_status.setdefault(status_of(kind), []).append(TYPE_PREFIX + kebab_case(kind.__name__))
    return {
        status: problem_response(HTTPStatus(status).phrase, sorted(types))
        for status, types in sorted(by_status.items())
    }


def _of_lineage(kind: type[RuleViolation], table: Mapping[str, int]) -> int | None:
    return next((table[base.__name__] for base in kind.__mro__ if base.__name__ in table), None)
