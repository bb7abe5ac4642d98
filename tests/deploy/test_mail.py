"""Real SMTP in, a page and JSON out; what was accepted stays."""

import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.mail import NOBODY
from deploy.local.mailbox import Mailbox
from deploy.local.stack import LocalStack


def _address() -> str:
    return f"{uuid4().hex}@example.org"


def _send(stack: LocalStack, to: str, subject: str = "Bienvenida", text: str = "¡Hola!") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "etwinning@example.org", to, subject
    message["Message-ID"], message["Date"] = f"<{uuid4().hex}@example.org>", "Tue, 24 Nov 2026 10:00:00 +0000"
    message.set_content(text)
    host, _, port = stack.smtp.partition(":")
    with smtplib.SMTP(host, int(port), timeout=10) as server:
        server.send_message(message)


def _received(stack: LocalStack, **query: Any) -> list[dict[str, Any]]:
    answer = httpx.get(f"{stack.mail_url}/messages", params=query).raise_for_status()
    return list(answer.json())


def test_a_message_is_found_by_its_recipient_in_order_of_arrival(stack: LocalStack) -> None:
    to = _address()
    for subject in ("first", "second"):
        _send(stack, to, subject)
    _send(stack, _address())
    received = _received(stack, to=to.upper())
    assert [mail["subject"] for mail in received] == ["first", "second"]
    assert received[0]["text"].strip() == "¡Hola!"
    assert [mail["subject"] for mail in _received(stack, to=to, after=received[0]["id"])] == ["second"]
    assert httpx.get(f"{stack.mail_url}/messages/{received[0]['id']}").json() == received[0]


def test_the_page_escapes_what_a_stranger_sent_and_makes_links(stack: LocalStack) -> None:
    to = _address()
    _send(stack, to, "<script>alert(1)</script>", "<b>open</b> http://127.0.0.1/x?a=1&b=2")
    number = _received(stack, to=to)[0]["id"]
    page = httpx.get(f"{stack.mail_url}/{number}").text
    assert "<script>" not in page
    assert "<b>" not in page
    assert "href='http://127.0.0.1/x?a=1&amp;b=2'" in page
    assert "script-src" not in httpx.get(f"{stack.mail_url}/").headers["content-security-policy"]
    assert "&lt;script&gt;" in httpx.get(f"{stack.mail_url}/").text


def test_mail_to_nobody_is_refused_for_good_and_the_next_one_is_taken(stack: LocalStack) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        _send(stack, stale := f"director@{NOBODY}")
    assert refused.value.recipients[stale][0] == 550
    assert _received(stack, to=stale) == []
    _send(stack, to := _address())
    assert len(_received(stack, to=to)) == 1


def test_unknown_messages_and_bad_queries_are_refused(stack: LocalStack) -> None:
    assert httpx.get(f"{stack.mail_url}/messages/999999999").status_code == 404
    assert httpx.get(f"{stack.mail_url}/messages/-1").status_code == 404
    assert httpx.get(f"{stack.mail_url}/messages", params={"after": "x"}).status_code == 422
    assert httpx.get(f"{stack.mail_url}/messages", params={"limit": 10**9}).status_code == 422


def test_mail_survives_a_restart_and_numbers_go_on(tmp_path: Path) -> None:
    first = Mailbox(tmp_path)
    assert [first.add(["a@x.org"], b"Subject: one\r\n\r\n1"), first.add(["b@x.org"], b"Subject: two\r\n\r\n2")] == [
        1,
        2,
    ]
    (tmp_path / "000000003.new").write_bytes(b"cut short by a crash")
    again = Mailbox(tmp_path)
    assert [mail.subject for mail in again.find(None, 0, 10)] == ["one", "two"]
    assert again.add(["a@x.org"], b"Subject: three\r\n\r\n3") == 3
    assert [mail.subject for mail in again.find("a@x.org", 0, 10)] == ["one", "three"]
    assert [mail.subject for mail in again.newest(None, 2)] == ["three", "two"]
    assert [mail.subject for mail in again.newest(2, 2)] == ["one"]


def test_an_unknown_charset_is_shown_not_refused(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    mailbox.add(["a@x.org"], b"Content-Type: text/plain; charset=klingon\r\n\r\nnuqneH")
    mail = mailbox.get(1)
    assert mail is not None
    assert "nuqneH" in mail.text
