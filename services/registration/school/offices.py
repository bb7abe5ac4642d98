"""Which office decides what about a school: the matrix of the service's README, checked again by every decision."""

from collections.abc import Mapping

from services.registration.commands import (
    AcceptProposal,
    CloseSchool,
    ConfirmDirectorContact,
    CorrectSchool,
    DescribeSchool,
    DismissDirectorContact,
    ForgetDirector,
    MergeSchool,
    MoveSchool,
    OfOffice,
    RecordDirectorContact,
    RefuseProposal,
    RegisterSchool,
    ReopenSchool,
)
from services.registration.school.rules import SchoolOutsideYourOffice
from shared.contracts.base import Command
from shared.contracts.registration import OfficeKind

NATIONAL: tuple[OfficeKind, ...] = ("national_support_officer",)
OF_THE_PLACE: tuple[OfficeKind, ...] = ("national_support_officer", "representative")

MAY: Mapping[type[Command], tuple[OfficeKind, ...]] = {
    RegisterSchool: NATIONAL,
    MoveSchool: NATIONAL,
    CloseSchool: NATIONAL,
    ReopenSchool: NATIONAL,
    MergeSchool: NATIONAL,
    CorrectSchool: OF_THE_PLACE,
    DescribeSchool: OF_THE_PLACE,
    AcceptProposal: OF_THE_PLACE,
    RefuseProposal: OF_THE_PLACE,
    RecordDirectorContact: OF_THE_PLACE,
    ConfirmDirectorContact: OF_THE_PLACE,
    DismissDirectorContact: OF_THE_PLACE,
    ForgetDirector: OF_THE_PLACE,
}
"""The national support service everything in its country; a representative the details of the schools of the region."""


def authorise(command: OfOffice, country: str, region: str | None) -> None:
    """Raises `SchoolOutsideYourOffice`. A school without a region belongs to its country's national representative."""
    place = command.office_region is None or command.office_region == region
    if command.office not in MAY[type(command)] or command.office_country != country or not place:
        raise SchoolOutsideYourOffice(country=country)
