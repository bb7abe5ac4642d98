"""A director is asked about a teacher, in one of three scripts: Greek, Latin with marks, Georgian."""

from dataclasses import dataclass
from datetime import timedelta

from uuid_utils import uuid7

from services.validation.case import CASE
from services.validation.commands import WriteToKnownDirector
from services.validation.reactions import open_case_of_teacher
from shared.contracts.base import RecordRef, derived_id
from shared.event_store.history import Context
from shared.mongo import durable
from shared.private_records.replicas import REPLICAS
from tests.browser.serving import Served
from tests.services.recorded import recorded
from tests.services.validation.happened import registered


@dataclass(frozen=True)
class Texts:
    """A country, its teacher, and what its director reads."""

    country: str
    language: str
    given_name: str
    family_name: str
    question: str
    yes: str
    no: str
    not_here: str
    not_me: str
    more_time: str
    confirmed: str
    refused: str
    disowned: str
    longer: str
    half: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


GREEK = Texts(
    "GR", "el", "Ελένη", "Παπαδοπούλου",
    "Διδάσκει αυτό το άτομο τώρα στο σχολείο σας;", "Ναι, επιβεβαιώνω", "Όχι, δεν επιβεβαιώνω",
    "Αυτό το άτομο δεν διδάσκει εδώ", "Δεν διευθύνω το σχολείο", "Χρειάζομαι περισσότερο χρόνο",
    "Επιβεβαιώσατε ότι", "Απαντήσατε ότι αυτός ο εκπαιδευτικός δεν", "Απαντήσατε ότι δεν διευθύνετε",
    "Έχετε περισσότερο χρόνο.", "Παρακαλούμε δώστε το όνομα",
)  # fmt: skip
POLISH = Texts(
    "PL", "pl", "Łucja", "Żółć-Ćwiklińska",
    "Czy ta osoba uczy obecnie w Państwa szkole?", "Tak, potwierdzam", "Nie, nie potwierdzam",
    "Ta osoba tutaj nie uczy", "Nie kieruję szkołą", "Potrzebuję więcej czasu",
    "Potwierdzili Państwo, że", "ten nauczyciel nie pracuje", "nie kierują Państwo szkołą",
    "Mają Państwo więcej czasu.", "Prosimy podać imię i nazwisko",
)  # fmt: skip
GEORGIAN = Texts(
    "GE", "ka", "ნინო", "ბერიძე",
    "ასწავლის თუ არა ეს პირი ამჟამად თქვენს სკოლაში?", "დიახ, ვადასტურებ", "არა, არ ვადასტურებ",
    "ეს პირი აქ არ ასწავლის", "მე არ ვარ დირექტორი", "მეტი დრო მჭირდება",
    "თქვენ დაადასტურეთ", "სკოლაში არ მუშაობს", "დირექტორი არ ხართ",
    "თქვენ მეტი დრო გაქვთ.", "გთხოვთ, მიუთითოთ დირექტორის სახელი",
)  # fmt: skip
SCRIPTS = (GREEK, POLISH, GEORGIAN)


async def asked_director(site: Served, texts: Texts) -> str:
    """The page that the mailed link opens, of a case of its own."""
    service, teacher = site.service, str(uuid7())
    event = registered(teacher).model_copy(update={"country": texts.country, "region": None})
    cause = recorded(event, f"teacher-{teacher}", 3)
    ((case, command),) = open_case_of_teacher(cause)  # type: ignore[arg-type]
    node = texts.country.lower()
    await service.host.handler.handle(
        CASE, case, command, Context("system", "system", node, derived_id("c"), cause=cause.id, policy="open")
    )
    await service.fold(cause)
    names = {"given_name": texts.given_name, "family_name": texts.family_name}
    kept = {"_id": event.name.id, "subject": teacher, "kind": "name", "fields": names, "salt": b"s"}
    await durable(service.host.database, REPLICAS).insert_one(kept)
    expires = service.clock() + timedelta(days=14)
    ask = WriteToKnownDirector(
        at=service.clock(),
        contact=RecordRef(id=f"director-{teacher}", commitment="d" * 64),
        owner="registration",
        locale=texts.language,
        link_expires=expires,
        asked_before=None,
    )
    context = Context("system", "system", node, derived_id("c"), cause=cause.id, policy="ask")
    outcome = await service.host.handler.handle(CASE, case, ask, context)
    assert outcome.state.attempt is not None
    token = service.link("director_answer", f"case-{case}", outcome.state.attempt, expires)
    return f"{site.home}/validation/director?token={token}"
