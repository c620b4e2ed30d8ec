"""What tests share: a ledger of their own, the command line in this process, a fixed clock."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from places import ENGINES, Databases, Files, Places
from postgres import Server, absent

from tracker import Ledger, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browser import Browser

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def missing(what: str) -> None:
    """Skip for want of something that a stranger need not have; fail where all must be there."""
    if os.environ.get("TRACKER_REQUIRE_ALL"):
        pytest.fail(f"{what} is not here, and this run requires everything")
    pytest.skip(f"{what} is not here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests come early and apart, so that no worker is left alone with them at the end."""
    long = [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if item not in long]
    apart = len(items) // (2 * len(long) + 1) + 1
    for place, item in enumerate(long):
        items.insert(place * apart, item)


@pytest.fixture
def shared() -> Path:
    """The folder of reference data, which a stranger's clone has not."""
    if not SHARED.is_dir():
        missing("the folder of reference data beside the checkout")
    return SHARED


@pytest.fixture(autouse=True)
def _away_from_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test ever touches the ledger or the settings of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        if name != "TRACKER_REQUIRE_ALL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRACKER_ANALYST", "ana")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock: it stands at 21 November 2026, 12:00 UTC until it is set anew."""

    def set_to(instant: datetime) -> None:
        monkeypatch.setattr(settings, "now", lambda: instant)

    set_to(NOW)
    return set_to


# --- ledgers on each engine ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    if what := absent():
        missing(what)
    with Server() as server:
        yield server


@pytest.fixture(scope="session")
def _places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Places]:
    """The places on each engine that a test has asked for, made once."""
    return {"sqlite": Files(tmp_path_factory.mktemp("places"))}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine that holds ledgers: what uses this runs once on each."""
    return str(request.param)


@pytest.fixture(scope="module")
def places(engine: str, _places: dict[str, Places], request: pytest.FixtureRequest) -> Places:
    """Places for ledgers on the engine."""
    if engine not in _places:
        _places[engine] = Databases(request.getfixturevalue("postgres"))
    return _places[engine]


@pytest.fixture
def databases(_places: dict[str, Places], request: pytest.FixtureRequest) -> Places:
    """Places for ledgers on PostgreSQL, whichever engine a test runs on."""
    if "postgresql" not in _places:
        _places["postgresql"] = Databases(request.getfixturevalue("postgres"))
    return _places["postgresql"]


@pytest.fixture
def empty_place(places: Places) -> Iterator[str]:
    """A place where there is no ledger yet."""
    with places.lent() as place:
        yield place


@pytest.fixture
def place(places: Places) -> Iterator[str]:
    """The place of an empty ledger."""
    with places.lent(places.empty) as place:
        yield place


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound ledger with several rows of every table, made once; copied, never touched."""
    from ledgers import everything  # which uses the clock above

    file = tmp_path_factory.mktemp("whole") / "tracker.db"
    everything(file)
    return file


@pytest.fixture
def held(whole: Path, tmp_path: Path) -> Path:
    """Such a ledger where commands look for theirs."""
    return Path(shutil.copy(whole, tmp_path / "tracker.db"))


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk as it is before anybody sits there: a ledger, texts, tables; copied, never touched."""
    from typing_desk import furnish  # which uses the clock above

    folder = tmp_path_factory.mktemp("desk")
    furnish(folder)
    return folder


@pytest.fixture
def desk(
    furnished: Path,
    tmp_path: Path,
    clock: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """Such a desk of this test's own, half a day later, where nobody sits."""
    folder = Path(shutil.copytree(furnished, tmp_path / "desk"))
    monkeypatch.chdir(folder)
    clock(NOW + timedelta(hours=12))
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        yield folder


# --- commands ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON on stdout."""
        return json.loads(self.out)


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    clock: Callable[[datetime], None],  # noqa: ARG001 - commands see the fixed clock
) -> Callable[..., Ran]:
    """Run a command of tracker in this process, on a ledger of this test's own."""
    from tracker.cli.main import main

    monkeypatch.setenv("TRACKER_DATABASE_URL", str(tmp_path / "tracker.db"))
    monkeypatch.setenv("COLUMNS", "100")

    def command(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["tracker", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        return Ran(int(stopped.value.code or 0), said.out, said.err)

    return command


@pytest.fixture(scope="session")
def one_question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with one question; made once."""
    file = tmp_path_factory.mktemp("one") / "tracker.db"
    with Ledger.open(file, create=True) as ledger:
        ledger.log("Rain on Sunday?", {"analyst": "ana", "probability": 0.4}, recorded=NOW)
    return file


@pytest.fixture
def asked(run: Callable[..., Ran], one_question: Path, tmp_path: Path) -> Callable[..., Ran]:
    """Commands on such a ledger."""
    shutil.copy(one_question, tmp_path / "tracker.db")
    return run


@pytest.fixture
def typed(
    run: Callable[..., Ran],
    desk: Path,  # noqa: ARG001 - it stands there
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Ran]:
    """Commands at the desk."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", "t.db")
    return run


# --- pages ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser without a network, one for all tests of a worker."""
    from browser import Browser

    with Browser() as opened:
        yield opened
