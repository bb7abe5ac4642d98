"""I11: one seal per (project, teacher, kind), and none without the approvals that it rests on."""

from collections.abc import Iterator, Sequence

from tests.chaos.checker.formats import StoredEvent
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import World

_KINDS = ("ETwinningSealIssued", "NQSGranted", "EQSGranted")
_LEAST_COUNTRIES = 2


def check_seals(world: World) -> Iterator[Violation]:
    first: dict[tuple[str, str, str], StoredEvent] = {}
    for seal in world.named(*_KINDS):
        key = (seal.name, seal.said("project"), seal.said("teacher"))
        if first.setdefault(key, seal) is not seal:
            yield Violation("I11", seal.place, f"{seal.name} was given before, to the same teacher: {first[key].place}")
    yield from _etwinning_seals(world)
    yield from _national_seals(world)
    yield from _european_seals(world)
    yield from _validations(world)


def _etwinning_seals(world: World) -> Iterator[Violation]:
    """A project that started with the approval of every founding country (FAQ L31), and a founder or a partner."""
    started = {event.said("project"): event for event in world.named("ProjectStarted")}
    approved = {(e.said("project"), e.said("country")) for e in world.named("ProjectApprovedByNSS")}
    joined = {(event.said("project"), event.said("partner", "teacher")) for event in world.named("PartnerJoined")}
    for project, start in started.items():
        for country in start.items("founding_countries"):
            if (project, country) not in approved:
                yield Violation("I11", start.place, f"the project started without the approval of {country}")
    for seal in world.named("ETwinningSealIssued"):
        project, teacher = seal.said("project"), seal.said("teacher")
        if project not in started:
            yield Violation("I11", seal.place, f"the project {project} never started")
            continue
        founders = {str(founder.get("teacher")) for founder in started[project].items("founders")}
        if teacher not in founders and (project, teacher) not in joined:
            yield Violation("I11", seal.place, f"{teacher} is no member of the project")


def _national_seals(world: World) -> Iterator[Violation]:
    """Applied for and assessed in the same application, before it was granted."""
    assessed = _earliest(world, "NQSAssessed")
    applied = _earliest(world, "NQSApplied")
    for granted in world.named("NQSGranted"):
        for needed, name in ((applied, "applied for"), (assessed, "assessed")):
            if not _before(needed.get(granted.stream), granted):
                yield Violation("I11", granted.place, f"was granted before it was {name}")


def _european_seals(world: World) -> Iterator[Violation]:
    """Two national seals from two countries, one of them proposing, founded in two countries (FAQ L9, L32)."""
    qualified = _earliest(world, "EQSQualified")
    proposed = world.named("EQSProposed")
    opened = {event.said("project"): event for event in world.named("DossierOpened")}
    national = world.named("NQSGranted")
    for granted in world.named("EQSGranted"):
        project, teacher = granted.said("project"), granted.said("teacher")
        countries = {seal.said("country") for seal in national if seal.said("project") == project}
        dossier = opened.get(project)
        checks = {
            "the dossier did not qualify": _before(qualified.get(granted.stream), granted),
            "no country with a seal proposed it": _proposed(proposed, project, countries),
            "there are not two national seals of two countries": len(countries) >= _LEAST_COUNTRIES,
            "its teacher has no national seal": _holds(national, project, teacher),
            "it was founded in one country": dossier is not None
            and len(set(dossier.items("founding_countries"))) >= _LEAST_COUNTRIES,
        }
        for fault in (fault for fault, fine in checks.items() if not fine):
            yield Violation("I11", granted.place, fault)


def _validations(world: World) -> Iterator[Violation]:
    """A teacher is validated only after the director approved, in the same case (FAQ L20)."""
    approved = _earliest(world, "DirectorApproved")
    for validated in world.named("TeacherValidated"):
        if not _before(approved.get(validated.stream), validated):
            yield Violation("I11", validated.place, "was validated before the director approved")


def _proposed(proposals: Sequence[StoredEvent], project: str, countries: set[str]) -> bool:
    return any(one.said("project") == project and one.said("country") in countries for one in proposals)


def _holds(seals: Sequence[StoredEvent], project: str, teacher: str) -> bool:
    return any(one.said("project") == project and one.said("teacher") == teacher for one in seals)


def _earliest(world: World, name: str) -> dict[str, StoredEvent]:
    """The first event of that name of each stream."""
    found: dict[str, StoredEvent] = {}
    for event in world.named(name):
        found.setdefault(event.stream, event)
    return found


def _before(one: StoredEvent | None, other: StoredEvent) -> bool:
    return one is not None and (one.version, one.index) < (other.version, other.index)
