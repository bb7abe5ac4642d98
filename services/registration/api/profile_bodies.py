"""What is sent and answered about a profile: every code that may stand in it is in the OpenAPI document."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.registration.api.desk import Locale
from services.registration.api.named_school import Director
from services.registration.profile import Profile
from shared.contracts.reasons import BlockReason, UnblockReason
from shared.contracts.registration import TeacherRole, Visibility
from shared.contracts.teaching import OLDEST, YOUNGEST
from shared.web.fields import Identifier, Prose, RequestBody
from shared.web.teaching import MOST_CODES, Age, Language, Subject


class Description(RequestBody):
    """How somebody wants to be found, and by whom; the pupils' ages (FAQ L3, L14, L26)."""

    visibility: Visibility = "members"
    languages: Annotated[tuple[Language, ...], Field(max_length=MOST_CODES)] = ()
    subjects: Annotated[tuple[Subject, ...], Field(max_length=MOST_CODES)] = ()
    age_from: Age = YOUNGEST
    age_to: Age = OLDEST


class AnotherSchool(RequestBody):
    """A school, the role there, and how to reach its director (FAQ L19)."""

    school: Identifier
    role: TeacherRole = "teacher"
    director: Director
    locale: Locale


class Block(RequestBody):
    """Why, as a code for everyone, and in words for those who decide."""

    reason: BlockReason
    statement: Prose | None = None


class Unblock(RequestBody):
    """Why the block ends."""

    reason: UnblockReason


class AtSchoolAnswer(BaseModel):
    """One of a teacher's schools."""

    school: str
    country: str
    region: str | None
    role: TeacherRole
    main: bool


class StandingAnswer(BaseModel):
    """Whether the teacher may act: `blocked` and `reason` while an officer bars it (FAQ L24)."""

    teacher: str
    country: str
    standing: Literal["active", "inactive"]
    blocked: bool
    reason: str | None


class DescriptionAnswer(BaseModel):
    """How the teacher is found, and by whom."""

    visibility: Visibility
    languages: list[str]
    subjects: list[str]
    age_from: int
    age_to: int


class ProfileAnswer(StandingAnswer):
    """A teacher's own profile. `due`: what was announced (inactivity, removal) happens then, unless they sign in."""

    schools: list[AtSchoolAnswer]
    description: DescriptionAnswer
    due: datetime | None


def standing_answer(state: Profile) -> StandingAnswer:
    return StandingAnswer.model_validate(_standing(state))


def profile_answer(state: Profile) -> ProfileAnswer:
    """Members see a profile that was never described: so it is by default."""
    described = state.description or Description()
    schools = [
        AtSchoolAnswer(school=one.school, country=one.country, region=one.region, role=one.role, main=one == state.main)
        for one in state.schools
    ]
    description = DescriptionAnswer(
        visibility=described.visibility,
        languages=list(described.languages),
        subjects=list(described.subjects),
        age_from=described.age_from,
        age_to=described.age_to,
    )
    more = {"schools": schools, "description": description, "due": state.due}
    return ProfileAnswer.model_validate(_standing(state) | more)


def _standing(state: Profile) -> dict[str, object]:
    return {
        "teacher": state.id,
        "country": state.main.country,
        "standing": state.standing.value,
        "blocked": state.blocked is not None,
        "reason": None if state.blocked is None else state.blocked.reason,
    }
