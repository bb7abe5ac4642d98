"""A form that the director signed, where the node wants one (rules §2)."""

from services.validation.case import (
    CASE,
    CaseDecidedOtherwise,
    CertificateInstead,
    CertificateNotFiled,
    NoCertificateWanted,
    TooManyForms,
)
from services.validation.case.asking import MOST_FORMS
from shared.contracts.base import RecordRef
from shared.event_store.violations import NotFound
from tests.given import given
from tests.services.validation.asking import (
    confirm_contact,
    file_certificate,
    record_approval,
    request_certificate,
    write_to_known,
)
from tests.services.validation.happened import (
    STATEMENT,
    approved,
    asked,
    certificate_filed,
    certificate_requested,
    opened,
    rejected,
    reopened,
)


def test_where_the_node_wants_a_form_the_teacher_brings_it_and_the_representative_records_it() -> None:
    case = given(CASE, opened()).when(request_certificate()).then(certificate_requested())
    case.when(request_certificate()).then_nothing()
    case.when(confirm_contact()).then_refused(CertificateInstead)
    case.when(write_to_known()).then_nothing()
    case.when(record_approval(evidence="certificate")).then_refused(CertificateNotFiled)
    filed = case.when(file_certificate()).then(certificate_filed())
    filed.when(file_certificate()).then_nothing()
    filed.when(file_certificate(certificate=STATEMENT)).then(certificate_filed(STATEMENT))
    filed.when(record_approval(evidence="certificate", statement=None)).then(approved("certificate"))


def test_so_many_forms_and_no_more_until_the_case_is_opened_again() -> None:
    forms = [certificate_filed(RecordRef(id=f"form-{number}", commitment="a" * 64)) for number in range(MOST_FORMS)]
    case = given(CASE, opened(), certificate_requested(), *forms)
    case.when(file_certificate()).then_refused(TooManyForms, most=MOST_FORMS)
    case.when(file_certificate(certificate=forms[-1].certificate)).then_nothing()
    given(CASE, opened(), certificate_requested(), *forms[1:]).when(file_certificate()).then(certificate_filed())
    again = given(CASE, opened(), certificate_requested(), *forms, rejected(), reopened())
    again.when(file_certificate()).then(certificate_filed())


def test_a_form_is_the_teachers_own_and_wanted() -> None:
    case = given(CASE, opened(), certificate_requested())
    case.when(file_certificate(teacher="somebody")).then_refused(NotFound)
    given(CASE, opened()).when(file_certificate()).then_refused(NoCertificateWanted)
    given(CASE, opened(), certificate_requested(), rejected()).when(file_certificate()).then_refused(
        CaseDecidedOtherwise
    )
    given(CASE, opened(), *asked()).when(request_certificate()).then_nothing()
