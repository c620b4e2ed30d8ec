"""The table of commands: what is listed and completed before any of them is loaded.

A command is a function in a module of this folder. Its docstring is its help: the first paragraph
stands here too, the last is ``Example: tracker …``. A parameter ``wanted: Wanted`` gives it the
options that reading commands share; all have ``--quiet``.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """What a command does; where it is: ``module``, or ``module:function`` of another name."""

    place: str
    summary: str


# The panels of the help, and their commands.
PANELS = {
    "Record": {
        "log": Entry("record", "Record a forecast: on a new question, or as an update."),
        "resolve": Entry("record", "Settle a question: with an outcome, or ended without one."),
        "withdraw": Entry("correct", "Stop holding a forecast from now on; until now it counts."),
        "amend": Entry("correct", "Change a question's words, criteria or date from now on."),
        "retract": Entry("correct", "Take back what was recorded by mistake; it stays to be seen."),
        "lesson": Entry("record", "Record what you learnt from a question."),
    },
    "Look": {
        "list": Entry(
            "look:list_questions", "List the questions, with each analyst's last forecast."
        ),
        "show": Entry("show", "Show a question: its history, its evidence, and its score."),
        "due": Entry("look", "List the open questions that are due, longest overdue first."),
        "review": Entry(
            "reviewing", "Walk through what is due; one key settles, extends or skips."
        ),
        "calendar": Entry("agenda", "Write what falls due as an iCalendar file, with reminders."),
        "status": Entry("status", "Say where the ledger and the settings are, and what they hold."),
    },
    "Texts": {
        "extract": Entry("extract", "Find the forecasts in a text, as drafts or as a dossier."),
        "add": Entry("texts", "Add dossiers, all of them or none."),
        "evidence": Entry(
            "evidence", "Find the passages of a text that may settle open questions."
        ),
    },
    "Judge": {
        "score": Entry("judge", "Score the settled forecasts, and say it in one sentence."),
        "calibration": Entry(
            "judge", "Show whether what was said at 70 % came true seven times in ten."
        ),
        "compare": Entry(
            "compare", "Compare two analysts on what both answered, or rank them all."
        ),
        "phrases": Entry("phrases", 'Say what "likely" came to mean, beside how it is read.'),
        "agreement": Entry("correct", "Say how far two raters agree on the outcomes they judged."),
        "retro": Entry("retro", "Look back on one analyst: how good, best and worst calls, why."),
        "report": Entry("report", "Write everything as a small site that opens offline."),
    },
    "Archives": {
        "evaluate": Entry("evaluate", "Score a table of forecasts of any size, without a ledger."),
    },
    "Keep": {
        "verify": Entry("keep", "Prove that nothing was changed, removed or slipped in."),
        "backup": Entry("keep", "Copy the ledger, even in use, into one verified SQLite file."),
        "restore": Entry("keep", "Make the ledger of a backup anew, where there is none."),
        "copy": Entry("keep", "Copy a ledger to another place or engine, and verify the copy."),
        "export": Entry("keep", "Write every entry of the ledger, for other programs."),
        "upgrade": Entry("keep", "Bring the ledger to the schema of this tracker, after a backup."),
        "demo": Entry("keep", "Show the whole idea on two real articles, in a throw-away ledger."),
    },
    "Programs": {
        "schema": Entry("schema", "Print what a command prints with --json, as JSON Schema."),
        "mcp": Entry(
            "assistant", "Serve the ledger to an assistant, over MCP on stdin and stdout."
        ),
    },
}
COMMANDS = {name: entry for panel in PANELS.values() for name, entry in panel.items()}
