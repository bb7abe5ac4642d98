"""What recognition reads, without I/O, whatever order streams arrive in."""

from hypothesis import given as every
from hypothesis import strategies as st

from services.recognition.views import APPLICATIONS, MEMBERS, SEALS, VIEWS, fold_application, fold_members
from shared.contracts.base import Event
from shared.contracts.envelope import Recorded
from shared.contracts.projects import PartnerJoined, ProjectStarted
from shared.views.view import Document
from tests.services.interleavings import assert_same_documents, folded, in_turn, interleaved
from tests.services.recognition.happened import (
    ANA,
    EVA,
    LUC,
    POOR,
    PROJECT,
    application_id,
    applied,
    assessed,
    awarded,
    granted,
    issued,
    opened,
    proposed,
    qualified,
    refused,
    seal_id,
)
from tests.services.recorded import recorded, story

STARTED = ProjectStarted(project=PROJECT, founders=(ANA, LUC), founding_countries=("ES", "FR"))
JOINED = PartnerJoined(project=PROJECT, partner=EVA)


def streams() -> list[list[Recorded[Event]]]:
    dossier = f"dossier-{PROJECT}"
    award = (qualified("ES", "FR"), awarded(ANA), awarded(LUC))
    return [
        story(f"project-{PROJECT}", STARTED, JOINED),
        story(f"seal-{seal_id(ANA)}", issued(ANA)),
        story(f"seal-{seal_id(LUC)}", issued(LUC)),
        story(f"application-{application_id(ANA)}", applied(ANA), assessed(), granted(ANA)),
        story(f"application-{application_id(LUC)}", applied(LUC), assessed(of=LUC), granted(LUC)),
        story(f"application-{application_id(EVA)}", applied(EVA), assessed(POOR, EVA), refused(EVA)),
        [
            *story(dossier, opened("ES", "FR"), proposed()),
            *(recorded(event, dossier, 3, index) for index, event in enumerate(award)),
        ],
    ]  # fmt: skip


IN_TURN = in_turn(streams())


def test_members_keep_the_school_and_country_of_joining() -> None:
    moved = ANA.model_copy(update={"school": LUC.school, "country": "FR"})
    started, again = story(f"project-{PROJECT}", STARTED, PartnerJoined(project=PROJECT, partner=moved))
    document = fold_members(fold_members(None, started), again)
    assert document["members"][ANA.teacher] == {"school": ANA.school, "country": "ES", "event": started.id}
    assert set(document["members"]) == {ANA.teacher, LUC.teacher}


def test_folding_leaves_the_document_before_it_as_it_was() -> None:
    started, joined = story(f"project-{PROJECT}", STARTED, JOINED)
    before = fold_members(None, started)
    after = fold_members(before, joined)
    assert set(before["members"]) == {ANA.teacher, LUC.teacher}
    assert set(after["members"]) == {ANA.teacher, LUC.teacher, EVA.teacher}


def test_an_application_is_followed_to_its_end() -> None:
    statuses = []
    document = None
    for one in story("application-1", applied(), assessed(), granted()):
        document = fold_application(document, one)
        statuses.append((document["status"], document.get("total"), document["country"]))
    assert statuses == [("applied", None, "ES"), ("assessed", 17, "ES"), ("granted", 17, "ES")]
    first, second, third = story("application-1", applied(), assessed(POOR), refused())
    assert fold_application(fold_application(fold_application(None, first), second), third)["status"] == "refused"


def test_a_teacher_holds_each_kind_of_seal_once() -> None:
    documents: dict[str, Document] = {}
    for one in IN_TURN:
        for key in SEALS.concerns(one):
            documents.setdefault(key, Document(key)).fold(SEALS, one)
    kinds = sorted(
        (document.fields["kind"], document.fields["country"])
        for document in documents.values()
        if document.fields and document.fields["teacher"] == ANA.teacher
    )
    assert kinds == [("eqs", "ES"), ("etwinning", "ES"), ("nqs", "ES")]
    assert len(documents) == 6


def test_what_a_view_does_not_read_concerns_no_document() -> None:
    concerned = {view.name: [one for one in IN_TURN if view.concerns(one)] for view in VIEWS}
    assert {name: len(found) for name, found in concerned.items()} == {"members": 2, "seals": 6, "applications": 9}


@every(interleaved(streams()))
def test_documents_are_the_same_whatever_order_streams_arrive_in(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents(VIEWS, arrived, streams())


@every(st.data())
def test_an_application_that_begins_late_is_still_whole(data: st.DataObject) -> None:
    (mine,) = [stream for stream in streams() if stream[0].stream == f"application-{application_id(ANA)}"]
    rest = [stream for stream in streams() if stream is not mine and stream[0].stream != mine[0].stream]
    arrived = [*data.draw(interleaved(rest)), *mine]
    assert folded(APPLICATIONS, arrived) == folded(APPLICATIONS, IN_TURN)
    assert folded(MEMBERS, arrived) == folded(MEMBERS, IN_TURN)
