"""Notifications, wired once."""

import os

from services.notifications.message import MESSAGE
from services.notifications.reactions import REACTIONS
from services.notifications.sender import Sender
from services.notifications.smtp import MailServer
from services.notifications.views import VIEWS
from shared.hosting.host import Host
from shared.hosting.parts import Parts
from shared.identity.office_view import OFFICES
from shared.messaging.ownership import Ownership


def build(host: Host) -> Parts:
    """The service's parts for this host."""
    process = f"{os.getpid()}-{host.clock().timestamp():.6f}"
    ownership = Ownership(host.database, "sender", process, host.settings.installation.shards)
    sender = Sender(host, MailServer(host.settings.mail.smtp), ownership)
    return Parts(
        aggregates=(MESSAGE,),
        reactions=REACTIONS,
        views=(*VIEWS, OFFICES),
        loops={"sender": sender.run},
    )
