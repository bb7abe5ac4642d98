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
    case=CASE, contact=DIRECTOR, locale="es", attempt="attempt-3", link_expires=EXPIRES
)
APPROVED = validation.DirectorApproved(
    case=CASE, teacher=TEACHER, country="ES", region="ES-GA", attempt="attempt-3", evidence="link"
)
DIRECTOR_REFUSED = validation.DirectorRefused(
    case=CASE, teacher=TEACHER, country="ES", region="ES-GA", attempt="attempt-3", reason="not_our_teacher"
)
VALIDATED = validation.TeacherValidated(case=CASE, teacher=TEACHER, school=SCHOOL, country="ES", region="ES-GA")
REJECTED = validation.TeacherRejected(case=CASE, teacher=TEACHER, school=SCHOOL, reason="not_our_teacher")
PROPOSED = projects.ProjectProposed(project=PROJECT, founder=ANA, co_founder=LUC, title=MAIL)
ACCEPTED = projects.CoFounderAccepted(project=PROJECT, teacher=LUC.teacher, founding_countries=("ES", "FR"))
INVITED = projects.PartnerInvited(project=PROJECT, partner=LUC, invited_by=TEACHER)
SEAL_ISSUED = recognition.ETwinningSealIssued(
    seal=derived_id("seal"), project=PROJECT, teacher=TEACHER, school=SCHOOL, country="ES"
)
APPLIED = recognition.NQSApplied(application=APPLICATION, project=PROJECT, teacher=TEACHER, school=SCHOOL, country="ES")
GRANTED = recognition.NQSGranted(application=APPLICATION, project=PROJECT, teacher=TEACHER, school=SCHOOL, country="ES")
NQS_REFUSED = recognition.NQSRefused(application=APPLICATION, project=PROJECT, teacher=TEACHER, country="ES")
AWARDED = recognition.EQSGranted(dossier=PROJECT, project=PROJECT, teacher=TEACHER, country="ES")

CAUSES: tuple[Event, ...] = (
    STARTED, OFFERED, REGISTERED, OPENED, CONTACTED, APPROVED, DIRECTOR_REFUSED, VALIDATED, REJECTED,
    PROPOSED, ACCEPTED, INVITED, SEAL_ISSUED, APPLIED, GRANTED, NQS_REFUSED, AWARDED,
)  # fmt: skip


def happened(event: Event, version: int = 3) -> Recorded[Event]:
    """On a stream of its kind."""
    return recorded(event, f"{event.SERVICE}-{derived_id('stream')}", version)
