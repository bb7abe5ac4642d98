"""Lists that people and sweeps read of registration's facts. Pure."""

from services.registration.views.address_changes import ADDRESS_CHANGES, fold_change
from services.registration.views.people import ANYONE, MEMBERS, PEOPLE
from services.registration.views.schools import PROPOSALS, SCHOOLS, fold_school, region_facet

__all__ = [
    "ADDRESS_CHANGES",
    "ANYONE",
    "MEMBERS",
    "PEOPLE",
    "PROPOSALS",
    "SCHOOLS",
    "fold_change",
    "fold_school",
    "region_facet",
]
