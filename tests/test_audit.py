"""The audit of dependencies in the project's check: what it fails on, and what it only tells."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

SOUND = {"name": "alpha", "version": "1.0", "vulns": []}
FAULT = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["1.1"]}
FAULTY = {"name": "beta", "version": "1.0", "vulns": [FAULT]}
UNKNOWN = {"name": "gamma", "skip_reason": "not found"}
OLD_PIP = {"name": "pip", "version": "20.0", "vulns": [FAULT]}


@pytest.fixture(scope="module")
def verdict() -> Callable[[dict[str, Any] | None], tuple[int, str]]:
    """The judgement of the check's script."""
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    judged: Callable[[dict[str, Any] | None], tuple[int, str]] = module.verdict
    return judged


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([SOUND], 0, "no known vulnerabilities in 1 of 1 packages"),
        ([SOUND, FAULTY], 1, "beta 1.0: PYSEC-2026-1, CVE-2026-1 (repaired in 1.1)"),
        ([UNKNOWN, FAULTY], 1, "after a look at 1 of 2 packages"),
        ([SOUND, UNKNOWN], 0, "in 1 of 2 packages; NOTICE: not audited: gamma"),
        ([UNKNOWN], 0, "NOTICE: nothing was audited"),
        ([SOUND, OLD_PIP], 0, "no known vulnerabilities in 1 of 1 packages"),
        ([], 0, "NOTICE: nothing was audited"),
    ],
)
def test_a_known_vulnerability_fails_and_silence_is_told(
    verdict: Callable[..., tuple[int, str]],
    packages: list[dict[str, Any]],
    code: int,
    said: str,
) -> None:
    """What is known fails the check; what could not be asked is never passed off as sound."""
    found, sentence = verdict({"dependencies": packages, "fixes": []})
    assert found == code
    assert said in sentence


def test_no_report_is_told(verdict: Callable[..., tuple[int, str]]) -> None:
    """Where the service cannot be reached the check goes on, and says so."""
    code, sentence = verdict(None)
    assert code == 0
    assert sentence.startswith("NOTICE: nothing was audited")
