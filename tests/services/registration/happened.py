"""What happened to teachers, schools and officers, and what is asked of them: one maker each, for decisions' tests."""

from datetime import datetime, timedelta
from typing import Any

from services.registration.commands import (
    AcceptOffice,
    CompleteRegistration,
    ConfirmEmail,
    ErasePersonalData,
    ExpireRegistration,
    OfferOffice,
    RegisterSchool,
    RepeatRegistration,
    RequestPasswordRecovery,
    ResendLink,
    ResetPassword,
    RevokeOffice,
    StartRegistration,
)
from services.registration.rules import PAUSE
from shared.contracts.base import RecordRef
from shared.contracts.registration import (
    EmailConfirmed,
    OfficeAccepted,
    OfficeOffered,
    OfficeRevoked,
    PasswordRecoveryRequested,
    PasswordReset,
    PersonalDataErased,
    RegistrationExpired,
    RegistrationRepeated,
    RegistrationStarted,
    SchoolRegistered,
    TeacherRegistered,
)
from tests.services.running import NOW

EXPIRES = NOW + timedelta(hours=72)
CLAIM = "1:" + "a" * 64


def ref(name: str) -> RecordRef:
    return RecordRef(id=name, commitment="0" * 64)


def started(attempt: str = "a-1", country: str = "ES") -> RegistrationStarted:
    return RegistrationStarted(
        teacher="t-1",
        country=country,
        locale="es",
        email=ref(f"email-{attempt}"),
        attempt=attempt,
        link_expires=EXPIRES,
    )


def confirmed(attempt: str = "a-1") -> EmailConfirmed:
    return EmailConfirmed(teacher="t-1", attempt=attempt)


def registered(attempt: str = "a-1") -> TeacherRegistered:
    return TeacherRegistered(
        teacher="t-1", country="ES", region="Madrid", school="ES-1", role="teacher", locale="es", name=ref("name"),
        email=ref(f"email-{attempt}"), director_contact=ref("director"),
    )  # fmt: skip


def repeated(attempt: str = "x-1", person: str = "t-1", email: str = "email-a-1") -> RegistrationRepeated:
    return RegistrationRepeated(person=person, locale="es", email=ref(email), attempt=attempt)


def expired(attempt: str = "a-1") -> RegistrationExpired:
    return RegistrationExpired(teacher="t-1", attempt=attempt)


def recovery_requested(
    attempt: str = "r-1", person: str = "t-1", email: str = "email-a-1", after: timedelta = timedelta()
) -> PasswordRecoveryRequested:
    return PasswordRecoveryRequested(
        person=person, locale="es", email=ref(email), attempt=attempt, link_expires=EXPIRES + after
    )


def password_reset(attempt: str = "r-1", credential: str = "c-1", person: str = "t-1") -> PasswordReset:
    return PasswordReset(person=person, attempt=attempt, credential=credential)


def erased(person: str = "t-1") -> PersonalDataErased:
    return PersonalDataErased(person=person, reason="requested")


def start(attempt: str = "a-1", country: str = "ES", not_admitted: Any = None) -> StartRegistration:
    return StartRegistration(
        at=NOW, teacher="t-1", claim=CLAIM, country=country, locale="es", email=ref(f"email-{attempt}"),
        name=ref("name"), attempt=attempt, not_admitted=not_admitted, link_expires=EXPIRES,
    )  # fmt: skip


def confirm(attempt: str = "a-1", after: timedelta = timedelta(hours=1)) -> ConfirmEmail:
    return ConfirmEmail(at=NOW + after, attempt=attempt)


def complete(
    attempt: str = "a-1",
    country: str = "ES",
    role: Any = "teacher",
    director_is_applicant: bool = False,
    not_admitted: Any = None,
) -> CompleteRegistration:
    return CompleteRegistration(
        at=NOW, attempt=attempt, school="ES-1", role=role, locale="es", director_contact=ref("director"),
        name=ref("name"), school_country=country, school_region="Madrid", director_is_applicant=director_is_applicant,
        not_admitted=not_admitted,
    )  # fmt: skip


def resend(attempt: str = "a-2", not_admitted: Any = None, after: timedelta = PAUSE) -> ResendLink:
    return ResendLink(at=NOW + after, attempt=attempt, not_admitted=not_admitted, link_expires=EXPIRES + after)


def repeat(attempt: str = "x-1", told: datetime | None = None) -> RepeatRegistration:
    return RepeatRegistration(at=NOW, attempt=attempt, told=told)


def expire(attempt: str = "a-1") -> ExpireRegistration:
    return ExpireRegistration(at=NOW + timedelta(days=14), attempt=attempt)


def request_recovery(attempt: str = "r-1", after: timedelta = timedelta()) -> RequestPasswordRecovery:
    return RequestPasswordRecovery(at=NOW + after, attempt=attempt, link_expires=EXPIRES + after)


def reset(attempt: str = "r-1", credential: str = "c-1", after: timedelta = timedelta(hours=1)) -> ResetPassword:
    return ResetPassword(at=NOW + after, attempt=attempt, credential=credential)


def erase(person: str = "t-1") -> ErasePersonalData:
    return ErasePersonalData(at=NOW, person=person, reason="requested")


def school(name: str = "Instituto Uno") -> SchoolRegistered:
    return SchoolRegistered(
        school="ES-1", country="ES", region="Madrid", official_id="1", name=name, city="Madrid", postal_code="28001"
    )


def register_school(name: str = "Instituto Uno", not_admitted: Any = None) -> RegisterSchool:
    return RegisterSchool(
        at=NOW, school="ES-1", country="ES", region="Madrid", official_id="1", name=name, city="Madrid",
        postal_code="28001", not_admitted=not_admitted,
    )  # fmt: skip


def offered(attempt: str = "a-1", office: str = "o-1", kind: Any = "representative") -> OfficeOffered:
    return OfficeOffered(
        officer="p-1", office=office, kind=kind, country="ES", region="Madrid", locale="es", email=ref("email"),
        attempt=attempt, link_expires=EXPIRES,
    )  # fmt: skip


def accepted(office: str = "o-1", kind: Any = "representative") -> OfficeAccepted:
    return OfficeAccepted(officer="p-1", office=office, kind=kind, country="ES", region="Madrid")


def revoked(office: str = "o-1", reason: str = "resigned") -> OfficeRevoked:
    return OfficeRevoked(officer="p-1", office=office, reason=reason)


def offer(
    attempt: str = "a-1",
    kind: Any = "representative",
    authority: Any = "national_support_officer",
    authority_country: str | None = "ES",
    by: str = "p-9",
    country: str | None = "ES",
) -> OfferOffice:
    return OfferOffice(
        at=NOW, by=by, authority=authority, authority_country=authority_country, officer="p-1", office="o-1",
        claim=CLAIM, kind=kind, country=country, region="Madrid" if kind == "representative" else None, locale="es",
        email=ref("email"), attempt=attempt, link_expires=EXPIRES,
    )  # fmt: skip


def accept(attempt: str = "a-1", after: timedelta = timedelta(hours=1)) -> AcceptOffice:
    return AcceptOffice(at=NOW + after, attempt=attempt, name=ref("name"))


def revoke(office: str = "o-1", authority_country: str = "ES", by: str = "p-9") -> RevokeOffice:
    return RevokeOffice(
        at=NOW, by=by, authority="national_support_officer", authority_country=authority_country, office=office,
        reason="resigned",
    )  # fmt: skip
