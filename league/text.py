"""How a text of unknown origin becomes harmless, one function for each way out.

A racer types an alias; somebody writes rounds, races, titles and column names. Each may hold
anything, and what is harmless depends on who reads it.
"""

from __future__ import annotations

import re
import sys

# What moves a cursor, colours a window or sets its title, ends a line, or reorders the text
# around it. Ideographic spaces and the joiners of Persian and of emoji are part of a name.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_CONTROL_IN_A_PAGE = re.compile(_CONTROL.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))
_INSTEAD = "\N{REPLACEMENT CHARACTER}"
# What a chat takes for markup, an address, an emoji or a formula. A backslash before an @
# does not stop every chat from calling the one it names; a space of no width does.
_MARKUP = re.compile(r"[\\`*_{}\[\]()#|<>~&:!$^=]|(?<=www)\.", re.IGNORECASE)
_NO_MENTION = "@\N{ZERO WIDTH SPACE}"
# A formula begins a cell; a cell begins the text, or goes on after what a spreadsheet with
# other settings takes for a separator. Japanese ones know the full-width signs as well.
_FORMULA = re.compile(r"""(^|[;,\t\r\n])(?=[\s"]*[=+\-@＝＋－＠])|^(?=[\t\r\n])""")


def for_terminal(text: str) -> str:
    """A text on one line that no terminal takes for a command: control codes become U+FFFD."""
    return _CONTROL.sub(_INSTEAD, text)


def say(text: str, aside: bool = False) -> None:
    """Print text on lines of its own, harmless: to stdout, or beside what is asked for to stderr.

    No other place of this project prints (ruff's T20 and TID251), but the console of terminal.py.
    """
    lines = "\n".join(map(for_terminal, text.split("\n")))
    print(lines, file=sys.stderr if aside else sys.stdout, flush=aside)


def for_page(text: str) -> str:
    """The same for a page, where a line break is a space. The template escapes the HTML."""
    return _CONTROL_IN_A_PAGE.sub(_INSTEAD, text)


def for_chat(text: str) -> str:
    """The same as Markdown that shows it and does nothing: no markup, link or mention."""
    line = re.sub(" +", " ", for_terminal(text)).strip()
    return _MARKUP.sub(r"\\\g<0>", line).replace("@", _NO_MENTION)


def for_spreadsheet(text: str) -> str:
    """A text that no spreadsheet takes for a formula, with an apostrophe where one could.

    As OWASP advises: https://owasp.org/www-community/attacks/CSV_Injection
    """
    return _FORMULA.sub(r"\1'", text)
