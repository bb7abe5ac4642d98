"""Projects, wired once."""

from services.projects.api import ProjectApi
from services.projects.project import PROJECT
from services.projects.queries import ProjectQueries
from services.projects.views import VIEWS
from shared.hosting.host import Host
from shared.hosting.parts import Parts
from shared.identity.office_view import OFFICES
from shared.identity.standing_view import STANDINGS


def build(host: Host) -> Parts:
    """The service's parts for this host. Nothing in projects reacts to an event yet: people decide everything."""
    queries = ProjectQueries(host.handler, host.views, host.records)
    return Parts(
        routers=(ProjectApi(host, queries).router(),), aggregates=(PROJECT,), views=(*VIEWS, OFFICES, STANDINGS)
    )
