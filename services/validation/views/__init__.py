"""What validation reads: its cases by place, teacher and deadline; what its schools and teachers did; names."""

from services.validation.views.applicants import APPLICANTS, role_at
from services.validation.views.cases import CASES, fold_case
from services.validation.views.ordering import newest_first, oldest_first
from services.validation.views.school_names import SCHOOL_NAMES
from services.validation.views.schools import CASES_OF_SCHOOLS, known_contact
from services.validation.views.teachers import (
    CASES_OF_TEACHERS,
    no_longer_there,
    reason_to_withdraw,
    transfer_to_settle,
)

VIEWS = (CASES, CASES_OF_SCHOOLS, CASES_OF_TEACHERS, APPLICANTS, SCHOOL_NAMES)

__all__ = [
    "APPLICANTS",
    "CASES",
    "CASES_OF_SCHOOLS",
    "CASES_OF_TEACHERS",
    "SCHOOL_NAMES",
    "VIEWS",
    "fold_case",
    "known_contact",
    "newest_first",
    "no_longer_there",
    "oldest_first",
    "reason_to_withdraw",
    "role_at",
    "transfer_to_settle",
]
