"""Looks for texts where they must not be: in files, byte by byte, and in every document of every collection."""

import mmap
import re
from collections.abc import Iterable
from pathlib import Path

import bson
from pymongo import MongoClient

from deploy.story.people import DIRECTOR_NAME, FAMILY_NAME, OFFICER_NAME, PASSWORD, TEACHER_NAME
from tests.e2e.typed import KEPT_SCAN, PROPOSED, SCANNED, SEARCHED, STATEMENT

TITLES = "Rivers of"
CANARIES = (
    FAMILY_NAME, TEACHER_NAME, OFFICER_NAME, DIRECTOR_NAME, PASSWORD, "@school.example", "@office.example", TITLES,
    STATEMENT, PROPOSED, SEARCHED, SCANNED, KEPT_SCAN,
)  # fmt: skip
"""What people of the story and of the journey type: names, addresses, the password, the beginning of every project's
title, statements, schools that they miss, what they search for, and the form that a director signed."""
NEVER_KEPT = frozenset({PASSWORD, SEARCHED, SCANNED})
"""Not even where it may be forgotten: a hash is, or nothing, or the form as base64."""


def found_in_text(text: str, needles: Iterable[str] = CANARIES) -> set[str]:
    return {needle for needle in needles if needle in text}


def found_in_files(folder: Path, needles: Iterable[str] = CANARIES) -> set[str]:
    """`path: text` for every file under `folder` (sparse and binary ones too) and every text that it holds."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.stat().st_size]
    return {f"{file.relative_to(folder)}: {needle}" for file in files for needle in _in_file(file, list(needles))}


def _in_file(file: Path, needles: list[str]) -> list[str]:
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return [needle for needle in needles if content.find(needle.encode()) >= 0]


def found_in_databases(url: str, needles: Iterable[str] = CANARIES, prefix: str = "etwinning_") -> set[str]:
    """`database.collection: text` for every collection that holds one of the texts, in keys or values of any type."""
    wanted = {needle.encode(): needle for needle in needles}
    pattern = re.compile(b"|".join(map(re.escape, wanted)))
    found: set[str] = set()
    with MongoClient[dict[str, object]](url) as client:
        for database in (name for name in client.list_database_names() if name.startswith(prefix)):
            for collection in client[database].list_collection_names():
                for document in client[database][collection].find({}):
                    hits = pattern.findall(bson.encode(document))
                    found |= {f"{database}.{collection}: {wanted[hit]}" for hit in hits}
    return found
