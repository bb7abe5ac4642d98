"""A small, sound history of the whole programme: two teachers of two countries, one project, every seal."""

import json

from tests.chaos.forge import Forge

TEACHERS = {"t1": "ES", "t2": "FR"}


def forged_programme() -> Forge:
    """Sealed, published and handled; the checker must find nothing in it."""
    forge = Forge()
    for teacher, country in TEACHERS.items():
        _validated(forge, teacher, country)
    _project(forge)
    for teacher, country in TEACHERS.items():
        _national_seal(forge, teacher, country)
    _european_seal(forge)
    forge.tell()
    forge.seal()
    return forge


def _validated(forge: Forge, teacher: str, country: str) -> None:
    stream = f"teacher-{teacher}"
    forge.command("registration", stream, f"register {teacher}", ("RegistrationStarted", {"teacher": teacher}))
    phase_2 = (("EmailConfirmed", {"teacher": teacher}), ("TeacherRegistered", {"teacher": teacher}))
    _, registered = forge.command("registration", stream, f"complete {teacher}", *phase_2)
    case, who = f"case-{teacher}", {"case": f"c-{teacher}", "teacher": teacher, "country": country}
    forge.reaction("validation", case, registered, "open_case_of_teacher", ("ValidationOpened", who))
    contact = (("DirectorContactConfirmed", who), ("DirectorContacted", who))
    forge.command("validation", case, f"confirm {teacher}", *contact)
    forge.command("validation", case, f"approve {teacher}", ("DirectorApproved", who))
    forge.command("validation", case, f"validate {teacher}", ("TeacherValidated", who))


def _project(forge: Forge) -> None:
    founders = [{"teacher": teacher, "country": country} for teacher, country in TEACHERS.items()]
    countries = {"founding_countries": list(TEACHERS.values())}
    facts = {"project": "p1"}
    proposed = ("ProjectProposed", facts)
    basis = [  # validated teachers: the facts that the proposal rests on
        event_id for commit in forge.commits["validation"][-1:] for event_id in _ids(commit["events"])
    ]
    forge.command("projects", "project-p1", "propose", proposed, basis=basis)
    forge.command("projects", "project-p1", "accept", ("CoFounderAccepted", facts | countries))
    forge.command("projects", "project-p1", "approve ES", ("ProjectApprovedByNSS", facts | {"country": "ES"}))
    started = ("ProjectStarted", facts | countries | {"founders": founders})
    ids = forge.command(
        "projects", "project-p1", "approve FR", ("ProjectApprovedByNSS", facts | {"country": "FR"}), started
    )
    for founder in founders:
        seal = ("ETwinningSealIssued", facts | founder)
        forge.reaction("recognition", f"seal-{founder['teacher']}", ids[1], "issue_seal_to_founders", seal)
    forge.reaction("recognition", "dossier-p1", ids[1], "open_dossier", ("DossierOpened", facts | countries))


def _national_seal(forge: Forge, teacher: str, country: str) -> None:
    stream, facts = f"application-{teacher}", {"project": "p1", "teacher": teacher, "country": country}
    forge.command("recognition", stream, f"apply {teacher}", ("NQSApplied", facts))
    forge.command("recognition", stream, f"assess {teacher}", ("NQSAssessed", {"total": 20}))
    (granted,) = forge.command("recognition", stream, f"grant {teacher}", ("NQSGranted", facts))
    forge.reaction("recognition", "dossier-p1", granted, "record_in_dossier", ("NQSRecorded", facts))


def _european_seal(forge: Forge) -> None:
    facts = {"project": "p1", "country": "ES"}
    (proposed,) = forge.command("recognition", "dossier-p1", "propose EQS", ("EQSProposed", facts))
    awards = [("EQSGranted", facts | {"teacher": teacher}) for teacher in TEACHERS]
    qualified = ("EQSQualified", {"project": "p1"})
    forge.reaction("recognition", "dossier-p1", proposed, "reevaluate_dossier", qualified, *awards)


def _ids(raws: list[bytes]) -> list[str]:
    return [json.loads(raw)["id"] for raw in raws]
