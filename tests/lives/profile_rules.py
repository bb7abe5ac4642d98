"""What the rules say of a profile (docs/rules.md §1.12-13, §4.1-2, §4.15; FAQ L24-25), in dictionaries."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

Profile = dict[str, Any]
SCHOOLS = {"madrid": ("ES", "Madrid"), "vigo": ("ES", "Galicia"), "paris": ("FR", None)}


def none() -> Profile:
    return {"stage": "none", "schools": [], "left": set(), "blocked": False, "away": None, "due": None}


def begin(profile: Profile, school: str) -> None:
    if profile["stage"] == "none":
        profile |= {"stage": "active", "schools": [school]}


def writable(profile: Profile) -> bool:
    """A blocked profile changes nothing, nor does one that does not exist or has disappeared."""
    return profile["stage"] in {"active", "inactive"} and not profile["blocked"]


def add(profile: Profile, school: str) -> str:
    if not writable(profile):
        return "no"
    if school in profile["schools"]:
        return "same"
    profile["schools"].append(school)
    profile["left"].discard(school)
    return "done"


def change(profile: Profile, school: str) -> str:
    """Another main school; the old one is left."""
    if not writable(profile):
        return "no"
    if school == profile["schools"][0]:
        return "same"
    if school in profile["schools"]:
        return "no"
    old = profile["schools"][0]
    profile["schools"][0] = school
    profile["left"].discard(school)
    profile["left"].add(old)
    return "done"


def leave(profile: Profile, school: str) -> str:
    """Any school but the main one."""
    if not writable(profile):
        return "no"
    if school in profile["left"]:
        return "same"
    if school not in profile["schools"][1:]:
        return "no"
    profile["schools"].remove(school)
    profile["left"].add(school)
    return "done"


def choose(profile: Profile, school: str) -> str:
    if not writable(profile) or school not in profile["schools"]:
        return "no"
    if school == profile["schools"][0]:
        return "same"
    profile["schools"].remove(school)
    profile["schools"].insert(0, school)
    return "done"


def block(profile: Profile, officer: Any, person: str, *, wanted: bool) -> str:
    """The support service of the main school's country, or the centre; nobody decides about themselves."""
    if profile["stage"] not in {"active", "inactive"} or officer["person"] == person:
        return "no"
    country = SCHOOLS[profile["schools"][0]][0]
    if officer["kind"] != "central_support_officer" and (
        officer["kind"] != "national_support_officer" or officer["country"] != country
    ):
        return "no"
    if profile["blocked"] == wanted:
        return "same"
    profile["blocked"] = wanted
    return "done"


def come_back(profile: Profile) -> str:
    if profile["stage"] == "gone":
        return "no"
    if profile["due"] is None and profile["stage"] != "inactive":
        return "same"
    profile |= {"stage": "active", "away": None, "due": None}
    return "done"


def falls_due(profile: Profile, last_access: date, now: datetime) -> str | None:
    """What two and three calendar years of absence bring, each a month after a warning; nothing unwarned (FAQ L25)."""
    away = midnight(last_access)
    if profile["away"] not in {None, away}:
        come_back(profile)
        return "return"
    years = 2 if profile["stage"] == "active" else 3
    over = midnight(months_on(last_access, 12 * years) + timedelta(days=1))
    if profile["due"] is None:
        if now < midnight(months_on(over.date(), -1)):
            return None
        in_full = midnight(months_on(now.date(), 1))
        profile |= {"away": away, "due": max(over, in_full)}
        return "warn"
    if now < max(over, profile["due"]):
        return None
    profile |= {"stage": "inactive" if profile["stage"] == "active" else "gone", "due": None, "away": away}
    return "happen"


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def months_on(day: date, months: int) -> date:
    """The same day of the month, or the last one that it has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))
