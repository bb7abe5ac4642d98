"""The mail server of one machine: real SMTP in, a page and JSON out. Run: `python -m deploy.local.mail`."""

import asyncio
import html
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Annotated

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, FastAPI, HTTPException, Query, Response
from fastapi.responses import HTMLResponse

from deploy.local import ports
from deploy.local.mailbox import Mail, Mailbox
from deploy.local.process import Program
from deploy.local.python import ENVIRONMENT, module
from deploy.local.settings import HOST, LocalSettings

_PAGE = 50
_SIZE_LIMIT = 10 * 1024 * 1024
NOBODY = "unreachable.example"
"""The domain where nobody has a mailbox: its addresses are refused for good, as a stale one is anywhere."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_LINK = re.compile(r"(https?://[^\s<>\"']+)")
_DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem }}
pre {{ white-space: pre-wrap; font: inherit }} td, th {{ padding: .25rem .75rem .25rem 0; text-align: left }}
</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"""

Number = Annotated[int, Query(ge=0, le=2**53)]


class _Receiver:
    """Accepts every message but those to nobody, and says 250 only once it is on disk."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(  # noqa: N802 - its name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.rpartition("@")[2].lower() == NOBODY:
            return "550 5.1.1 Nobody has this address"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        content = envelope.content
        data = content if isinstance(content, bytes) else (content or "").encode()
        number = await asyncio.to_thread(self._mailbox.add, envelope.rcpt_tos, data)
        return f"250 Kept as {number}"


def reader(mailbox: Mailbox) -> FastAPI:
    """The HTTP side: /mail/ for people, /mail/messages for programs."""
    app = FastAPI(title="Local mail", openapi_url=None)
    routes = APIRouter(prefix="/mail")

    @routes.get("/messages")
    def messages(
        to: str | None = None, after: Number = 0, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> list[Mail]:
        return mailbox.find(to, after, limit)

    @routes.get("/messages/{number}")
    def message(number: int) -> Mail:
        return _known(mailbox, number)

    @routes.get("/", response_class=HTMLResponse)
    def inbox(before: Number | None = None) -> Response:
        return _html("Mail received on this machine", _list(mailbox.newest(before, _PAGE)))

    @routes.get("/{number}", response_class=HTMLResponse)
    def page(number: int) -> Response:
        return _html(*_message(_known(mailbox, number)))

    app.include_router(routes)
    return app


def _known(mailbox: Mailbox, number: int) -> Mail:
    mail = mailbox.get(number) if 0 <= number < 10**9 else None
    if mail is None:
        raise HTTPException(404)
    return mail


def _list(mails: list[Mail]) -> str:
    if not mails:
        return "<p>No mail.</p>"
    rows = "".join(
        f"<tr><td><a href='/mail/{mail.id}'>{html.escape(mail.subject) or '(no subject)'}</a></td>"
        f"<td>{html.escape(', '.join(mail.to))}</td><td>{html.escape(mail.date)}</td></tr>"
        for mail in mails
    )
    older = f"<p><a href='/mail/?before={mails[-1].id}'>Older</a></p>" if len(mails) == _PAGE else ""
    return (
        f"<table><thead><tr><th>Subject</th><th>To</th><th>Date</th></tr></thead><tbody>{rows}</tbody></table>{older}"
    )


def _message(mail: Mail) -> tuple[str, str]:
    parts = _LINK.split(mail.text)  # every second part is a link
    text = "".join(
        f"<a href='{html.escape(part)}' rel='noreferrer'>{html.escape(part)}</a>" if place % 2 else html.escape(part)
        for place, part in enumerate(parts)
    )
    head = f"<p>To {html.escape(', '.join(mail.to))}<br>{html.escape(mail.date)}</p>"
    return mail.subject or "(no subject)", f"{head}<pre>{text}</pre><p><a href='/mail/'>All mail</a></p>"


def _html(title: str, body: str) -> Response:
    content = _DOCUMENT.format(title=html.escape(title), body=body)
    return HTMLResponse(content, headers={"content-security-policy": _POLICY, "referrer-policy": "no-referrer"})


async def serve(folder: Path, smtp_port: int, http_port: int) -> None:
    """Serves both until the process is told to stop."""
    mailbox = Mailbox(folder)
    receiver = _Receiver(mailbox)
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(
        lambda: SMTP(receiver, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=_SIZE_LIMIT), HOST, smtp_port
    )
    config = uvicorn.Config(reader(mailbox), HOST, http_port, access_log=False, log_level="warning", lifespan="off")
    async with smtp:
        await uvicorn.Server(config).serve()


def program(settings: LocalSettings) -> Program:
    """The mail server as a child process."""
    smtp, http = settings.port("smtp"), settings.port("mail")
    arguments = ("--folder", str(settings.home / "mail"), "--smtp", str(smtp), "--http", str(http))

    def ready() -> bool:
        return ports.answers(smtp) and ports.responds(f"{settings.mail_url}/")

    return Program("mail", module("deploy.local.mail", *arguments), ready, ENVIRONMENT)


def main() -> None:
    """Reads the command line and serves."""
    parser = ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--smtp", type=int, required=True)
    parser.add_argument("--http", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(serve(given.folder, given.smtp, given.http))


if __name__ == "__main__":
    main()
