"""What a teacher does with an account, and what the rules say to it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from services.registration import commands as ask
from services.registration.deadlines.drafts import expiring
from services.registration.deadlines.inactivity import Absence, Stage, Years, falling_due
from services.registration.profile import Standing
from shared.contracts.base import Command
from tests.lives import account_rules as account
from tests.lives import profile_rules as profile
from tests.lives.acts import TEACHER
from tests.services.recorded import START
from tests.services.registration.happened import CLAIM, ref

BEGAN = START.date()
HOURS_72 = timedelta(hours=72)
DRAFT = timedelta(days=14)
Put = tuple[str, Command | None, str]
"""The aggregate, the command (none: nothing is asked), and what the rules say."""


@dataclass
class Self:
    """What the rules know of the one person of these lives; `mailed`: links of each kind, the latest last."""

    account: account.Account
    profile: profile.Profile
    last_access: date = BEGAN
    mailed: dict[str, list[str]] = field(default_factory=dict)

    def mail(self, kind: str, attempt: str) -> str:
        self.mailed.setdefault(kind, []).append(attempt)
        return attempt

    def link(self, kind: str, back: int) -> str:
        sent = self.mailed.get(kind, [])
        return sent[-1 - back] if back < len(sent) else "never-mailed"

    def falling_due(self, state: Any, now: datetime) -> Command | None:
        """What the product's own deadline finds due for this profile."""
        announced = state.due is not None
        if state.standing is Standing.ACTIVE:
            stage = Stage.INACTIVATION_ANNOUNCED if announced else Stage.ACTIVE
        else:
            stage = Stage.REMOVAL_ANNOUNCED if announced else Stage.INACTIVE
        found = falling_due(
            Absence(stage, self.last_access, state.away_since, state.due),
            Years(inactive=2, removed=3, warned_months=1),
            now,
        )
        return None if found is None else found.command


def start(me: Self, now: datetime, number: int, back: int) -> Put:
    attempt, ends = me.mail("start", f"start-{number}"), now + HOURS_72
    command = ask.StartRegistration(
        at=now, teacher=TEACHER, claim=CLAIM, country="ES", locale="es", email=ref(f"email-{attempt}"),
        name=ref("name"), attempt=attempt, not_admitted=None, link_expires=ends,
    )  # fmt: skip
    return "teacher", command, account.begin(me.account, attempt, ends, admitted=True)


def start_elsewhere(me: Self, now: datetime, number: int, back: int) -> Put:
    _, command, _ = start(Self(account.nobody(), profile.none()), now, number, back)
    refused = command and command.model_copy(update={"country": "GB", "not_admitted": "withdrawn"})
    return "teacher", refused, account.begin(me.account, "", now, admitted=False)


def resend(me: Self, now: datetime, number: int, back: int) -> Put:
    attempt, ends = f"start-{number}", now + HOURS_72
    command = ask.ResendLink(at=now, attempt=attempt, not_admitted=None, link_expires=ends)
    expected = account.resend(me.account, attempt, ends)
    if expected == "done":
        me.mail("start", attempt)
    return "teacher", command, expected


def confirm(me: Self, now: datetime, number: int, back: int) -> Put:
    attempt = me.link("start", back)
    return "teacher", ask.ConfirmEmail(at=now, attempt=attempt), account.confirm(me.account, attempt, now)


def _complete(me: Self, now: datetime, back: int, role: Any, *, director: bool) -> Put:
    attempt = me.link("start", back)
    command = ask.CompleteRegistration(
        at=now, attempt=attempt, school="madrid", role=role, locale="es", director_contact=ref("director"),
        name=ref("name"), school_country="ES", school_region="Madrid", director_is_applicant=director,
    )  # fmt: skip
    return "teacher", command, account.complete(me.account, attempt, fits=role == "head_teacher" or not director)


def complete(me: Self, now: datetime, number: int, back: int) -> Put:
    return _complete(me, now, back, "teacher", director=False)


def complete_as_head(me: Self, now: datetime, number: int, back: int) -> Put:
    return _complete(me, now, back, "head_teacher", director=True)


def vouch_for_oneself(me: Self, now: datetime, number: int, back: int) -> Put:
    return _complete(me, now, back, "teacher", director=True)


def let_expire(me: Self, now: datetime, number: int, back: int) -> Put:
    """The sweep looks at the draft's latest link; a later one may have been sent since."""
    attempt = me.link("start", back)
    link = me.account["link"]
    ends = link[1] - HOURS_72 + DRAFT if link and link[0] == attempt else now
    command = expiring(attempt, ends, now)
    return "teacher", command, account.expire(me.account, attempt) if now >= ends else "none"


def repeat(me: Self, now: datetime, number: int, back: int) -> Put:
    return "teacher", ask.RepeatRegistration(at=now, attempt=f"repeat-{number}"), account.repeat(me.account)


def recover(me: Self, now: datetime, number: int, back: int) -> Put:
    attempt, ends = f"recover-{number}", now + HOURS_72
    command = ask.RequestPasswordRecovery(at=now, attempt=attempt, link_expires=ends)
    expected = account.recover(me.account, attempt, ends)
    if expected == "done":
        me.mail("recover", attempt)
    return "teacher", command, expected


def reset(me: Self, now: datetime, number: int, back: int) -> Put:
    attempt = me.link("recover", back)
    command = ask.ResetPassword(at=now, attempt=attempt, credential=f"password-{number}")
    return "teacher", command, account.reset(me.account, attempt, now)


def change_address(me: Self, now: datetime, number: int, back: int) -> Put:
    """`back`: how many addresses ago the request was compared with the one that counts."""
    attempt, ends = me.mail("address", f"address-{number}"), now + HOURS_72
    replaces = me.account["email"] if back == 0 and me.account["email"] else "email-of-before"
    command = ask.RequestEmailChange(
        at=now, claim=CLAIM, email=ref(f"email-{attempt}"), attempt=attempt, link_expires=ends, replaces=replaces
    )
    return "teacher", command, account.change(me.account, attempt, ends, replaces)


def _agree(me: Self, now: datetime, back: int, end: Any) -> Put:
    attempt = me.link("address", back)
    command = ask.AgreeToEmailChange(at=now, claim=CLAIM, attempt=attempt, end=end)
    return "teacher", command, account.agree(me.account, attempt, end, now)


def agree_at_the_old(me: Self, now: datetime, number: int, back: int) -> Put:
    return _agree(me, now, back, "old")


def agree_at_the_new(me: Self, now: datetime, number: int, back: int) -> Put:
    return _agree(me, now, back, "new")


def withdraw_address(me: Self, now: datetime, number: int, back: int) -> Put:
    attempt = me.link("address", back)
    command = ask.WithdrawEmailChange(at=now, attempt=attempt, reason="cancelled")
    return "teacher", command, account.withdraw(me.account, attempt)


def erase(me: Self, now: datetime, number: int, back: int) -> Put:
    return "teacher", ask.ErasePersonalData(at=now, person=TEACHER, reason="requested"), account.erase(me.account)
