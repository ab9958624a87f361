"""Loading from a server that misbehaves: the right rows, or a sentence and an exit code.

Of each fault: what the user is told, the exit code, the seconds until the end. The waits
between tries are shortened, and so are the longest times, so that one sees them end.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import duckdb

from ingest import __main__ as command
from ingest import download, web
from ingest.source import CATALOGUE, final_ranking
from league.fictional_season import fictional_arn, invent, write_rows
from tests.faults.report import Tally
from tests.faults.server import REF, Upstream, Whole

MARCH = final_ranking(fictional_arn("2121-1-months-race"))
HTML = (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html>\n<html>Rate limit</html>\n")
JSON = (200, {}, b'{"message": "API rate limit exceeded"}')
WAITS = {"Retry-After": "1"}


def led_to(address: str) -> Whole:
    return 302, {"Location": address}, b""


# Fault -> (what the server does with March, how often; 0 for ever), the exit codes allowed.
FAULTS: dict[str, tuple[Whole | str, int, set[int]]] = {
    "the connection is closed at once": ("hang up", 0, {1}),
    "closed at once, then well": ("hang up", 1, {0}),
    "no HTTP": ("babble", 0, {1}),
    "no answer": ("silent", 0, {1}),
    "a byte a second": ("drip", 0, {1}),
    "a header a second": ("drip of headers", 0, {1}),
    "cut inside, then well": ("cut", 1, {0}),
    "cut inside for ever": ("cut", 0, {1}),
    "longer than it says": ("longer", 0, {0}),
    "slow": ("slow", 0, {0}),
    "half the lines, no length": ("short without length", 0, {3}),
    "half the lines, right length": ("short with its length", 0, {3}),
    "half the lines once, no length": ("short without length", 1, {3}),
    "gzip, which nobody asked for": ("packed", 0, {1}),
    "a gzip that is cut": ("packed and cut", 0, {1}),
    "a gzip that is cut, then well": ("packed and cut", 1, {1}),
    "a gzip that is none": ("packed not at all", 0, {1}),
    "a gzip of 80 MB of nothing": ("bomb", 0, {1}),
    "5 GB": ("endless", 0, {1}),
    "a redirect to itself": (led_to("?again"), 0, {1}),
    "a redirect to another host": (led_to("http://example.org/x"), 0, {1}),
    "a redirect to another port": (led_to("http://127.0.0.1:1/x"), 0, {1}),
    "a redirect to an inner host": (led_to("http://169.254.169.254/latest"), 0, {1}),
    "a redirect to a file": (led_to("file:///etc/passwd"), 0, {1}),
    "a redirect to no address": (led_to("http://[::1"), 0, {1}),
    "a redirect to nowhere": ((301, {}, b""), 0, {1}),
    "304 unasked": ((304, {}, b""), 0, {1}),
    "400": ((400, {}, b"no"), 0, {1}),
    "403": ((403, {}, b"no"), 0, {1}),
    "404 for a race that is over": ((404, {}, b"no"), 0, {3}),
    "408, then well": ((408, {}, b""), 1, {0}),
    "429 with seconds, then well": ((429, WAITS, b""), 1, {0}),
    "429 with a date of the past, then well": (
        (429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, b""), 1, {0},
    ),
    "429 with 'soon', then well": ((429, {"Retry-After": "soon"}, b""), 1, {0}),
    "429 with -5, then well": ((429, {"Retry-After": "-5"}, b""), 1, {0}),
    "429 with a date that is none, then well": (
        (429, {"Retry-After": "Wed, 99 Oct 99999 07:28:00 GMT"}, b""), 1, {0},
    ),
    "429 for ever": ((429, {}, b""), 0, {1}),
    "500, then well": ((500, {}, b""), 1, {0}),
    "500 for ever": ((500, {}, b""), 0, {1}),
    "502, then well": ((502, {}, b""), 1, {0}),
    "503 for ever": ((503, {}, b""), 0, {1}),
    "504 for ever": ((504, {}, b""), 0, {1}),
    "HTML with 200": (HTML, 0, {3}),
    "JSON with 200": (JSON, 0, {3}),
    "an empty body": ((200, {}, b""), 0, {3}),
    "UTF-16": ((200, {}, "Rank,Alias,UserId\n1,a,u\n".encode("utf-16")), 0, {3}),
    "packed in an unknown way": ((200, {"Content-Encoding": "br"}, b"x"), 0, {1}),
}  # fmt: skip
FEW = ("cut inside for ever", "half the lines, no length", "a byte a second", "5 GB")


def try_network(work: Path, seed: int, short: bool) -> Tally:
    """One file of a season that is answered wrongly, in every way of FAULTS."""
    tally = Tally("Network")
    invent(work)
    count_participants(work / "race-data")
    for number, (fault, (answer, times, allowed)) in enumerate(FAULTS.items()):
        if short and fault not in FEW:
            continue
        served = Upstream(work / "race-data")
        if times:
            served.script[MARCH] = [answer] * times
        else:
            served.always[MARCH] = answer
        _try(tally, fault, served.address, work / f"data-{number}", work, allowed)
        served.close()
    _try_another_server(tally, work)
    if not short:
        _try_catalogue_that_changes(tally, work)
        _try_nobody(tally, work)
    return tally


def count_participants(archive: Path) -> None:
    """As upstream does: the catalogue says how many raced."""
    path = archive / CATALOGUE
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    arn = header.index("Arn")
    for row in rows:
        ranking = archive / final_ranking(row[arn])
        row.append(ranking.read_text().count("\n") - 1 if ranking.is_file() else 0)
    write_rows(path, [*header, "ParticipantCount"], rows)


def _try_another_server(tally: Tally, work: Path) -> None:
    """It has the whole file, and would give it to whoever followed."""
    served, other = Upstream(work / "race-data"), Upstream(work / "race-data")
    to = f"{other.address}/{REF}/{quote(MARCH)}"
    served.always[MARCH] = (302, {"Location": to}, b"")
    fault = "a redirect to another server, which has the file"
    _try(tally, fault, served.address, work / "led away", work, {1})
    if other.asked:
        tally.failures.append(f"{fault}: that server was asked")
    served.close()
    other.close()


def _try_catalogue_that_changes(tally: Tally, work: Path) -> None:
    """Between the question where it is and the question what is in it."""
    served = Upstream(work / "race-data")
    lines = (work / "race-data" / CATALOGUE).read_bytes().splitlines(keepends=True)
    served.always[CATALOGUE] = (200, {}, b"".join(lines[:4]))
    served.script[CATALOGUE] = [(200, {}, b"".join(lines))]
    fault = "a catalogue that changes meanwhile"
    _try(tally, fault, served.address, work / "changing", work, {1})
    served.close()


def _try_nobody(tally: Tally, work: Path) -> None:
    _try(tally, "nobody there", "http://127.0.0.1:9", work / "nobody", work, {1})
    _try(tally, "no such host", "http://no-host.invalid", work / "no-host", work, {1})
    secret = "http://me:secret@127.0.0.1:9/a?token=secret"
    _try(tally, "nobody there, and a password", secret, work / "secret", work, {1})
    served = Upstream(work / "race-data")
    https = served.address.replace("http:", "https:")
    _try(tally, "TLS with somebody who has none", https, work / "tls", work, {1})
    with mock.patch.dict("os.environ", http_proxy="http://127.0.0.1:9", no_proxy=""):
        _try(tally, "a proxy that is not there", served.address, work / "proxy", work, {1})
    served.close()


def _try(
    tally: Tally, fault: str, address: str, data: Path, work: Path, allowed: set[int]
) -> None:
    arguments = ["--source", address, "--ref", REF, "--data", str(data)]
    arguments += ["--seeds", str(work / "seeds")]
    with tally.timed(fault), _impatient():
        code, said = _run(lambda: command.main(arguments))
    lines = [line for line in said.splitlines() if "seeds/" not in line]
    seen = f"{code}: {lines[-1][:160] if lines else 'nothing said'}{_outcome(data)}"
    broken = None
    if code not in allowed:
        broken = f"exit code {code}, allowed {allowed}: {said[-400:]}"
    elif "Traceback" in said or (code and not lines) or "secret" in said:
        broken = f"no sentence, or too much in it: {said[-400:]}"
    elif code == 0 and not _is_right(data, work):
        broken = "exit code 0, and other rows than the source has"
    elif list(data.rglob("*.part")):
        broken = "half a file is left"
    tally.add(fault, seen, broken)


@contextmanager
def _impatient() -> Iterator[None]:
    patient = web.retries
    with (
        mock.patch.object(web, "READ_SECONDS", 2),
        mock.patch.object(web, "MAX_BODY_SECONDS", 4),
        mock.patch.object(web, "retries", return_value=patient(0.01, 1)),
        mock.patch.object(download, "MAX_RUN_SECONDS", 8),
    ):
        yield


def _run(main: Callable[[], int]) -> tuple[int | str, str]:
    said = io.StringIO()
    try:
        with redirect_stderr(said), redirect_stdout(io.StringIO()):
            code: int | str = main()
    except BaseException as crash:
        return "crash", f"{said.getvalue()}Traceback: {crash!r}"
    return code, said.getvalue()


def _outcome(data: Path) -> str:
    """What became of the file, where anything was loaded."""
    found = _ask(data, f"select outcome from raw.outcomes where file = '{MARCH}'")
    return f" [{found[0][0]}]" if found else ""


def _is_right(data: Path, work: Path) -> bool:
    lines = (work / "race-data" / MARCH).read_text().splitlines()
    found = _ask(data, f"select Alias from raw.rankings where source_file = '{MARCH}'")
    return len(found) == len(lines) - 1


def _ask(data: Path, sql: str) -> list[tuple]:
    built = data / "build/league.duckdb"
    if not built.is_file():
        return []
    with duckdb.connect(str(built), read_only=True) as opened:
        return opened.execute(sql).fetchall()
