"""Which process dies when and where: at random moments and at failpoints, all of it from one seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.cluster import Role

# Who comes past a failpoint often: (service, role). Between two sends only a block of several events comes.
PASSES = {
    "after_insert": (("registration", "api"), ("validation", "api"), ("notifications", "reactions")),
    "after_block": (("registration", "relay"), ("validation", "relay"), ("notifications", "relay")),
    "between_sends": (("validation", "relay"), ("notifications", "relay")),
    "after_send": (("registration", "relay"), ("validation", "relay"), ("notifications", "relay")),
    "before_mark": (("registration", "relay"), ("projects", "relay"), ("notifications", "relay")),
    "after_work_before_offset": (("notifications", "reactions"), ("notifications", "views"), ("validation", "views")),
}
FOUNDATION = ("kafka", "database")
_MOST_HITS = 3
_ONE_FOUNDATION_IN = 10
KILLS_OF_A_FAILPOINT = 2


@dataclass(frozen=True, slots=True)
class Kill:
    """`target` is killed after `pause` seconds; with a failpoint it starts again and dies there the `hit`-th time."""

    target: Role | str
    pause: float
    failpoint: str | None = None
    hit: int = 0

    @property
    def name(self) -> str:
        return self.target if isinstance(self.target, str) else self.target.name

    @property
    def deaths(self) -> int:
        return KILLS_OF_A_FAILPOINT if self.failpoint else 1


def plan(kills: int, roles: Sequence[Role], seed: int) -> list[Kill]:
    """At least `kills` deaths: every failpoint once, broker and database, the rest by chance, in random order."""
    rng = random.Random(seed)
    chosen = [_at_failpoint(name, roles, rng) for name in PASSES]
    chosen += [Kill(name, _pause(rng)) for name in FOUNDATION]
    more = _by_chance(roles, rng)
    while sum(kill.deaths for kill in chosen) < kills:
        chosen.append(next(more))
    rng.shuffle(chosen)
    return chosen


def _at_failpoint(name: str, roles: Sequence[Role], rng: random.Random) -> Kill:
    passing = [role for role in roles if (role.service, role.role) in PASSES[name]]
    return Kill(rng.choice(passing), _pause(rng), name, rng.randint(1, _MOST_HITS))


def _by_chance(roles: Sequence[Role], rng: random.Random) -> Iterator[Kill]:
    while True:
        if rng.randrange(_ONE_FOUNDATION_IN) == 0:
            # The broker needs half a minute to come back, and the groups as long again: the database dies more often.
            yield Kill(rng.choice((*FOUNDATION, "database")), _pause(rng))
        elif rng.randrange(4) == 0:
            yield _at_failpoint(rng.choice(list(PASSES)), roles, rng)
        else:
            yield Kill(rng.choice(roles), _pause(rng))


def _pause(rng: random.Random) -> float:
    return rng.uniform(0.2, 1.5)
