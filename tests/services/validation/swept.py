"""What a process of validation sweeps, where validations hold for two years."""

from services.validation.app.sweeping import CaseSweeps
from shared.hosting.host import Host
from tests.services.sweeper import Sweeps
from tests.services.validation.adopting import adopting

TERM = "validation.two_years"


def everything(host: Host) -> Sweeps:
    """In the order in which the service has them; of the only country that has cases: a turn asks each for its own."""
    nodes = adopting("ES", TERM)
    host.nodes = nodes.model_copy(update={"countries": (nodes.country("ES"),)})
    host.heartbeats.register("case_deadlines", within_seconds=60)
    sweeps = CaseSweeps(host)
    return sweeps.deadlines, sweeps.follow
