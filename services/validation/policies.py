"""Who decides on a case: the node's policy names the office, the place of the school the person."""

from typing import Literal, Protocol


class Seat(Protocol):
    """The office somebody acts in."""

    @property
    def kind(self) -> Literal["representative", "national_support_officer"]: ...
    @property
    def country(self) -> str: ...
    @property
    def region(self) -> str | None: ...


def in_charge(seat: Seat, country: str, region: str | None) -> bool:
    """The representative whose region or country holds the school.

    A school without a region belongs to its country's national representative, or to the national support service.
    """
    if seat.country != country:
        return False
    if seat.kind == "national_support_officer":
        return region is None
    return seat.region is None or seat.region == region


def decides(
    seat: Seat, decided_by: Literal["representative", "national_support"], country: str, region: str | None
) -> bool:
    """Whether this office may end the case.

    `national_support`: the representative reports, the national support service decides (practice in Spain);
    `representative`: FAQ L20.
    """
    if decided_by == "national_support":
        return seat.kind == "national_support_officer" and seat.country == country
    return in_charge(seat, country, region)
