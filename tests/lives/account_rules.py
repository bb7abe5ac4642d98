"""What the rules say of an account, in dictionaries (docs/rules.md §1.5, §1.11, §4.14, §4.17; FAQ L17, L22).

Written from the rules, not from the code: each function says `no`, `same` (so already) or `done`, and notes what then
is.
"""

from datetime import datetime, timedelta
from typing import Any

Account = dict[str, Any]


def nobody() -> Account:
    return {
        "stage": "nobody", "latest": None, "link": None, "proved": None, "recovery": None, "change": None,
        "addresses": {}, "agreed": set(), "holds": set(), "released": set(), "wish": False, "email": None,
    }  # fmt: skip


def begin(account: Account, attempt: str, ends: datetime, *, admitted: bool) -> str:
    """Phase 1; every start sends a link that closes the one before, and one who is registered is left in peace."""
    if not admitted or account["stage"] == "forgotten":
        return "no"
    if account["stage"] == "teacher":
        return "same"
    account |= {"stage": "draft", "latest": attempt, "link": (attempt, ends)}
    account["addresses"][attempt] = f"email-{attempt}"
    return "done"


def resend(account: Account, attempt: str, ends: datetime) -> str:
    """The latest attempt once more, to the same address; a link of a few minutes ago that was not used will do."""
    if account["stage"] != "draft" or _fresh(account["link"], ends):
        return "same"
    account["addresses"][attempt] = account["addresses"][account["latest"]]
    account |= {"latest": attempt, "link": (attempt, ends)}
    return "done"


def _fresh(link: tuple[str, datetime] | None, ends: datetime) -> bool:
    """Mailed less than ten minutes before one that ends then: all links of a kind live equally long."""
    return link is not None and ends - link[1] < timedelta(minutes=10)


def confirm(account: Account, attempt: str, now: datetime) -> str:
    """The latest link, once, in time."""
    if account["link"] is None or account["link"][0] != attempt or now >= account["link"][1]:
        return "no"
    account |= {"link": None, "proved": attempt}
    return "done"


def complete(account: Account, attempt: str, *, fits: bool) -> str:
    """Phase 2, once, for the address that was proved; `fits`: the school is in that country, the director another."""
    if account["stage"] != "draft" or account["proved"] != attempt or not fits:
        return "no"
    account |= {"stage": "teacher", "link": None, "email": account["addresses"][attempt]}
    return "done"


def expire(account: Account, attempt: str) -> str:
    if account["stage"] != "draft" or account["latest"] != attempt:
        return "same"
    _forget(account)
    return "done"


def repeat(account: Account) -> str:
    return "done" if account["stage"] == "teacher" else "same"


def recover(account: Account, attempt: str, ends: datetime) -> str:
    if account["stage"] != "teacher":
        return "no"
    if _fresh(account["recovery"], ends):
        return "same"
    account["recovery"] = (attempt, ends)
    return "done"


def reset(account: Account, attempt: str, now: datetime) -> str:
    """The latest link, once, in time."""
    recovery = account["recovery"]
    if recovery is None or recovery[0] != attempt or now >= recovery[1]:
        return "no"
    account["recovery"] = None
    return "done"


def change(account: Account, attempt: str, ends: datetime, replaces: str) -> str:
    if account["stage"] != "teacher" or account["email"] != replaces:
        return "no"
    account |= {"change": (attempt, ends), "agreed": set()}
    return "done"


def agree(account: Account, attempt: str, end: str, now: datetime) -> str:
    """Both ends, in any order; then the address is another one, and a link mailed to the old one is dead."""
    asked = account["change"]
    if asked is None or asked[0] != attempt or now >= asked[1]:
        return "no"
    if end in account["agreed"]:
        return "same"
    account["agreed"] = account["agreed"] | {end}
    if account["agreed"] == {"old", "new"}:
        account |= {"change": None, "recovery": None, "email": f"email-{attempt}"}
    return "done"


def withdraw(account: Account, attempt: str) -> str:
    if account["stage"] != "teacher":
        return "no"
    if account["change"] is None or account["change"][0] != attempt:
        return "same"
    account["change"] = None
    return "done"


def hold(account: Account, which: str, *, by_support: bool) -> str:
    """The support service of the country or the centre keeps the data for now; each hold counts once."""
    if account["stage"] != "teacher" or not by_support or which in account["released"]:
        return "no"
    if which in account["holds"]:
        return "same"
    account["holds"].add(which)
    return "done"


def release(account: Account, which: str, *, by_support: bool) -> str:
    """With the last hold an erasure that was asked for is carried out."""
    if account["stage"] != "teacher" or not by_support:
        return "no"
    if which in account["released"]:
        return "same"
    if which not in account["holds"]:
        return "no"
    account["holds"].remove(which)
    account["released"].add(which)
    if account["wish"] and not account["holds"]:
        _forget(account)
    return "done"


def erase(account: Account) -> str:
    """At any time, once; under a hold the wish is noted."""
    if account["stage"] == "nobody":
        return "no"
    if account["stage"] == "forgotten" or account["wish"]:
        return "same"
    if account["holds"]:
        account["wish"] = True
    else:
        _forget(account)
    return "done"


def _forget(account: Account) -> None:
    account |= {"stage": "forgotten", "link": None, "recovery": None, "change": None}
