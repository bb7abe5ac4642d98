"""Who is told about what: every mail that any event causes, in one table. Pure; nothing is sent here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.notifications.reactions import (
    accounts,
    cases,
    directors,
    profiles,
    schools,
)
from services.notifications.reactions import projects as of_projects
from services.notifications.reactions import recognition as of_recognition
from shared.contracts import projects, recognition, registration, validation
from shared.contracts.base import Directed, Event
from shared.contracts.envelope import Recorded

REACTIONS: Mapping[type[Event], Sequence[Callable[[Recorded[Any]], Sequence[Directed]]]] = {
    registration.RegistrationStarted: (accounts.ask_to_confirm_email,),
    registration.RegistrationRepeated: (accounts.tell_owner_of_address,),
    registration.OfficeOffered: (accounts.offer_office,),
    registration.TeacherRegistered: (accounts.tell_teacher_to_wait,),
    registration.PasswordRecoveryRequested: (accounts.send_recovery_link,),
    registration.PasswordReset: (accounts.tell_of_new_password,),
    registration.EmailChangeRequested: (accounts.ask_new_address, accounts.ask_old_address),
    registration.EmailChanged: (accounts.tell_of_new_address,),
    registration.ProfileBlocked: (profiles.tell_teacher_blocked, profiles.tell_service_of_block),
    registration.ProfileUnblocked: (profiles.tell_teacher_unblocked,),
    registration.InactivationAnnounced: (profiles.warn_of_inactivation,),
    registration.ProfileInactivated: (profiles.tell_teacher_inactive,),
    registration.RemovalAnnounced: (profiles.warn_of_removal,),
    registration.TeacherSchoolChanged: (schools.tell_teacher_of_new_school,),
    registration.TeacherSchoolAdded: (schools.tell_teacher_of_added_school,),
    registration.SchoolProposed: (schools.tell_representative_of_proposal,),
    registration.SchoolProposalAccepted: (schools.tell_proposer_accepted,),
    registration.SchoolProposalRefused: (schools.tell_proposer_refused,),
    registration.DirectorContactSuggested: (schools.ask_to_vouch_for_contact,),
    validation.ValidationOpened: (cases.tell_representative_of_case,),
    validation.CaseEscalated: (cases.tell_service_of_escalation, cases.tell_teacher_of_takeover),
    validation.TeacherReported: (cases.tell_service_of_report,),
    validation.TeacherValidated: (cases.tell_teacher_validated,),
    validation.TeacherRejected: (cases.tell_teacher_rejected, cases.tell_representative_of_refusal),
    validation.RefusalContested: (cases.tell_service_of_contest,),
    validation.RefusalUpheld: (cases.tell_teacher_refusal_upheld,),
    validation.ValidationReopened: (cases.tell_teacher_reopened,),
    validation.ValidationLapsed: (cases.tell_teacher_lapsed,),
    validation.DirectorContacted: (directors.ask_director,),
    validation.DirectorReminded: (directors.remind_director,),
    validation.DirectorApproved: (directors.tell_office_case_is_decidable,),
    validation.DirectorRefused: (
        directors.tell_teacher_director_refused,
        directors.tell_representative_director_refused,
        directors.tell_service_director_refused,
    ),
    validation.DirectorContactFailed: (
        directors.tell_representative_of_failed_contact,
        directors.tell_service_of_failed_contact,
        directors.ask_teacher_for_contact,
    ),
    validation.DirectorSuccessorNamed: (directors.ask_to_vouch_for_successor,),
    validation.CertificateRequested: (directors.ask_for_certificate,),
    validation.CertificateFiled: (directors.tell_representative_of_certificate,),
    projects.ProjectProposed: (of_projects.ask_co_founder,),
    projects.CoFounderAccepted: (of_projects.ask_national_services,),
    projects.PartnerInvited: (of_projects.ask_partner,),
    recognition.ETwinningSealIssued: (of_recognition.announce_seal,),
    recognition.NQSApplied: (of_recognition.ask_assessors,),
    recognition.NQSGranted: (of_recognition.announce_nqs,),
    recognition.NQSRefused: (of_recognition.tell_teacher_nqs_refused,),
    recognition.EQSGranted: (of_recognition.announce_eqs,),
}
