"""One event of every kind that somebody is told about, as it would have been recorded."""

from datetime import UTC, datetime, timedelta

from shared.contracts import projects, recognition, registration, validation
from shared.contracts.base import Event, RecordRef, derived_id
from shared.contracts.envelope import Recorded
from tests.services.recorded import recorded

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EXPIRES = NOW + timedelta(hours=24)
MAIL = RecordRef(id=derived_id("mail"), commitment="a" * 64)
DIRECTOR = RecordRef(id=derived_id("director"), commitment="b" * 64)
SUCCESSOR = RecordRef(id=derived_id("successor"), commitment="e" * 64)
TEACHER, OFFICER, SCHOOL = derived_id("teacher"), derived_id("officer"), derived_id("school")
CASE, PROJECT, APPLICATION = derived_id("case"), derived_id("project"), derived_id("application")
ANA = projects.Member(teacher=TEACHER, school=SCHOOL, country="ES")
LUC = projects.Member(teacher=derived_id("luc"), school=derived_id("lyon"), country="FR")

STARTED = registration.RegistrationStarted(
    teacher=TEACHER, country="ES", locale="es", email=MAIL, attempt="attempt-1", link_expires=EXPIRES
)
OFFERED = registration.OfficeOffered(
    officer=OFFICER,
    office="office-1",
    kind="assessor",
    country="FR",
    region=None,
    locale="fr",
    email=MAIL,
    attempt="attempt-2",
    link_expires=EXPIRES,
)
REGISTERED = registration.TeacherRegistered(
    teacher=TEACHER,
    country="ES",
    region="ES-GA",
    school=SCHOOL,
    role="teacher",
    locale="es",
    name=RecordRef(id=derived_id("name"), commitment="c" * 64),
    email=MAIL,
    director_contact=DIRECTOR,
)
OPENED = validation.ValidationOpened(
    case=CASE,
    teacher=TEACHER,
    school=SCHOOL,
    country="ES",
    region="ES-GA",
    locale="es",
    director_contact=DIRECTOR,
)
CONTACTED = validation.DirectorContacted(
    case=CASE,
    school=SCHOOL,
    contact=DIRECTOR,
    owner="registration",
    locale="es",
    attempt="attempt-3",
    link_expires=EXPIRES,
)
APPROVED = validation.DirectorApproved(
    case=CASE,
    teacher=TEACHER,
    country="ES",
    region="ES-GA",
    attempt="attempt-3",
    evidence="link",
    held_by="representative",
)
DIRECTOR_REFUSED = validation.DirectorRefused(
    case=CASE,
    teacher=TEACHER,
    country="ES",
    region="ES-GA",
    attempt="attempt-3",
    reason="not_our_teacher",
    held_by="national_support",
)
VALIDATED = validation.TeacherValidated(case=CASE, teacher=TEACHER, school=SCHOOL, country="ES", region="ES-GA")
REJECTED = validation.TeacherRejected(
    case=CASE,
    teacher=TEACHER,
    school=SCHOOL,
    country="ES",
    region="ES-GA",
    reason="not_our_teacher",
    by=OFFICER,
    office="national_support",
)
PROPOSED = projects.ProjectProposed(
    project=PROJECT, founder=ANA, co_founder=LUC, title=MAIL, languages=(), subjects=(), ages=None
)
ACCEPTED = projects.CoFounderAccepted(project=PROJECT, teacher=LUC.teacher, founding_countries=("ES", "FR"))
INVITED = projects.PartnerInvited(project=PROJECT, partner=LUC, invited_by=TEACHER)
SEAL_ISSUED = recognition.ETwinningSealIssued(
    seal=derived_id("seal"), project=PROJECT, teacher=TEACHER, school=SCHOOL, country="ES"
)
APPLIED = recognition.NQSApplied(application=APPLICATION, project=PROJECT, teacher=TEACHER, school=SCHOOL, country="ES")
GRANTED = recognition.NQSGranted(application=APPLICATION, project=PROJECT, teacher=TEACHER, school=SCHOOL, country="ES")
NQS_REFUSED = recognition.NQSRefused(application=APPLICATION, project=PROJECT, teacher=TEACHER, country="ES")
AWARDED = recognition.EQSGranted(dossier=PROJECT, project=PROJECT, teacher=TEACHER, country="ES")

REPEATED = registration.RegistrationRepeated(person=TEACHER, locale="es", email=MAIL, attempt="attempt-4")
FORGOTTEN = registration.PasswordRecoveryRequested(
    person=TEACHER, locale="es", email=MAIL, attempt="attempt-5", link_expires=EXPIRES
)
PASSWORD_RESET = registration.PasswordReset(person=TEACHER, attempt="attempt-5", credential=derived_id("credential"))
CHANGE_ASKED = registration.EmailChangeRequested(
    person=TEACHER, locale="es", email=MAIL, attempt="attempt-6", link_expires=EXPIRES
)
CHANGED = registration.EmailChanged(person=TEACHER, attempt="attempt-6", email=MAIL)
BLOCKED = registration.ProfileBlocked(teacher=TEACHER, country="ES", reason="misuse", statement=None)
UNBLOCKED = registration.ProfileUnblocked(teacher=TEACHER, country="ES", reason="cleared_up")
LEAP_DAY, TWO_YEARS_ON = datetime(2028, 2, 29, tzinfo=UTC), datetime(2030, 2, 28, tzinfo=UTC)
INACTIVATION = registration.InactivationAnnounced(teacher=TEACHER, last_access=LEAP_DAY, due=TWO_YEARS_ON)
INACTIVE = registration.ProfileInactivated(teacher=TEACHER, last_access=LEAP_DAY)
REMOVAL = registration.RemovalAnnounced(teacher=TEACHER, last_access=LEAP_DAY, due=datetime(2031, 2, 28, tzinfo=UTC))
SCHOOL_CHANGED = registration.TeacherSchoolChanged(
    teacher=TEACHER,
    country="ES",
    region="ES-GA",
    school=SCHOOL,
    left=derived_id("left"),
    role="teacher",
    locale="es",
    director_contact=DIRECTOR,
)
SCHOOL_ADDED_TO_ONES_OWN = registration.TeacherSchoolAdded(
    **SCHOOL_CHANGED.model_dump(exclude={"left", "teacher"}), teacher=LUC.teacher
)
SCHOOL_MISSED = registration.SchoolProposed(
    school=SCHOOL, country="ES", region="ES-GA", proposer=TEACHER, locale="es", email=MAIL, details=MAIL
)
SCHOOL_ADDED = registration.SchoolProposalAccepted(
    school=SCHOOL, country="ES", official_id="28000001", locale="es", email=MAIL
)
SCHOOL_REFUSED = registration.SchoolProposalRefused(
    school=SCHOOL, country="ES", reason="no_official_school", locale="es", email=MAIL
)
SUGGESTED = registration.DirectorContactSuggested(
    school=SCHOOL,
    country="ES",
    region="ES-GA",
    contact=DIRECTOR,
    given_by="teacher",
    suggested_by=TEACHER,
    matches_domain=False,
)
REMINDED = validation.DirectorReminded(
    case=CASE,
    contact=SUCCESSOR,
    owner="validation",
    locale="es",
    attempt="attempt-3",
    link_expires=EXPIRES,
    number=1,
)
UNREACHABLE = validation.DirectorContactFailed(
    case=CASE,
    teacher=TEACHER,
    school=SCHOOL,
    contact=MAIL,
    country="ES",
    region="ES-GA",
    attempt="attempt-3",
    reason="bounced",
)
SUCCEEDED = validation.DirectorSuccessorNamed(
    case=CASE, school=SCHOOL, country="ES", region="ES-GA", successor=SUCCESSOR
)
FORM_WANTED = validation.CertificateRequested(case=CASE, teacher=TEACHER, school=SCHOOL, due=EXPIRES)
FORM_FILED = validation.CertificateFiled(case=CASE, country="ES", region="ES-GA", certificate=MAIL)
ESCALATED = validation.CaseEscalated(
    case=CASE, teacher=TEACHER, school=SCHOOL, country="ES", region="ES-GA", reason="director_silent"
)
REPORTED = validation.TeacherReported(
    case=CASE, teacher=TEACHER, country="ES", region="ES-GA", recommendation="validate", reason=None
)
CONTESTED = validation.RefusalContested(
    case=CASE, teacher=TEACHER, school=SCHOOL, country="ES", region="ES-GA", statement=MAIL
)
UPHELD = validation.RefusalUpheld(case=CASE, teacher=TEACHER, school=SCHOOL, reason="not_our_teacher")
REOPENED = validation.ValidationReopened(
    case=CASE, teacher=TEACHER, school=SCHOOL, country="ES", region="ES-GA", reason="late_approval"
)
LAPSED = validation.ValidationLapsed(
    case=CASE,
    teacher=TEACHER,
    school=SCHOOL,
    country="ES",
    region="ES-GA",
    locale="es",
    director_contact=DIRECTOR,
    again=True,
)

CAUSES: tuple[Event, ...] = (
    STARTED, REPEATED, OFFERED, REGISTERED, FORGOTTEN, PASSWORD_RESET, CHANGE_ASKED, CHANGED,
    BLOCKED, UNBLOCKED, INACTIVATION, INACTIVE, REMOVAL, SCHOOL_CHANGED,
    SCHOOL_ADDED_TO_ONES_OWN, SCHOOL_MISSED, SCHOOL_ADDED, SCHOOL_REFUSED, SUGGESTED,
    OPENED, ESCALATED, REPORTED, VALIDATED, REJECTED, CONTESTED, UPHELD, REOPENED, LAPSED,
    CONTACTED, REMINDED, APPROVED, DIRECTOR_REFUSED, UNREACHABLE, SUCCEEDED, FORM_WANTED, FORM_FILED,
    PROPOSED, ACCEPTED, INVITED, SEAL_ISSUED, APPLIED, GRANTED, NQS_REFUSED, AWARDED,
)  # fmt: skip


def happened(event: Event, version: int = 3) -> Recorded[Event]:
    """On a stream of its kind."""
    return recorded(event, f"{event.SERVICE}-{derived_id('stream')}", version)
