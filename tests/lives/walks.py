"""Long lives at random: what hypothesis explores narrowly and shrinks, these go through broadly, always alike."""

from collections.abc import Callable
from random import Random

from tests.lives.acts import BY_APPLICANTS, BY_ITSELF, BY_LINK, BY_OFFICERS, OFFICERS, TEACHER
from tests.lives.machine import CONTESTED, POLICIES, WAITS, Lives
from tests.lives.profiles import BY_OWNER, BY_SUPPORT, ENDS_ALL, SUPPORT

MANY = 2**32


def _anybody_asks(life: Lives, by: Random) -> None:
    """Mostly what is refused: somebody without the office, a stale link, the wrong moment."""
    if not life.cases:
        return
    which = by.randrange(4)
    for who in (by.choice(sorted(OFFICERS)), by.choice(["spain", "support", "support"])):
        life.officer_acts(which, who, by.choice(BY_OFFICERS))
    life.director_acts(which, by.choice(BY_LINK), by.choice([0, 0, 1, 2]))
    life.applicant_acts(which, by.choice(BY_APPLICANTS), by.choice([TEACHER, "somebody"]))


def _owner_asks(life: Lives, by: Random) -> None:
    able = BY_OWNER.keys() - (ENDS_ALL if by.random() < 0.9 else set())
    life.owner_acts(by.choice(sorted(able)), by.choice([0, 0, 1, 2]))


def _support_asks(life: Lives, by: Random) -> None:
    life.support_acts(by.choice(sorted(BY_SUPPORT)), by.choice([*sorted(SUPPORT), *["support", "centre"] * 4]))


def _case_is_swept(life: Lives, by: Random) -> None:
    if life.cases:
        life.deadlines_are_swept(by.randrange(4), by.choice(WAITS[:6]))


def _absence_is_swept(life: Lives, by: Random) -> None:
    if life.self.profile["stage"] in {"active", "inactive"}:
        life.absence_is_swept(by.choice(WAITS[-3:]))


def _news_arrives(life: Lives, by: Random) -> None:
    if life.world.unread:
        life.news_arrives()


def _transfer_is_settled(life: Lives, by: Random) -> None:
    if life.transfers:
        life.a_transfer_is_settled(by.random() < 0.5)


def _case_gets_on(life: Lives, by: Random) -> None:
    if life.cases:
        life.case_gets_on(by.randrange(4), by.randrange(MANY))


def _draft_gets_on(life: Lives, by: Random) -> None:
    if life.self.account["stage"] in {"nobody", "draft"}:
        life.time_passes(by.choice([*WAITS[:2], *WAITS[:2], WAITS[5]]))
        life.owner_acts(by.choice(["start", "resend", "confirm", "confirm", "complete", "let_expire"]), 0)


def _case_acts(life: Lives, by: Random) -> None:
    if life.cases:
        life.case_acts(by.randrange(4), by.choice(BY_ITSELF))


STEPS: tuple[Callable[[Lives, Random], None], ...] = (
    *(_case_gets_on, _news_arrives, _anybody_asks) * 3,
    *(_owner_asks, _support_asks, _case_is_swept) * 2,
    _absence_is_swept,
    _case_acts,
    _transfer_is_settled,
    *(_draft_gets_on,) * 2,
    *(lambda life, by: life.owner_gets_on(by.randrange(MANY)),) * 3,
    lambda life, by: life.time_passes(by.choice(WAITS[:6])),
    lambda life, by: life.the_node_decides_on_another_policy(by.choice(sorted(POLICIES))),
)


def live(life: Lives, seed: int, steps: int = 60) -> None:
    """One life. Raises `AssertionError` where the aggregates and the rules differ."""
    by = Random(seed)
    life.begins(by.choice(sorted(POLICIES)), by.randint(0, CONTESTED))
    for _ in range(steps):
        by.choice(STEPS)(life, by)
