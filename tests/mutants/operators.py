"""The mistakes: one small change each, to a line of SQL, of Python, or of a seed.

A library (mutmut, cosmic-ray) changes Python only; most of what can go wrong here is SQL.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What is found in a line of SQL, and what it becomes.
SQL = (
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bmin_by\(", "max_by("),
    (r"\bmax_by\(", "min_by("),
    (r"\bleft join\b", "inner join"),
    (r"\binner join\b", "left join"),
    (r"\banti join\b", "semi join"),
    (r"\bsemi join\b", "anti join"),
    (r"(?<![<>=])<=", "<"),
    (r"(?<![<>=-])<(?![>=])", "<="),
    (r">=", ">"),
    (r"(?<![<>=-])>(?![>=])", ">="),
    (r"(?<= )=(?= )", "<>"),
    (r"(?<= )<>(?= )", "="),
    (r"^(\s+)and\b", r"\1or"),
    (r"\bis null\b", "is not null"),
    (r"\bis not null\b", "is null"),
    (r" desc\b", ""),
    (r"\border by (\w+\.)?(\w+)$", r"order by \1\2 desc"),
    (r"\+ 1\b", "+ 2"),
    (r"- 1\b", "- 2"),
    (r"\bselect distinct\b", "select"),
    (r"\bcount\(distinct ", "count("),
    (r"\bcoalesce\((\w+(?:\.\w+)?), (\w+(?:\.\w+)?)\)", r"\2"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"^(\s*)where (?!false)(.+)$", r"\1where not (\2)"),
    (r", round_number(?=[\s,)])", ""),
)  # fmt: skip
PYTHON_WORDS = (
    (r"\brollback\b", "commit"),
    (r"\bexcept BaseException\b", "except ValueError"),
    (r"\bbreak$", "continue"),
    (r"\bcontinue$", "break"),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"(?<!strict=)(?<!usedforsecurity=)\bTrue\b", "False"),
    (r"(?<!strict=)(?<!usedforsecurity=)\bFalse\b", "True"),
    (r" and ", " or "),
    (r" or ", " and "),
    (r"\bif not ", "if "),
    (r"\bif (?!not |TYPE_CHECKING|__name__)", "if not "),
    (r" == ", " != "),
    (r" != ", " == "),
    (r" < ", " <= "),
    (r" <= ", " < "),
    (r" > ", " >= "),
    (r" >= ", " > "),
    (r" \+ 1\b", " + 2"),
    (r" - 1\b", " - 2"),
    (r" is None\b", " is not None"),
    (r" is not None\b", " is None"),
    (r"(?<=if )(\w+) in ", r"\1 not in "),
)


@dataclass(frozen=True)
class Mutant:
    """One changed line of one file."""

    path: str
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}\n  - {self.before.strip()}\n  + {self.after.strip()}"

    @property
    def change(self) -> tuple[str, str, str]:
        return self.path, self.before.strip(), self.after.strip()

    def apply(self, root: Path) -> None:
        """Change the file below `root`."""
        file = root / self.path
        lines = file.read_text(encoding="utf-8").split("\n")
        assert lines[self.line - 1] == self.before
        lines[self.line - 1] = self.after
        file.write_text("\n".join(lines), encoding="utf-8")


def mutants_of(root: Path, path: str) -> Iterator[Mutant]:
    """Every mutant of a file, in order."""
    text = (root / path).read_text(encoding="utf-8")
    lines = text.split("\n")
    if path.endswith(".csv"):
        yield from _of_rows(path, lines)
        return
    changes = PYTHON_WORDS if path.endswith(".py") else SQL
    code = _python_code(text) if path.endswith(".py") else _sql_code(text)
    for number, line in enumerate(lines, 1):
        if number not in code:
            continue
        for found, instead in changes:
            for match in re.finditer(found, line):
                after = line[: match.start()] + match.expand(instead) + line[match.end() :]
                mutant = Mutant(path, number, line, after)
                if not _in_a_text(line, match.start()) and _is_code(mutant, lines):
                    yield mutant


def _is_code(mutant: Mutant, lines: list[str]) -> bool:
    """Whether the change leaves code: what does not even compile is no mistake to be found."""
    if not mutant.path.endswith(".py"):
        statement = "{%" in mutant.before or "%}" in mutant.before
        comment = "--" in mutant.before
        return not statement and not comment
    changed = [*lines[: mutant.line - 1], mutant.after, *lines[mutant.line :]]
    try:
        ast.parse("\n".join(changed))
    except SyntaxError:
        return False
    return True


def _of_rows(path: str, lines: list[str]) -> Iterator[Mutant]:
    """A number in a row, one greater; not the season, which only names it."""
    for number, line in enumerate(lines[1:], 2):
        for match in re.finditer(r"(?<=,)\d{1,2}(?=,)", line):
            more = str(int(match[0]) + 1)
            yield Mutant(
                path, number, line, line[: match.start()] + more + line[match.end() :]
            )


def _in_a_text(line: str, at: int) -> bool:
    before = line[:at]
    return before.count("'") % 2 == 1 or before.count('"') % 2 == 1


def _sql_code(text: str) -> set[int]:
    """The numbers of the lines that are no comment of SQL or Jinja."""
    code, inside = set(), False
    for number, line in enumerate(text.split("\n"), 1):
        inside = inside or "{#" in line
        if not inside and not line.strip().startswith("--"):
            code.add(number)
        inside = inside and "#}" not in line
    return code


def _python_code(text: str) -> set[int]:
    """The numbers of the lines of statements; no imports, docstrings or texts."""
    code: set[int] = set()
    no_code: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if not isinstance(node, ast.Import | ast.ImportFrom):
                code.update(lines)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            no_code.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return code - no_code
