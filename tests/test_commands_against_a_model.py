"""Any sequence of commands, on any engine: what they say is what a model ledger in memory says."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from desk import Desk
from desk_looking import Looking
from desk_recording import Recording
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from model import SLOW
from model_scores import Filter
from model_times import TICK
from places import Databases
from postgres import absent
from typed import forecasts

from tracker import Ledger
from tracker.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from conftest import Ran
    from places import Places

# More examples than the ordinary check has, and others every time.
LONG = int(os.environ.get("TRACKER_LONG_RUN", "0"))
EXAMPLES = {"sqlite": 4, "postgresql": 2}
STEPS = 40
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOT_AT_ALL = timedelta(0)
SPANS = (NOT_AT_ALL, NOT_AT_ALL, TICK, 7 * HOUR / 60, 3 * HOUR, DAY + HOUR, 12 * DAY)

# What may be done, and how often beside the rest.
OFTEN = {
    "log_by_id": 8,
    "resolve": 6,
    "log_by_title": 3,
    "add_dossier": 3,
    "score": 3,
    "list_some": 2,
    "show": 2,
    "add_dossier_again": 2,
    "backup": 1,
    "calibration": 1,
    "clock_a_little_back": 1,
    "clock_far_back": 1,
    "copy": 1,
    "due": 1,
    "restore": 1,
    "slip": 1,
    "status": 1,
    "upgrade": 1,
    "verify": 1,
    "withdraw": 2,
}
DOINGS = [name for name, times in OFTEN.items() for _ in range(times)]


class Commands(Recording, Looking):
    """Commands in any order: recording and looking, and between them time passes."""

    @initialize(data=st.data())
    def start(self, data: st.DataObject) -> None:
        """A ledger with a few questions."""
        self.begin(data)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        """Time passes, and something is done; one rule, so that no run is without most of them."""
        self.time(self.now + data.draw(st.sampled_from(SPANS)))
        getattr(self, data.draw(st.sampled_from(DOINGS)))(data)

    # --- time ---------------------------------------------------------------------------------

    def clock_a_little_back(self, data: st.DataObject) -> None:
        """The next command comes from a machine whose clock is a little behind."""
        self.time(self.book.last - data.draw(st.sampled_from([TICK, SLOW - TICK, SLOW])))
        self.log_by_id(data)

    def clock_far_back(self, data: st.DataObject) -> None:
        """Whatever would be recorded under a clock set back is refused in one sentence."""
        now, named = self.now, self.some_id(data)
        self.time(self.book.last - data.draw(st.sampled_from([SLOW + TICK, DAY, 4000 * DAY])))
        form = data.draw(forecasts(self.book.questions[named])).words
        file = self.folder / "new.dossier.yaml"
        file.write_text("{tracker: dossier/1, source: {name: a new one}}", encoding="utf-8")
        commands: list[list[Any]] = [
            ["log", named, *form],
            ["log", "Something quite new?", "-p", "1/2"],
            ["resolve", named, "ambiguous", "--why", f"as of {self.now}"],
            ["add", file],
        ]
        said = self.run(*data.draw(st.sampled_from(commands)), code=1)
        assert said.startswith("error: the clock says")
        assert said.count("\n") == 1
        with (
            Ledger.open(self.place) as ledger,
            pytest.raises(LedgerError, match=r"the clock|has no"),
        ):
            ledger.withdraw(named, "ana", recorded=self.now)
        self.written = True
        self.time(now)

    # --- keeping ------------------------------------------------------------------------------

    def exported(self, place: str) -> str:
        """Every entry, as it is exported."""
        return str(self.run("export", "--db", place))

    def backup(self, data: st.DataObject) -> None:
        """A backup is the ledger; an earlier one is replaced."""
        number = data.draw(st.sampled_from([0, len(self.backups)]))
        file = self.folder / f"backup{number}.db"
        said = self.run("backup", file, "--json")
        assert (said["head"], said["entries"]) == (self.heads[-1], self.book.entries)
        assert self.exported(str(file)) == self.exported(self.place)
        if file not in self.backups:
            self.backups.append(file)

    def restore(self, data: st.DataObject) -> None:
        """A restored backup holds what the ledger held; over a ledger nothing is restored."""
        if not self.backups:
            return
        file = data.draw(st.sampled_from(self.backups))
        assert "there" in self.run("restore", file, code=1)
        place = self.desk.here.new()
        said = self.run("restore", file, "--db", place, "--json")
        assert said["head"] in self.heads
        assert self.exported(self.place).startswith(self.exported(place))
        if said["head"] == self.heads[-1]:  # go on there
            self.desk.here.drop(self.place)
            self.move(place)
        else:
            self.desk.here.drop(place)

    def copy(self, _: st.DataObject) -> None:
        """To the other engine and back: the same entries, and the work goes on there."""
        if self.copied:  # it takes long
            return
        self.copied = True
        before = self.exported(self.place)
        there, back = self.desk.there.new(), self.desk.here.new()
        for source, target in ((self.place, there), (there, back)):
            assert self.run("copy", source, target, "--json")["head"] == self.heads[-1]
            assert self.exported(target) == before
        self.desk.there.drop(there)
        self.desk.here.drop(self.place)
        self.move(back)

    def upgrade(self, _: st.DataObject) -> None:
        """There is nothing newer."""
        assert "nothing to do" in self.run("upgrade")

    # --- always -------------------------------------------------------------------------------

    @invariant()
    def agrees(self) -> None:
        """After whatever was written or refused: as many entries, the same questions, one chain."""
        if not self.book.questions or not self.written:
            return
        self.written = False
        earlier = self.heads[-1:] or ["0:" + "0" * 64]
        said = self.run("verify", "--since", earlier[0], "--json")
        assert (said["sound"], said["entries"]) == (True, self.book.entries)
        if said["entries"] == int(earlier[0].split(":")[0]):
            assert said["head"] == earlier[0]
        else:
            self.heads.append(said["head"])
        self.listed(self.book, Filter(), self.run("list", "--json"))

    def verify(self, data: st.DataObject) -> None:
        """The ledger extends every head it ever had."""
        earlier = data.draw(st.sampled_from(self.heads))
        assert self.run("verify", "--since", earlier, "--head").strip() == self.heads[-1]


@pytest.fixture
def other_places(engine: str, _places: dict[str, Places], request: pytest.FixtureRequest) -> Places:
    """Places on the other engine, or more on this where there is no other."""
    if engine == "postgresql" or absent():
        return _places["sqlite"]
    if "postgresql" not in _places:
        _places["postgresql"] = Databases(request.getfixturevalue("postgres"))
    return _places["postgresql"]


@pytest.mark.long
def test_commands_agree_with_a_model(  # noqa: PLR0917
    run: Callable[..., Ran],
    clock: Callable[[datetime], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
    places: Places,
    other_places: Places,
) -> None:
    """Whatever is typed, in whatever order, is recorded and told as the model says."""
    desk = Desk(run, clock, tmp_path, places, other_places, monkeypatch.setenv)
    run_state_machine_as_test(
        lambda: Commands(desk),  # type: ignore[arg-type]  # what makes one is enough
        settings=settings(
            phases=[Phase.generate],  # a failure as it was found: a smaller one takes minutes
            max_examples=LONG or EXAMPLES[engine],
            stateful_step_count=STEPS,
            derandomize=not LONG,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
