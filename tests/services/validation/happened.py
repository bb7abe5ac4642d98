"""What happened in a case, as tests tell it."""

from datetime import UTC, datetime, timedelta

from services.validation.commands import Officer
from services.validation.policies import HeldBy
from shared.contracts.base import Event, RecordRef, Service, derived_id
from shared.contracts.registration import (
    DirectorContactUpdated,
    DirectorForgotten,
    SchoolCorrected,
    SchoolRegistered,
    TeacherRegistered,
    TeacherRole,
    TeacherSchoolAdded,
)
from shared.contracts.validation import (
    CaseEscalated,
    CaseMoved,
    CaseSchoolMerged,
    CertificateFiled,
    CertificateRequested,
    DirectorApproved,
    DirectorAskedForTime,
    DirectorContactConfirmed,
    DirectorContacted,
    DirectorContactFailed,
    DirectorRefused,
    DirectorReminded,
    DirectorSuccessorNamed,
    EvidenceFiled,
    RefusalContested,
    RefusalUpheld,
    SchoolContactConfirmed,
    TeacherRejected,
    TeacherReported,
    TeacherValidated,
    TransferNoted,
    ValidationEndorsed,
    ValidationLapsed,
    ValidationOpened,
    ValidationReopened,
    ValidationTransferred,
    ValidationWithdrawn,
    ValidityLimited,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EXPIRES = NOW + timedelta(days=14)
UNTIL = datetime(2028, 11, 24, 12, 0, tzinfo=UTC)
CASE_ID, TEACHER_ID, SCHOOL = derived_id("case"), derived_id("ana"), derived_id("school")
CONTACT = RecordRef(id="director-1", commitment="c" * 64)
SURVIVOR = derived_id("the school that SCHOOL turned out to be")
KNOWN = RecordRef(id="director-2", commitment="d" * 64)
SUCCESSOR = RecordRef(id="successor-1", commitment="e" * 64)
STATEMENT = RecordRef(id="statement-1", commitment="f" * 64)
CERTIFICATE = RecordRef(id="certificate-1", commitment="a" * 64)

IN_MADRID = Officer(person="rep", office="office-1", kind="representative", country="ES", region="Madrid")
OF_SPAIN = Officer(person="nat", office="office-2", kind="representative", country="ES", region=None)
IN_GALICIA = Officer(person="gal", office="office-3", kind="representative", country="ES", region="Galicia")
OF_FRANCE = Officer(person="rep-fr", office="office-4", kind="representative", country="FR", region=None)
NSO_OF_SPAIN = Officer(person="nso", office="office-5", kind="national_support_officer", country="ES", region=None)
OTHER_NSO = Officer(person="nso-2", office="office-7", kind="national_support_officer", country="ES", region=None)
SELF = Officer(person=TEACHER_ID, office="office-6", kind="representative", country="ES", region=None)
NSO_SELF = SELF.model_copy(update={"kind": "national_support_officer"})

_PLACE = {"case": CASE_ID, "country": "ES", "region": "Madrid"}
_TEACHER = _PLACE | {"teacher": TEACHER_ID}


def attempt_at(contact: RecordRef = CONTACT, number: int = 1) -> str:
    """The attempt that writes to `contact`, the case's first, second, …"""
    return derived_id(CASE_ID, "director", contact.id, str(number))


ATTEMPT = attempt_at()


def registered(teacher: str = TEACHER_ID) -> TeacherRegistered:
    return TeacherRegistered(
        teacher=teacher,
        country="ES",
        region="Madrid",
        school=SCHOOL,
        role="teacher",
        locale="es",
        name=RecordRef(id=f"name-{teacher}", commitment="a" * 64),
        email=RecordRef(id=f"email-{teacher}", commitment="b" * 64),
        director_contact=CONTACT,
    )


def added(teacher: str, role: TeacherRole, school: str = SCHOOL) -> TeacherSchoolAdded:
    return TeacherSchoolAdded(
        teacher=teacher,
        country="ES",
        region="Madrid",
        school=school,
        role=role,
        locale="es",
        director_contact=CONTACT,
    )


def school_registered() -> SchoolRegistered:
    place = {"school": SCHOOL, "country": "ES", "region": "Madrid"}
    return SchoolRegistered(**place, official_id="28000001", name="IES Uno", city="Madrid", postal_code="28001")


def school_corrected() -> SchoolCorrected:
    return SchoolCorrected(school=SCHOOL, country="ES", name="IES Dos", city="Getafe", postal_code="28901")


def opened(region: str | None = "Madrid") -> ValidationOpened:
    return ValidationOpened(
        case=CASE_ID,
        teacher=TEACHER_ID,
        school=SCHOOL,
        country="ES",
        region=region,
        locale="es",
        director_contact=CONTACT,
    )


def contacted(
    contact: RecordRef = CONTACT, number: int = 1, owner: Service = "registration", expires: datetime = EXPIRES
) -> DirectorContacted:
    return DirectorContacted(
        case=CASE_ID,
        school=SCHOOL,
        contact=contact,
        owner=owner,
        locale="es",
        attempt=attempt_at(contact, number),
        link_expires=expires,
    )


def asked(
    contact: RecordRef = CONTACT, number: int = 1, owner: Service = "registration"
) -> tuple[DirectorContactConfirmed, SchoolContactConfirmed, DirectorContacted]:
    """An officer vouched for the contact, and the case wrote to it."""
    return (
        DirectorContactConfirmed(case=CASE_ID, contact=contact),
        SchoolContactConfirmed(**_PLACE, school=SCHOOL, contact=contact, owner=owner),
        contacted(contact, number, owner),
    )


def reminded(number: int = 1) -> DirectorReminded:
    return DirectorReminded(
        case=CASE_ID,
        contact=CONTACT,
        owner="registration",
        locale="es",
        attempt=ATTEMPT,
        link_expires=EXPIRES,
        number=number,
    )


def given_time(until: datetime = EXPIRES + timedelta(days=14)) -> DirectorAskedForTime:
    return DirectorAskedForTime(case=CASE_ID, attempt=ATTEMPT, link_expires=until)


def failed(
    reason: str = "mailbox_unavailable", contact: RecordRef = CONTACT, number: int = 1, *, attempt: str | None = None
) -> DirectorContactFailed:
    tried = attempt or attempt_at(contact, number)
    return DirectorContactFailed(**_TEACHER, school=SCHOOL, contact=contact, attempt=tried, reason=reason)


def successor_named() -> DirectorSuccessorNamed:
    return DirectorSuccessorNamed(**_PLACE, school=SCHOOL, successor=SUCCESSOR)


def approved(
    by: str = "link", region: str | None = "Madrid", held_by: HeldBy | None = "representative"
) -> DirectorApproved:
    attempt = ATTEMPT if by == "link" else derived_id(CASE_ID, "evidence", by)
    said = {"region": region, "attempt": attempt, "evidence": by, "held_by": held_by}
    return DirectorApproved.model_validate(_TEACHER | said)


def refused(reason: str = "not_on_staff", held_by: HeldBy | None = "representative") -> DirectorRefused:
    return DirectorRefused(**_TEACHER, attempt=ATTEMPT, reason=reason, held_by=held_by)


def evidence_filed(by: str = "letter") -> EvidenceFiled:
    return EvidenceFiled.model_validate({"case": CASE_ID, "evidence": by, "statement": STATEMENT})


def certificate_requested(due: datetime = NOW + timedelta(days=5)) -> CertificateRequested:
    return CertificateRequested(case=CASE_ID, teacher=TEACHER_ID, school=SCHOOL, due=due)


def certificate_filed(certificate: RecordRef = CERTIFICATE) -> CertificateFiled:
    return CertificateFiled(**_PLACE, certificate=certificate)


def escalated(reason: str = "director_silent") -> CaseEscalated:
    return CaseEscalated(**_TEACHER, school=SCHOOL, reason=reason)


def moved(region: str | None = "Galicia", from_region: str | None = "Madrid") -> CaseMoved:
    return CaseMoved(case=CASE_ID, school=SCHOOL, country="ES", region=region, from_region=from_region)


def school_merged(
    school: str = SURVIVOR, from_school: str = SCHOOL, asked: str | None = None, by_itself: bool = True
) -> CaseSchoolMerged:
    return CaseSchoolMerged(
        case=CASE_ID,
        teacher=TEACHER_ID,
        school=school,
        from_school=from_school,
        country="ES",
        region="Galicia",
        from_region="Madrid",
        director_asked=asked,
        asks_by_itself=by_itself,
    )


def noted(left: str | None = "left", came_by: str = "came-by") -> TransferNoted:
    return TransferNoted.model_validate(opened().model_dump() | {"left": left, "came_by": came_by})


def transferred(by: str = "earlier-case", until: datetime | None = None, came_by: str = "came-by") -> Event:
    return ValidationTransferred.model_validate(opened().model_dump() | {"by": by, "until": until, "came_by": came_by})


def reported(recommendation: str = "validate", reason: str | None = None) -> TeacherReported:
    return TeacherReported.model_validate(_TEACHER | {"recommendation": recommendation, "reason": reason})


def endorsed(by: str = "rep", count: int = 1, needed: int = 2) -> ValidationEndorsed:
    return ValidationEndorsed(case=CASE_ID, by=by, count=count, needed=needed)


def validated(region: str | None = "Madrid") -> TeacherValidated:
    return TeacherValidated(case=CASE_ID, teacher=TEACHER_ID, school=SCHOOL, country="ES", region=region)


def limited(until: datetime = UNTIL) -> ValidityLimited:
    return ValidityLimited(case=CASE_ID, teacher=TEACHER_ID, until=until)


def lapsed(role: str = "teacher", *, again: bool = True) -> ValidationLapsed:
    return ValidationLapsed.model_validate(
        _TEACHER | {"school": SCHOOL, "locale": "es", "director_contact": CONTACT, "role": role, "again": again}
    )


def rejected(
    reason: str = "no_such_teacher", by: str | None = "rep", office: HeldBy = "representative"
) -> TeacherRejected:
    return TeacherRejected(**_TEACHER, school=SCHOOL, reason=reason, by=by, office=office)


def contested() -> RefusalContested:
    return RefusalContested(**_TEACHER, school=SCHOOL, statement=STATEMENT)


def upheld(reason: str = "no_such_teacher") -> RefusalUpheld:
    return RefusalUpheld(case=CASE_ID, teacher=TEACHER_ID, school=SCHOOL, reason=reason)


def reopened(reason: str = "late_approval") -> ValidationReopened:
    return ValidationReopened(**_TEACHER, school=SCHOOL, reason=reason)


def withdrawn(reason: str = "left_the_school") -> ValidationWithdrawn:
    return ValidationWithdrawn(case=CASE_ID, teacher=TEACHER_ID, school=SCHOOL, reason=reason)


def director_forgotten(school: str = SCHOOL) -> DirectorForgotten:
    return DirectorForgotten(school=school, country="ES", region="Madrid", director=derived_id("the next director"))


def contact_updated(
    contact: RecordRef = KNOWN, school: str = SCHOOL, owner: Service = "registration"
) -> DirectorContactUpdated:
    return DirectorContactUpdated(
        school=school, country="ES", region="Madrid", contact=contact, owner=owner, given_by="director"
    )
