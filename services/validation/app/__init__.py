"""Validation, wired once."""

from services.validation.api import routers
from services.validation.app.sweeping import CaseSweeps
from services.validation.case import CASE
from services.validation.pages import TEMPLATES, DirectorPages
from services.validation.policies import validates_again
from services.validation.queries import CaseQueries, Words
from services.validation.reactions import reactions
from services.validation.views import VIEWS
from shared.hosting.host import Host
from shared.hosting.parts import Parts
from shared.identity.office_view import OFFICES
from shared.identity.standing_view import STANDINGS


def build(host: Host) -> Parts:
    """The service's parts for this host."""
    queries = CaseQueries(host.handler, host.views, Words(host.records, host.replicas))
    return Parts(
        routers=(*routers(host, queries), DirectorPages(host, queries).router()),
        aggregates=(CASE,),
        reactions=reactions(lambda country, on: validates_again(host.nodes, country, on)),
        views=(*VIEWS, OFFICES, STANDINGS),
        loops={"deadlines": CaseSweeps(host).run},
        held={"cases": queries.held},
        templates=(TEMPLATES,),
    )
