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
        "log": Entry(
            "record", "Record a forecast: on a new question, or as an update of one there is."
        ),
        "resolve": Entry(
            "record",
            "Settle a question: with an outcome, or as annulled, ambiguous or condition failed.",
        ),
        "withdraw": Entry(
            "correct", "Stop holding a forecast from now on; until now it was held, and counts."
        ),
        "amend": Entry(
            "correct", "Ask a question otherwise from now on: its words, its criteria, or its date."
        ),
        "retract": Entry(
            "correct",
            "Take back what was recorded by mistake; it stays to be seen and counts for nothing.",
        ),
        "lesson": Entry(
            "record", "Record what you learnt from a question; it may have several lessons."
        ),
    },
    "Look": {
        "list": Entry(
            "look:list_questions", "List the questions, with each analyst's last forecast."
        ),
        "show": Entry(
            "show", "Show a question: its history, its evidence, and how its score came about."
        ),
        "due": Entry(
            "look", "List the open questions that are due or overdue, the longest overdue first."
        ),
        "review": Entry(
            "reviewing",
            "Walk through what is due, and settle, annul, extend, update or skip it with one key.",
        ),
        "calendar": Entry(
            "agenda",
            "Write what falls due as an iCalendar file, a day for each question, with a reminder.",
        ),
        "status": Entry(
            "status",
            "Say where the ledger and the config file are, what they hold, and who said so.",
        ),
    },
    "Texts": {
        "extract": Entry(
            "extract",
            "Find the forecasts in a text: a list of drafts, or a dossier to correct and add.",
        ),
        "add": Entry(
            "texts", "Add dossiers, all of them or none; adding one twice is the same as once."
        ),
        "evidence": Entry(
            "evidence", "Find the passages of a text that may settle open questions."
        ),
    },
    "Judge": {
        "score": Entry(
            "judge",
            "Score the settled forecasts: Brier and log score, calibration, and one plain "
            "sentence.",
        ),
        "calibration": Entry(
            "judge", "Show whether what was said at 70 % came true seven times in ten."
        ),
        "compare": Entry(
            "compare", "Compare two analysts on the questions that both answered, or rank them all."
        ),
        "phrases": Entry(
            "phrases",
            'Say what "likely" came to mean: how often each phrase came true, beside how it '
            "is read.",
        ),
        "agreement": Entry(
            "correct",
            "Say how far raters agree on the outcomes that two of them judged, and where they "
            "differ.",
        ),
        "retro": Entry(
            "retro",
            "Look back on one analyst: how good the forecasts were, best and worst calls, and why.",
        ),
        "report": Entry(
            "report",
            "Write everything as a small site that opens offline: analysts, questions, sources.",
        ),
    },
    "Archives": {
        "evaluate": Entry(
            "evaluate", "Score a table of forecasts with outcomes, of any size, without a ledger."
        ),
    },
    "Keep": {
        "verify": Entry(
            "keep",
            "Prove that nothing was changed, removed or slipped in; name the first fault if "
            "it was.",
        ),
        "backup": Entry(
            "keep", "Copy the ledger, in use or not, into one SQLite file, and verify the copy."
        ),
        "restore": Entry(
            "keep",
            "Make the ledger of a backup anew, where there is none; the backup is verified first.",
        ),
        "copy": Entry(
            "keep",
            "Copy a ledger, entry for entry, to another place or engine, and verify the copy.",
        ),
        "export": Entry(
            "keep", "Write every entry of the ledger, for other programs to read and to check."
        ),
        "upgrade": Entry(
            "keep",
            "Back the ledger up, then bring it to the schema of this tracker; all of it or "
            "nothing.",
        ),
        "demo": Entry("keep", "Show the whole idea on two real articles, in a throw-away ledger."),
    },
    "Programs": {
        "schema": Entry(
            "schema", "Print what a command prints with --json, as JSON Schema (2020-12)."
        ),
        "mcp": Entry(
            "assistant", "Serve the ledger to an assistant, over MCP on stdin and stdout."
        ),
    },
}
COMMANDS = {name: entry for panel in PANELS.values() for name, entry in panel.items()}
