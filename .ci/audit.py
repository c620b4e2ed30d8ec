"""Looks the installed packages up among the known vulnerabilities, with pip-audit.

Usage: python3 .ci/audit.py PYTHON, the Python of the environment to look at. pip-audit goes into an
environment of its own. Exit 1 where a vulnerability is known. Where the service that knows them
cannot be asked nothing is found out: that is said, and is no failure.
"""
# ruff: noqa: INP001, S603 - a script, which runs commands of its own

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

LIMIT = 300  # seconds
NOT_OURS = {"pip", "setuptools", "wheel"}  # they come with the environment, whatever its age


def verdict(report: dict[str, Any] | None) -> tuple[int, str]:
    """The exit code and the sentence for a report of pip-audit, or for none."""
    packages = (report or {}).get("dependencies", [])
    packages = [package for package in packages if package["name"] not in NOT_OURS]
    asked = [package for package in packages if "vulns" in package]
    known = [
        f"{package['name']} {package['version']}: {', '.join([fault['id'], *fault['aliases']])}"
        f" (repaired in {', '.join(fault['fix_versions']) or 'no version yet'})"
        for package in asked
        for fault in package["vulns"]
    ]
    count = f"{len(asked)} of {len(packages)} packages"
    if known:
        return 1, "\n  ".join([f"known vulnerabilities, after a look at {count}:", *known])
    if not asked:
        return 0, "NOTICE: nothing was audited, since the service that knows could not be asked"
    if len(asked) < len(packages):
        left = ", ".join(package["name"] for package in packages if "vulns" not in package)
        return 0, f"no known vulnerabilities in {count}; NOTICE: not audited: {left}"
    return 0, f"no known vulnerabilities in {count}"


def ask(python: str) -> dict[str, Any] | None:
    """What pip-audit reports of an environment; None where it reports nothing."""
    folder = "import sysconfig; print(sysconfig.get_path('purelib'))"
    looked_at = subprocess.check_output([python, "-c", folder], text=True).strip()
    with tempfile.TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        own, report = Path(place, "bin", "python"), Path(place, "report.json")
        subprocess.run([own, "-m", "pip", "install", "--quiet", "pip-audit"], check=True)
        command = [own, "-m", "pip_audit", "--path", looked_at, "--skip-editable"]
        command += ["--progress-spinner=off", "--format=json", "--aliases=on", "--output", report]
        try:
            subprocess.run(command, capture_output=True, check=False, timeout=LIMIT)
            found: dict[str, Any] = json.loads(report.read_text("utf-8"))
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
        return found


if __name__ == "__main__":
    code, said = verdict(ask(sys.argv[1]))
    print(said)
    sys.exit(code)
