"""Dossiers: one YAML file of a source's forecasts and outcomes, which a person corrects.

Read with YAML 1.2, where ``yes`` and ``no`` are words. A wrong dossier is refused whole, with
every problem named by line and key.
"""

from __future__ import annotations

import hashlib
import io
import sys
import textwrap
import warnings
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString
from ruamel.yaml.scanner import RoundTripScanner, ScannerError

from tracker.errors import DataError, Problem, UnexpectedError
from tracker.records import Dossier
from tracker.values import is_day, moment, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tracker.records import Passage

VERSION = "dossier/1"
STDIN = "-"
DRAWN_OUT = {".html", ".htm", ".xhtml", ".pdf"}  # whose text is not their own bytes
DEEPEST = 50  # brackets within brackets; a dossier needs three
FOLD = 80  # characters beyond which a text that a person corrects stands in several lines

Path_ = tuple["str | int", ...]


@dataclass(frozen=True)
class Written:
    """A dossier as it stands in a file: its content, and the line of every part of it."""

    dossier: Dossier
    file: str
    root: Any

    def locate(self, problem: Problem) -> Problem:
        """A problem named by key (``forecasts[3].question``), with file and line."""
        steps = problem.key.replace("]", "").replace("[", ".").split(".")
        path = [int(step) if step.isdecimal() else step for step in steps]
        return problem.at(self.file, _line(self.root, tuple(path)))


def read(path: Path) -> Written:
    """Read and check a dossier, from standard input where the path is ``-``.

    Raises DataError with every problem found: not text, not YAML, unknown or missing keys,
    impossible values.
    """
    file = str(path) if str(path) != STDIN else "standard input"
    try:
        text = _bytes(path).decode("utf-8-sig")
    except OSError as error:
        found = error.strerror or str(error)
        raise DataError([Problem("file", found.lower(), "a dossier", file)]) from None
    except UnicodeDecodeError as error:
        found = f"byte {error.start} that is not UTF-8"
        raise DataError([Problem("file", found, "a text in UTF-8", file)]) from None
    return loads(text, file)


def _bytes(path: Path) -> bytes:
    return sys.stdin.buffer.read() if str(path) == STDIN else path.read_bytes()


def loads(text: str, file: str = "dossier") -> Written:
    """Check the text of a dossier; as :func:`read`."""
    root = _parse(text, file)
    if not isinstance(root, dict):
        raise DataError([Problem("dossier", _shape(root), "a mapping of keys", file, 1)])
    version = root.get("tracker")
    if version != VERSION:
        found = _shape(version)
        raise DataError(
            [Problem("tracker", found, VERSION, file, _line(root, ("tracker",)))], what=file
        )
    content = {key: value for key, value in root.items() if key != "tracker"}
    try:
        return Written(Dossier.model_validate(content), file, root)
    except ValidationError as error:
        raise DataError(_problems(error, root, file), what=file) from None


def check_spans(written: list[Written], text: Path) -> dict[str, str]:
    """Check every span that points into a text against the text itself; the text, by its source.

    Raises DataError with every span whose hash is not that of the words at its offsets, and where
    the text belongs to none of the dossiers.
    """
    try:
        raw = _bytes(text)
        words = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = f"{text}, {_why(error)}"
        raise DataError([Problem("--text", found, _text_of(text, "a text in UTF-8"))]) from None
    digest = hashlib.sha256(raw).hexdigest()
    names = {w.dossier.source.name for w in written if w.dossier.source.sha256 == digest}
    if not names:
        expected = _text_of(text, "the text of a source")
        raise DataError([Problem("--text", f"{text}, sha256 {digest}", expected)])
    problems = []
    for dossier in written:
        for key, source, span in _spans(dossier.dossier):
            if source in names and span.start is not None:
                found = sha256(words[span.start : span.end])
                if found != span.sha256:
                    expected = f"the hash of characters {span.start} to {span.end}, {found}"
                    problem = Problem(f"{key}.sha256", str(span.sha256), expected)
                    problems.append(dossier.locate(problem))
    if problems:
        raise DataError(problems, what=str(text))
    return dict.fromkeys(names, words)


def _why(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return f"byte {error.start} that is not UTF-8"


def _text_of(file: Path, otherwise: str) -> str:
    """What is expected in place of a file; of a page or a PDF spans point into its words."""
    if file.suffix.lower() in DRAWN_OUT:
        return f"the text that `tracker extract` drew out of it, {file.stem}.txt or as it said"
    return otherwise


def _spans(dossier: Dossier) -> Iterator[tuple[str, str, Passage]]:
    """Every span: its key, the name of its source, and itself."""
    for number, forecast in enumerate(dossier.forecasts):
        if forecast.passage is not None:
            yield f"forecasts[{number}].passage", dossier.source.name, forecast.passage
    for number, resolution in enumerate(dossier.resolutions):
        for position, passage in enumerate(resolution.evidence):
            yield f"resolutions[{number}].evidence[{position}]", passage.source, passage


def dumps(dossier: Dossier) -> str:
    """The YAML text of a dossier; :func:`loads` gives the same dossier back."""
    return _dumped({"tracker": VERSION, **_plain(dossier)})


def sheet(content: Mapping[str, Any], *, comment: str) -> str:
    """The YAML text of a dossier that a person is to complete, with a comment at its head.

    Records stand in it without their defaults; None is a blank to fill in; long texts are folded.
    """
    head = "".join(f"# {line}".rstrip() + "\n" for line in comment.splitlines())
    return head + _dumped(_folded({"tracker": VERSION, **_plain(dict(content))}))


def _dumped(content: Any) -> str:
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 1_000_000  # folding changes some texts
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(content, out)
    return out.getvalue()


def _folded(value: Any) -> Any:
    """Content whose texts need no quotes and no long lines, where that changes nothing in them."""
    if isinstance(value, dict):
        return {key: _folded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_folded(item) for item in value]
    return _block(value) if isinstance(value, str) else value


def _block(text: str) -> Any:
    lines = text.split("\n")
    if any(not line.isprintable() or line != line.strip() for line in lines):
        return text
    if len(lines) > 1:
        return LiteralScalarString(text)
    if len(text) <= FOLD and ": " not in text and " #" not in text:  # which asks for quotes
        return text
    lines = textwrap.wrap(text, FOLD, break_long_words=False, break_on_hyphens=False)
    if " ".join(lines) != text:
        return text
    folded = FoldedScalarString(text)
    ends = accumulate(len(line) + 1 for line in lines[:-1])
    folded.fold_pos = [end - 1 for end in ends]
    return folded


class _Shallow(RoundTripScanner):
    """Refuses what is nested so deeply that the parser would take seconds to choke on it."""

    def fetch_flow_collection_start(self, TokenClass: Any, to_push: str) -> None:  # noqa: N803
        """An opening bracket."""
        if self.flow_level >= DEEPEST:
            raise ScannerError(None, None, "too many brackets", self.reader.get_mark())
        super().fetch_flow_collection_start(TokenClass, to_push)


class _Words(RoundTripConstructor):
    """Takes dates as they are written: a wrong one is then a problem with a line."""

    def construct_mapping(  # type: ignore[override]  # as the parser's own class does
        self, node: Any, maptyp: Any, deep: bool = False
    ) -> Any:
        """A mapping, whose keys must be words: keys within keys take for ever to compare."""
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                raise ConstructorError(None, None, "a key that is no word", key.start_mark)
        return super().construct_mapping(node, maptyp, deep)

    def as_written(self, node: ScalarNode) -> Any:
        """The text of a scalar."""
        return self.construct_scalar(node)


_Words.add_constructor("tag:yaml.org,2002:timestamp", _Words.as_written)


def _parse(text: str, file: str) -> Any:
    yaml = YAML()
    yaml.Scanner = _Shallow
    yaml.Constructor = _Words
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the parser's warnings speak of Python
            return yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(error.problem or error.context).split())
        line = mark.line + 1 if mark else None
        raise DataError([Problem("YAML", said, "well-formed YAML", file, line)]) from None
    except Exception as error:  # noqa: BLE001 - fed by strangers, the parser fails in any way
        said = UnexpectedError(" ".join(str(error).split()) or type(error).__name__, "").found
        raise DataError([Problem("YAML", said, "well-formed YAML", file)]) from None


def _problems(error: ValidationError, root: Any, file: str) -> list[Problem]:
    problems = []
    for fault in error.errors():
        path, value = _walk(root, fault["loc"])
        key = _key(path)
        cause = fault.get("ctx", {}).get("error")
        if fault["type"] == "extra_forbidden":
            found, expected = f"the key {path[-1]}", _known_keys(path)
        elif fault["type"] == "missing":
            key = _key((*path, *fault["loc"][len(path) :]))
            found, expected = "nothing", f"the key {fault['loc'][-1]}"
        elif isinstance(cause, UnexpectedError):
            key = _key((*path, *fault["loc"][len(path) :]))
            found, expected = cause.found, cause.expected
        else:
            found, expected = _shape(value), fault["msg"].removeprefix("Input should be ")
        problems.append(Problem(key, found, expected, file, _line(root, path)))
    return sorted(problems, key=lambda problem: problem.line or 0)


def _walk(root: Any, loc: tuple[int | str, ...]) -> tuple[Path_, Any]:
    """Follow a location of pydantic as far as it leads in what was written."""
    path: list[int | str] = []
    here = root
    for step in loc:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            break
        path.append(step)
    return tuple(path), here


def _line(root: Any, path: Path_) -> int | None:
    """The line on which a part of the document stands, or the nearest part around it."""
    here, line = root, 1
    for step in path:
        try:
            line = here.lc.data[step][0] + 1
            here = here[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _key(path: Path_) -> str:
    said = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return said.removeprefix(".") or "dossier"


def _known_keys(path: Path_) -> str:
    model: Any = Dossier
    for step in path[:-1]:
        if isinstance(step, str):
            model = _model_in(model.model_fields[step].annotation)
    known = [*model.model_fields, *(["tracker"] if model is Dossier else [])]
    near = get_close_matches(str(path[-1]), known, n=1)
    return f"{near[0]}" if near else f"one of {', '.join(known)}"


def _model_in(annotation: Any) -> Any:
    """The record type inside ``X | None`` or ``tuple[X, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [_model_in(part) for part in getattr(annotation, "__args__", ())]
    return next((model for model in found if model is not None), None)


def _shape(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return UnexpectedError(value, "").found


def _plain(value: Any) -> Any:
    """Records as YAML content: no defaults, days as dates, whole numbers as they are read."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        kept = {
            name: getattr(value, name)
            for name, field in fields.items()
            if getattr(value, name) != field.default or field.is_required()
        }
        return {name: _plain(item) for name, item in kept.items()}
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return _day(value)
    return value


def _day(text: str) -> str | date:
    try:
        return date.fromisoformat(text) if is_day(text) and moment(text) == text else text
    except ValueError:
        return text
