"""Run dbt as every command of ours does, and say what dbt does not say."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from league.data_folder import PROJECT, is_made_here
from league.errors import LeagueError, end, undisturbed
from league.paths import seed_files
from league.text import say
from publish.proof import fingerprint, is_built

SEEDS = PROJECT / "seeds"
# What rows from before a file or a column was there may lack.
OPTIONAL_SEEDS = ("round_quotas.csv", "winner_reports.csv")
OPTIONAL_COLUMNS = {
    "league.csv": ["issues_address"],
    "prize_blocks.csv": ["applies"],
    "prize_lines.csv": ["decided_by"],
    "exceptions.csv": ["to_round"],
}
# What columns may still be called.
FORMER_NAMES = {"one": "singular", "many": "plural"}
# `python -m dbt.cli.main` warns on each call that the package has imported it already.
DBT = (sys.executable, "-c", "from dbt.cli.main import cli; cli(prog_name='dbt')")
# Unit tests check the rules on invented rows: `make test` runs them.
BUILD = ("--quiet", "build", "--exclude-resource-type", "unit_test")


def build_news(data: Path, seeds: Path, force: bool = False) -> int:
    """Build `data` where that would not only repeat the last build, or by force; the exit code.

    Raises OSError and LeagueError like `build`.
    """
    built_by = fingerprint(seeds.resolve())
    if not force and is_built(data, built_by):
        say(
            "Nothing new: same files, rules and versions as in the last build. FORCE=1 "
            "(--force) builds anyway.",
            aside=True,
        )
        return 0
    return build(data, seeds, built_by=built_by)


def build(
    data: Path, seeds: Path = SEEDS, more_models: Path | None = None, built_by: str = ""
) -> int:
    """Build `data`, an absolute path, with all its tests, and say what dbt says; its exit code.

    seeds: the rows of the league. more_models: a folder of models that are built with them as
    marts. built_by: the fingerprint to note in the build.

    Raises OSError where dbt could not write, and LeagueError where there is no room, a seed
    cannot be read, or dbt ends without a word.
    """
    folder = data / "build"
    for each in (folder, folder / "target", folder / "logs"):
        # Where dbt cannot write, it ends in a traceback.
        each.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=each) as room:
            room.write(b"room?")
    _refuse_unless_utf8(seeds)
    project = PROJECT
    if seeds.resolve() != SEEDS:
        project = project_with(seeds.resolve(), folder / "project", more_models)
    environment = dbt_environment(project, folder) | {"LEAGUE_FINGERPRINT": built_by}
    code, said = run([*DBT, *BUILD], data, environment)
    if code and "No space left" in said:
        # dbt then fails to write its log as well, and tells that in many lines.
        raise LeagueError(
            f"Expected room to build in {folder}, found none: the disk is full. Make room and "
            "run again, or name another place with DATA=<folder> (--data)."
        )
    if said:
        say(said.rstrip("\n"), aside=True)
    elif code:
        raise LeagueError(
            f"Expected dbt to build in {folder}, found that it ended with {code} and said "
            f"nothing. Is there room on the disk? Its log is {folder / 'logs/dbt.log'}."
        )
    return code


def show_problems(data: Path, test: str) -> int:
    """Print the rows that a data test finds in the build of `data`; dbt's exit code."""
    show = ("--quiet", "show", "--select", test, "--limit", "1000", "--output", "json")
    environment = dbt_environment(PROJECT, data / "build")
    code, output = run([*DBT, *show], data, environment)
    if not output.strip():
        raise LeagueError(
            f"Expected the name of a data test, found {test!r}. They are the files of tests/dbt, "
            "like keys_of_published_tables."
        )
    say(output.rstrip("\n"))
    return code


def dbt_environment(project: Path, folder: Path) -> dict[str, str]:
    """The environment for dbt, to be run in the folder that holds build/league.duckdb.

    The caller's DBT_* settings are left out: DBT_EMPTY=true would publish an empty league.
    From there the database has the same path in every folder, so that dbt need not parse the
    project again.

    project: the folder with dbt_project.yml. folder: where dbt's target and logs go.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
    # Without compiled bytecode every dbt call compiles dbt again.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **kept,
        "LEAGUE_DATA": ".",
        # What it prints is passed on without control codes.
        "DBT_USE_COLORS": "false",
        # A dbt of the user's own has none (macros/require_raw_data.sql).
        "LEAGUE_FINGERPRINT": "",
        "DBT_PROJECT_DIR": str(project),
        "DBT_PROFILES_DIR": str(project),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }


def run(
    command: list[str], folder: Path, environment: dict[str, str], log: IO[str] | None = None
) -> tuple[int, str]:
    """The exit code and the output of a command in `folder`, which ends with this one.

    log: where errors go; other output then goes to the terminal at once, and is not returned.
    """
    dbt = None
    try:
        # A signal waits until the process is known that has to be ended.
        with undisturbed():
            dbt = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr if log else subprocess.PIPE,
                stderr=log or subprocess.STDOUT,
            )
        said, _ = dbt.communicate()
    except BaseException:
        if dbt:
            end(dbt)
        raise
    return dbt.returncode, said or ""


def take_what_was_read(data: Path, there: Path) -> None:
    """Have dbt read for `there` only what is other than in the build of `data`, if any."""
    read = data / "build/target/partial_parse.msgpack"
    if read.is_file() and is_made_here(data):
        (there / "build/target").mkdir(parents=True, exist_ok=True)
        shutil.copy2(read, there / "build/target")


def project_with(seeds: Path, to: Path, more_models: Path | None = None) -> Path:
    """A project in `to` made of links to this one, with copies of the rows of `seeds`, and
    `more_models`.

    dbt takes rows only from inside a project: given a path that leads out of it, it writes
    there as well.

    Raises LeagueError where a seed is missing, or one is there that no model reads.
    """
    shutil.rmtree(to, ignore_errors=True)
    (to / "seeds").mkdir(parents=True)
    for part in ("dbt_project.yml", "profiles.yml", "macros", "tests", "seeds/_seeds.yml"):
        (to / part).symlink_to(PROJECT / part)
    shutil.copytree(PROJECT / "models", to / "models", copy_function=os.symlink)
    for model in more_models.iterdir() if more_models else []:
        (to / "models/marts" / model.name).symlink_to(model)
    copy_seeds(seeds, to / "seeds")
    return to


def copy_seeds(seeds: Path, to: Path) -> None:
    """Copy the files of `seeds`, and put in what they may lack, without rows or cells.

    Raises LeagueError where a file is missing, or one is there that no model reads.
    """
    own = seed_files(SEEDS)
    names = [file.name for file in own]
    for file in seed_files(seeds):
        if file.name not in names:
            raise LeagueError(f"{file}: expected only the files {', '.join(names)}.")
    for file in own:
        header = file.read_text(encoding="utf-8").partition("\n")[0] + "\n"
        given = seeds / file.name
        if given.is_file():
            (to / file.name).write_bytes(_complete(file.name, given.read_bytes()))
        elif file.name in OPTIONAL_SEEDS:
            (to / file.name).write_text(header, encoding="utf-8")
        else:
            raise LeagueError(
                f"{given}: no such file; expected one, if only with the line {header.strip()}"
            )


def _complete(name: str, body: bytes) -> bytes:
    """The text of a CSV file under today's names of columns, with those that it lacks, empty."""
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    before = rows[0] if rows else []
    header = [FORMER_NAMES.get(column, column) for column in before]
    lacking = [c for c in OPTIONAL_COLUMNS.get(name, []) if c not in header] if rows else []
    if header + lacking == before:
        return body
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(header + lacking)
    lines.writerows(row + [""] * len(lacking) for row in rows[1:])
    return text.getvalue().encode()


def _refuse_unless_utf8(seeds: Path) -> None:
    """dbt would end in a traceback that does not name the file."""
    for file in seed_files(seeds):
        body = file.read_bytes()
        try:
            body.decode()
        except UnicodeDecodeError as error:
            line = body[: error.start].count(b"\n") + 1
            raise LeagueError(
                f"{file}, line {line}: is not UTF-8; save the file as CSV UTF-8."
            ) from error
