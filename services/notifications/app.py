"""Notifications, wired once."""

from functools import partial

from services.notifications.message import MESSAGE
from services.notifications.queries import messages_to
from services.notifications.reactions import REACTIONS
from services.notifications.sender import Sender
from services.notifications.smtp import MailServer
from services.notifications.views import VIEWS
from shared.hosting.host import Host
from shared.hosting.parts import Parts
from shared.hosting.publishing import ownership
from shared.identity.office_view import OFFICES


def build(host: Host) -> Parts:
    """The service's parts for this host."""
    sender = Sender(host, MailServer(host.settings.mail.smtp), ownership(host, "sender"))
    return Parts(
        aggregates=(MESSAGE,),
        reactions=REACTIONS,
        views=(*VIEWS, OFFICES),
        loops={"sender": sender.run},
        held={"messages": partial(messages_to, host.views, host.replicas)},
    )
