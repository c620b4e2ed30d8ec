"""Under which licences tracker's dependencies stand, and that the table of them is complete."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from packaging.requirements import Requirement

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

# Words of metadata, in any of their forms, and the family of licences that they name.
FAMILIES = {
    r"MIT(-0)?|MIT License|The MIT License.*": "MIT",
    r"0BSD": "0BSD",
    r"BSD.*|(New|Modified|3-Clause) BSD.*|.*BSD License|BSD-[23]-Clause": "BSD",
    r"Apache.*": "Apache",
    r"ISC.*": "ISC",
    r"PSF.*|Python Software Foundation.*|Python-2\.0.*": "PSF",
    r"Zlib.*": "Zlib",
    r"CC0.*": "CC0",
    r"Unlicense.*|The Unlicense.*": "Unlicense",
    r"(LGPL|GNU Lesser).*": "LGPL",
    r"MPL.*|Mozilla Public License.*": "MPL",
    r"CNRI-Python": "CNRI",
    r"GPL-3\.0.* WITH GCC-exception-3\.1": "runtime of GCC",
}
PERMITTED = {
    "MIT", "0BSD", "BSD", "Apache", "ISC", "PSF", "Zlib", "CC0", "Unlicense", "runtime of GCC",
    "CNRI-Python",
}  # fmt: skip
OPTIONAL = {
    "psycopg",
    "psycopg-binary",
    "certifi",
    "regex",
    "tld",
}  # packages of their own, which nobody need install
OPTIONAL_PERMITTED = PERMITTED | {"LGPL", "MPL", "CNRI"}
DEVELOPMENT = {"dev"}


def canonical(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(name: str, extras: set[str]) -> set[tuple[str, frozenset[str]]]:
    """What a package needs here, each with the extras that are asked of it."""
    needed = set()
    for line in distribution(name).requires or []:
        one = Requirement(line)
        if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in ("", *extras)):
            needed.add((canonical(one.name), frozenset(one.extras)))
    return needed


def needed_by_tracker() -> set[str]:
    """Every package that tracker, or one of its extras for users, needs to run."""
    provided = distribution("tracker").metadata.get_all("Provides-Extra") or []
    waiting = list(requirements("tracker", {*provided} - DEVELOPMENT))
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        one = waiting.pop()
        if one in seen or one[0] == "tracker":
            continue
        seen.add(one)
        try:
            waiting += requirements(one[0], set(one[1]))
        except PackageNotFoundError:
            if one[0] not in OPTIONAL:
                raise
    return {name for name, _ in seen}


def family(word: str) -> str:
    """The family of a licence as metadata write it; the words themselves where none is known."""
    word = word.strip(" ()").removesuffix(" (ISCL)")
    found = [name for form, name in FAMILIES.items() if re.fullmatch(form, word, re.IGNORECASE)]
    return found[0] if found else word


def licences(metadata: PackageMetadata) -> list[set[str]]:
    """The licences that hold together, each as a set to choose from.

    From the expression where there is one, else from the classifiers, else from the free text.
    """
    if "License-Expression" in metadata:
        expression = metadata["License-Expression"]
        every = re.split(r"\s+AND\s+", expression, flags=re.IGNORECASE)
        return [
            {family(w) for w in re.split(r"\s+OR\s+", part, flags=re.IGNORECASE)} for part in every
        ]
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License :: ") and not line.endswith(":: OSI Approved")
    ]
    if classifiers:
        return [{family(line)} for line in classifiers]
    text = metadata["License"].strip() if "License" in metadata else ""
    first = text.splitlines()[0] if text else "none stated"
    return [{family(word) for word in re.split(r"\s+OR\s+", first)}]


def table() -> dict[str, str]:
    """The licence of each package, as CONTRIBUTING.md has it."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Licences")[2]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {
        name.strip(): licence
        for licence, names in rows
        for name in re.sub(r"\([^)]*\)", "", names).split(",")
        if licence != "licence"
    }


def test_every_dependency_is_in_the_table() -> None:
    """What tracker needs is named with its licence, and nothing else is."""
    needed = needed_by_tracker()
    assert "sqlalchemy" in needed
    assert "mypy" not in needed
    assert sorted(needed - set(table())) == []
    assert sorted(set(table()) - needed - OPTIONAL) == []


@pytest.mark.parametrize("name", sorted(table()))
def test_a_licence_is_permitted_and_as_the_table_says(name: str) -> None:
    """The metadata of what is installed name permitted licences, the table's among them."""
    try:
        found = licences(distribution(name).metadata)
    except PackageNotFoundError:
        if name in needed_by_tracker() - OPTIONAL:
            raise
        return
    permitted = OPTIONAL_PERMITTED if name in OPTIONAL else PERMITTED
    assert all(choice & permitted for choice in found), found
    said = {family(word) for word in table()[name].split(" or ")}
    assert any(said <= choice for choice in found), found


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("License-Expression: MIT", [{"MIT"}]),
        ("License-Expression: Apache-2.0 OR BSD-2-Clause", [{"Apache", "BSD"}]),
        ("License-Expression: BSD-3-Clause AND (MIT OR Zlib)", [{"BSD"}, {"MIT", "Zlib"}]),
        ("License-Expression: GPL-3.0-or-later", [{"GPL-3.0-or-later"}]),
        (
            "License-Expression: BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1",
            [{"BSD"}, {"runtime of GCC"}],
        ),
        ("Classifier: License :: OSI Approved :: MIT License\nLicense: x", [{"MIT"}]),
        ("Classifier: License :: OSI Approved\nLicense: BSD 3-Clause", [{"BSD"}]),
        ("Classifier: License :: OSI Approved :: ISC License (ISCL)", [{"ISC"}]),
        ("License: Apache License 2.0", [{"Apache"}]),
        ("License: GNU Lesser General Public License v3", [{"LGPL"}]),
        ("License: MIT OR AFL-2.1", [{"MIT", "AFL-2.1"}]),
        ("License: Proprietary", [{"Proprietary"}]),
        ("Name: x", [{"none stated"}]),
    ],
)
def test_metadata_name_licences_in_any_form(header: str, expected: list[set[str]]) -> None:
    """Expression, classifier or free text, whichever a version of a package has."""
    from email import message_from_string
    from typing import cast

    metadata = cast("PackageMetadata", message_from_string(header))
    assert licences(metadata) == expected
