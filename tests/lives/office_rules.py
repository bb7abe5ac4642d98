"""Which office may do what to a case of which place, as the rules say (docs/rules.md §3 invariants, §4.8)."""

from typing import Any

Case = dict[str, Any]
Officer = dict[str, Any]
REPRESENTATIVE, SUPPORT = "representative", "national_support_officer"


def of_the_place(officer: Officer, case: Case) -> bool:
    """The region that holds the school, or its whole country; without a region, the country's own officers."""
    if officer["country"] != case["country"]:
        return False
    if officer["kind"] == SUPPORT:
        return case["region"] is None
    return officer["region"] in {None, case["region"]}


def has_it(officer: Officer, case: Case) -> bool:
    if officer["person"] == case["teacher"]:
        return False
    return is_support(officer, case) if case["with_support"] else of_the_place(officer, case)


def is_support(officer: Officer, case: Case) -> bool:
    """Nobody decides on oneself, the support service neither."""
    return (officer["kind"], officer["country"]) == (SUPPORT, case["country"]) and officer["person"] != case["teacher"]


def represents(officer: Officer, case: Case) -> bool:
    mine = of_the_place(officer, case) and officer["person"] != case["teacher"]
    return mine and officer["kind"] == REPRESENTATIVE


def decides(officer: Officer, case: Case, policy: dict[str, Any]) -> bool:
    return is_support(officer, case) if policy["support_decides"] else has_it(officer, case)
