"""Projects, wired once."""

from services.projects.api import ProjectApi, ProjectSearchApi
from services.projects.project import PROJECT
from services.projects.queries import PROJECT_TITLES, ProjectQueries, ProjectSearch, project_index, project_titles
from services.projects.views import VIEWS
from shared.hosting.host import Host
from shared.hosting.keeping import keeping
from shared.hosting.looking_after import looking_after
from shared.hosting.parts import Parts
from shared.identity.office_view import OFFICES
from shared.identity.standing_view import STANDINGS
from shared.search.private_texts import TEXT_INDEXES


def build(host: Host) -> Parts:
    """The service's parts for this host. Nothing in projects reacts to an event yet: people decide everything."""
    queries = ProjectQueries(host.handler, host.views, host.records)
    search, titles = ProjectSearch(project_index(host)), project_titles(host)
    return Parts(
        routers=(ProjectSearchApi(search).router(), ProjectApi(host, queries, search).router()),
        aggregates=(PROJECT,),
        views=(*VIEWS, OFFICES, STANDINGS),
        loops={
            "deadlines": looking_after(PROJECT_TITLES, search.index, host),
            "api": keeping("project_search", search.index.kept, host),
        },
        indexes={PROJECT_TITLES: TEXT_INDEXES},
        deletions=(titles.forget,),
        remains={PROJECT_TITLES: titles.count},
        held={"projects": queries.held},
    )
