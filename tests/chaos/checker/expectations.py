"""What follows from what in the programme, written down from its rules (rules §3), not read from the product."""

from tests.chaos.checker.effects import Expectations, Expected

SERVICES = ("registration", "validation", "projects", "recognition", "notifications")


def _mail(policy: str, per: str | None = None) -> Expected:
    return Expected(policy, "notifications", per)


def _deadlines(*names: str, service: str = "validation") -> tuple[Expected, ...]:
    return tuple(Expected(name, service, sometimes=True) for name in names)


EXPECTATIONS: Expectations = {
    "RegistrationStarted": (
        _mail("ask_to_confirm_email"),
        *_deadlines("expire_registration", service="registration"),
    ),
    "RegistrationRepeated": (_mail("tell_owner_of_address"),),
    "PasswordRecoveryRequested": (_mail("send_recovery_link"),),
    "PasswordReset": (_mail("tell_of_new_password"),),
    "EmailChangeRequested": (
        _mail("ask_new_address"),
        _mail("ask_old_address"),
        *_deadlines("expire_email_change", service="registration"),
    ),
    "EmailChanged": (_mail("tell_of_new_address"),),
    "ProfileBlocked": (_mail("tell_teacher_blocked"), _mail("tell_service_of_block")),
    "ProfileUnblocked": (_mail("tell_teacher_unblocked"),),
    "InactivationAnnounced": (_mail("warn_of_inactivation"),),
    "ProfileInactivated": (_mail("tell_teacher_inactive"),),
    "RemovalAnnounced": (_mail("warn_of_removal"),),
    "SchoolProposed": (_mail("tell_representative_of_proposal"),),
    "SchoolProposalAccepted": (_mail("tell_proposer_accepted"),),
    "SchoolProposalRefused": (_mail("tell_proposer_refused"),),
    "DirectorContactSuggested": (_mail("ask_to_vouch_for_contact"),),
    "OfficeOffered": (_mail("offer_office"),),
    "TeacherRegistered": (
        Expected("open_profile", "registration"),
        Expected("open_case_of_teacher", "validation"),
        _mail("tell_teacher_to_wait"),
    ),
    "ProfileOpened": _deadlines(
        *("announce_inactivation", "inactivate", "announce_removal", "remove", "return_teacher"),
        service="registration",
    ),
    "ProfileRemoved": (Expected("erase_removed_teacher", "registration"),),
    "TeacherSchoolChanged": (
        Expected("open_case_at_new_school", "validation"),
        _mail("tell_teacher_of_new_school"),
        *_deadlines("settle_transfer"),
    ),
    "TeacherSchoolAdded": (
        Expected("open_case_at_added_school", "validation"),
        _mail("tell_teacher_of_added_school"),
        *_deadlines("settle_transfer"),
    ),
    "ValidationOpened": (
        _mail("tell_representative_of_case"),
        *_deadlines("write_to_known_director", "request_certificate", "escalate_overdue"),
        *_deadlines("move_case", "merge_case_school", "withdraw_case", "forget_director"),
    ),
    "SchoolContactConfirmed": (Expected("keep_director_contact", "registration"),),
    "DirectorContacted": (_mail("ask_director"), *_deadlines("remind_director", "escalate_silent")),
    "DirectorReminded": (_mail("remind_director"),),
    "DirectorContactFailed": (
        _mail("tell_representative_of_failed_contact"),
        _mail("tell_service_of_failed_contact"),
        _mail("ask_teacher_for_contact"),
    ),
    "DirectorSuccessorNamed": (_mail("ask_to_vouch_for_successor"),),
    "CertificateRequested": (_mail("ask_for_certificate"), *_deadlines("escalate_without_certificate")),
    "CertificateFiled": (_mail("tell_representative_of_certificate"),),
    "CaseEscalated": (_mail("tell_service_of_escalation"), _mail("tell_teacher_of_takeover")),
    "TeacherReported": (_mail("tell_service_of_report"),),
    "RefusalContested": (_mail("tell_service_of_contest"),),
    "RefusalUpheld": (_mail("tell_teacher_refusal_upheld"),),
    "ValidationReopened": (_mail("tell_teacher_reopened"),),
    "ValidityLimited": _deadlines("lapse_validation"),
    "ValidationTransferred": _deadlines("lapse_validation"),
    "ValidationLapsed": (
        Expected("tell_teacher_lapsed", "notifications", unless="again"),
        Expected("open_case_again", "validation", unless="again"),
    ),
    "DirectorApproved": (_mail("tell_office_case_is_decidable"),),
    "DirectorRefused": (
        _mail("tell_teacher_director_refused"),
        _mail("tell_representative_director_refused"),
        *_deadlines("tell_service_director_refused", service="notifications"),
    ),
    "TeacherValidated": (_mail("tell_teacher_validated"),),
    "TeacherRejected": (
        _mail("tell_teacher_rejected"),
        *_deadlines("tell_representative_of_refusal", service="notifications"),
    ),
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
    "NotificationBounced": _deadlines("fail_director_contact"),
}
