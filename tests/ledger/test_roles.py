"""Roles on a server, as documented: analysts add, readers read, none rewrites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, ROOT
from places import plain
from sqlalchemy.exc import DBAPIError

from tracker import Ledger
from tracker.errors import LedgerError
from tracker.texts.dossier import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Ran
    from places import Places

    Run = Callable[..., Ran]

GRANTS = re.findall(
    r"```sql\n(.*?)```", (ROOT / "tracker" / "ledger" / "README.md").read_text("utf-8"), re.DOTALL
)


@pytest.fixture
def owned(databases: Places) -> Iterator[str]:
    """The place of a ledger on a server, its roles made as the documentation says."""
    with databases.lent(databases.empty) as place:
        Ledger.open(place).close()
        with plain(place).begin() as connection:
            for statement in GRANTS[0].split(";"):
                if statement.strip():
                    connection.exec_driver_sql(statement)
            connection.exec_driver_sql("CREATE ROLE ana LOGIN IN ROLE analysts")
            connection.exec_driver_sql("CREATE ROLE rita LOGIN IN ROLE readers")
        yield place
        with plain(place).begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY analysts, readers")
            connection.exec_driver_sql("DROP ROLE ana, rita, analysts, readers")


def as_role(place: str, role: str) -> str:
    """A place as somebody else logs in to it."""
    return place.replace("//postgres@", f"//{role}@")


def test_the_documentation_has_one_block_of_grants() -> None:
    """What this module runs is what a reader would run."""
    assert len(GRANTS) == 1


def test_an_analyst_can_add_everything(run: Run, owned: str) -> None:
    """Log, resolve, add, verify, back up: all of it without any right to the tables' owner."""
    ana = as_role(owned, "ana")
    assert run("log", "Snow in Vienna?", "-p", "70%", "--tag", "w", "--db", ana).code == 0
    assert run("log", "q1", "-p", "80%", "--tag", "alps", "--db", ana).code == 0
    assert run("resolve", "q1", "yes", "--source", "s", "--quote", "snow", "--db", ana).code == 0
    assert run("resolve", "q1", "no", "--why", "it was hail", "--db", ana).code == 0
    seeds = [ROOT / "seeds" / f"{name}.dossier.yaml" for name in ("prewar-essay", "war-article")]
    assert run("add", *seeds, "--db", ana).code == 0
    for words in (["verify"], ["list"], ["score"], ["export"], ["status"]):
        assert run(*words, "--db", ana).code == 0
    assert run("verify", "--json", "--db", owned).json["sound"]


REWRITING = (
    "UPDATE forecast SET probability = 0",
    "DELETE FROM forecast",
    "TRUNCATE forecast CASCADE",
    "UPDATE entry SET recorded = '2020-01-01T00:00:00.000000Z'",
    "DELETE FROM entry",
    "UPDATE head SET entry = 0",
    "UPDATE head SET entry = entry + 1",
    "DELETE FROM head",
    "INSERT INTO head VALUES (2, 0, '')",
    "TRUNCATE head",
    "ALTER TABLE forecast DISABLE TRIGGER ALL",
    "DROP TRIGGER forecast_append_only ON forecast",
    "DROP TABLE forecast CASCADE",
    "UPDATE alembic_version SET version_num = '0001'",
    "ALTER FUNCTION refuse_rewriting() RENAME TO harmless",
    "SET session_replication_role = replica",
)


@pytest.mark.parametrize("statement", REWRITING)
@pytest.mark.parametrize("role", ["ana", "rita"])
def test_neither_role_can_rewrite(owned: str, role: str, statement: str) -> None:
    """No statement that changes, removes or disarms anything is let through."""
    with Ledger.open(owned) as ledger:
        ledger.log("Snow in Vienna?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
        head = ledger.head()
    with plain(as_role(owned, role)).connect() as connection, pytest.raises(DBAPIError):
        connection.exec_driver_sql(statement)
    with Ledger.open(owned) as ledger:
        assert ledger.verify().head == head


def test_a_reader_only_reads(run: Run, owned: str) -> None:
    """A reader sees and verifies everything and adds nothing; the refusal is one sentence."""
    with Ledger.open(owned) as ledger:
        dossier = read(ROOT / "seeds" / "prewar-essay.dossier.yaml").dossier
        ledger.add(dossier, recorded=NOW)
    rita = as_role(owned, "rita")
    for words in (["verify"], ["list"], ["score"], ["export"]):
        assert run(*words, "--db", rita).code == 0
    ran = run("log", "Snow in Vienna?", "-p", "70%", "--db", rita)
    assert (ran.code, ran.out) == (1, "")
    assert "not open to this role" in ran.err
    assert ran.err.count("\n") == 1


def test_what_an_analyst_slips_in_by_hand_is_named(owned: str) -> None:
    """A row that an analyst inserts past the program is not part of the chain."""
    with Ledger.open(owned) as ledger:
        ledger.log("Snow in Vienna?", {"analyst": "ana", "probability": 0.7}, recorded=NOW)
    with plain(as_role(owned, "ana")).begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO option (entry_id, question_id, position, name) "
            "SELECT entry_id, id, 0, 'slipped in' FROM question"
        )
    with Ledger.open(owned) as ledger, pytest.raises(LedgerError, match=r"entry 1 \(question"):
        ledger.verify()
