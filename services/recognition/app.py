"""Recognition, wired once."""

from services.recognition.api import RecognitionApi
from services.recognition.application import APPLICATION
from services.recognition.dossier import DOSSIER
from services.recognition.queries import RecognitionQueries
from services.recognition.reactions import REACTIONS
from services.recognition.seal import SEAL
from services.recognition.views import VIEWS
from shared.hosting.host import Host
from shared.hosting.parts import Parts
from shared.identity.office_view import OFFICES
from shared.identity.standing_view import STANDINGS


def build(host: Host) -> Parts:
    """The service's parts for this host."""
    queries = RecognitionQueries(host.handler, host.views, host.records)
    return Parts(
        routers=(RecognitionApi(host, queries).router(),),
        aggregates=(SEAL, APPLICATION, DOSSIER),
        reactions=REACTIONS,
        views=(*VIEWS, OFFICES, STANDINGS),
        held={"seals": queries.held_seals, "applications": queries.held_applications},
    )
