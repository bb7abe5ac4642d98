"""What follows from what in the programme, written down from its rules (rules §3), not read from the product."""

from tests.chaos.checker.effects import Expectations, Expected

SERVICES = ("registration", "validation", "projects", "recognition", "notifications")


def _mail(policy: str, per: str | None = None) -> Expected:
    return Expected(policy, "notifications", per)


EXPECTATIONS: Expectations = {
    "RegistrationStarted": (_mail("ask_to_confirm_email"),),
    "OfficeOffered": (_mail("offer_office"),),
    "TeacherRegistered": (Expected("open_case_of_teacher", "validation"), _mail("tell_teacher_to_wait")),
    "ValidationOpened": (_mail("tell_representative_of_case"),),
    "SchoolContactConfirmed": (Expected("keep_director_contact", "registration"),),
    "DirectorContacted": (_mail("ask_director"),),
    "DirectorApproved": (_mail("tell_representative_case_is_decidable"),),
    "DirectorRefused": (_mail("tell_teacher_director_refused"),),
    "TeacherValidated": (_mail("tell_teacher_validated"),),
    "TeacherRejected": (_mail("tell_teacher_rejected"),),
    "ProjectProposed": (_mail("ask_co_founder"),),
    "CoFounderAccepted": (_mail("ask_national_services", "founding_countries"),),
    "ProjectStarted": (
        Expected("issue_seal_to_founders", "recognition", "founders"),
        Expected("open_dossier", "recognition"),
    ),
    "PartnerInvited": (_mail("ask_partner"),),
    "PartnerJoined": (Expected("issue_seal_to_partner", "recognition"),),
    "ETwinningSealIssued": (_mail("announce_seal"),),
    "NQSApplied": (_mail("ask_assessors"),),
    "NQSGranted": (Expected("record_in_dossier", "recognition"), _mail("announce_nqs")),
    "NQSRefused": (_mail("tell_teacher_nqs_refused"),),
    "EQSProposed": (Expected("reevaluate_dossier", "recognition"),),
    "EQSGranted": (_mail("announce_eqs"),),
    "NotificationQueued": (_mail("send_message"),),
}
