"""The mail server, as the sender sees it: it took the mail, it refused for good, or it could not be asked now."""

from email.message import EmailMessage
from enum import Enum, auto

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientsRefused

_TIMEOUT_S = 10.0


class Delivery(Enum):
    """What became of one mail."""

    TAKEN = auto()
    REFUSED = auto()
    LATER = auto()


class MailServer:
    """An SMTP server; one connection a mail, each under a deadline."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._port = host, int(port)

    async def send(self, mail: EmailMessage) -> Delivery:
        """Hands one mail over; 5xx about its recipient or content refuses it for good, everything else may work later:
        a server that greets with 554, wants a password or knows no such sender is set up wrongly, and is repaired."""
        try:
            async with SMTP(hostname=self._host, port=self._port, timeout=_TIMEOUT_S) as server:
                await server.send_message(mail)
        except SMTPRecipientsRefused as refused:
            codes = [recipient.code for recipient in refused.recipients]
            return Delivery.REFUSED if all(code >= 500 for code in codes) else Delivery.LATER
        except SMTPDataError as refused:
            return Delivery.REFUSED if refused.code >= 500 else Delivery.LATER
        except (SMTPException, OSError):
            return Delivery.LATER
        return Delivery.TAKEN
