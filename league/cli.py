"""The command line: one function per command. `python -m league --help` lists them.

A command imports what it needs when it runs: neither `--help` nor a wrong argument waits for
DuckDB.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit

from league.data_folder import at_work, claim
from league.errors import BEFORE_PUBLISHING, EXIT_CODES, LeagueError, ended
from league.paths import PROJECT_SEEDS, data_folder, existing, typed


class Command(click.Command):
    """A command that ends with a sentence and an exit code, whatever stops it."""

    def __init__(self, name: str | None, **more: Any) -> None:
        more |= {"context_settings": {"show_default": True}}
        super().__init__(name, **more, epilog="Exit codes: python -m league --help")

    def invoke(self, ctx: click.Context) -> None:
        self._refuse_variables()
        name = ctx.info_name or "league"
        ctx.exit(ended(name, lambda: super(Command, self).invoke(ctx)))

    def _refuse_variables(self) -> None:
        """Raise UsageError for a variable of make that this command does not take, like ASOF or
        as_of: it would answer for today.

        Every command accepts SOURCE and SEEDS, which say what league it is about.
        """
        variables = [str(each.envvar) for each in self.params if each.envvar]
        taken = [name.removeprefix("LEAGUE_") for name in variables]
        for name in os.environ.get("LEAGUE_VARIABLES", "").split():
            if name not in [*taken, "SOURCE", "SEEDS"]:
                raise click.UsageError(
                    f"`make {self.name}` does not take {name}; it takes {', '.join(taken)}. A "
                    "variable for another program goes before `make`."
                )


class Group(click.Group):
    """Lists its commands in the order of this file, and what each exit code means."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl(list(EXIT_CODES.items()))


# What more than one command takes.
OPTIONS: dict[str, dict[str, Any]] = {
    "data": {
        "help": "Folder for all that a run writes; league.duckdb in it is published.",
        "type": data_folder,
        "metavar": "FOLDER",
        "default": "data",
    },
    "source": {
        "help": "A folder in upstream's layout, or the address of a mirror (of hours: a folder or "
        "a git clone).",
        "metavar": "SOURCE",
    },
    "seeds": {
        "help": "The rows of another league, in place of seeds/.",
        "type": typed,
        "metavar": "FOLDER",
        "default": PROJECT_SEEDS,
    },
    "ref": {"help": "Another commit of upstream.", "metavar": "COMMIT"},
    "as-of": {
        "help": "Look back from a moment like 2021-10-20T12:00:00Z.",
        "metavar": "MOMENT",
    },
    "rules": {"help": "Other rows for files of seeds/.", "type": typed, "metavar": "FOLDER"},
    "accept-changes": {
        "help": "Load what holds less than before; publish a prize without winners.",
        "is_flag": True,
    },
    "force": {"help": "Build and publish although nothing is new.", "is_flag": True},
    "format": {
        "help": "How the winners are printed; markdown: for a chat.",
        "type": click.Choice(["terminal", "markdown"]),
        "default": "terminal",
    },
}
WINNERS = ("data", "source", "seeds", "ref", "as-of", "accept-changes", "force", "format")


def options(*names: str) -> Callable[[Callable], Callable]:
    """Options that the environment may give as well: `--as-of`, or LEAGUE_AS_OF.

    make hands its variables on in this way.
    """

    def add(command: Callable) -> Callable:
        for name in reversed(names):
            variable = f"LEAGUE_{name.upper().replace('-', '_')}"
            more = OPTIONS[name]
            command = click.option(f"--{name}", envvar=variable, show_envvar=True, **more)(
                command
            )
        return command

    return add


@click.group(cls=Group)
def league() -> None:
    """Who won what in the AWS DeepRacer League.

    Each command holds the lock of its folder of data from its first step to its last; a second
    one waits. Only a complete build that passed every test is published, and what was
    published before stays until then.
    """


@league.command()
@options(*WINNERS)
def winners(**options: Any) -> None:
    """Download, load, build, test, publish, print the winners."""
    _winners(everything=False, **options)


@league.command()
@options(*WINNERS)
def publish(**options: Any) -> None:
    """The same, then Parquet, CSV and the site."""
    _winners(everything=True, **options)


@league.command()
@options("data", "accept-changes", "force", "format")
def demo(data: Path, **options: Any) -> None:
    """The same on a small fictional season, offline.

    Everything goes to DATA/demo.
    """
    from league.fictional_season import invent

    there = data / "demo"
    with at_work(there):
        invent(there)
        source, seeds = str(there / "race-data"), there / "seeds"
        _winners(data=there, source=source, seeds=seeds, **options)


@league.command()
@options("data", "source", "seeds", "accept-changes", "force", "format")
def history(data: Path, source: str | None, **options: Any) -> None:
    """Add every hour of the archive, build, publish."""
    from ingest.history.load import load_history

    if not source:
        raise click.UsageError(
            "Expected SOURCE= (--source), a folder in upstream's layout or a git clone of "
            "upstream (a bare one will do)."
        )
    database = existing(data / "build/league.duckdb")
    with at_work(data):
        load_history(database, typed(source))
        _build_and_publish(data, **options)


@league.command("what-if")
@options("data", "seeds", "rules")
def what_if(data: Path, seeds: Path, rules: Path | None) -> None:
    """Print who gains and who loses by other rules.

    They are built in DATA/what-if, beside the published answer.
    """
    from league.what_if import answer

    if not rules:
        raise click.UsageError(
            "Expected RULES= (--rules), a folder with other rows for seeds/."
        )
    answer(data, seeds, rules)


@league.command()
@options("data", "source", "seeds")
@click.option(
    "--master",
    default="local[2]",
    envvar="SPARK_MASTER",
    show_envvar=True,
    help="What runs the tasks: a cluster is spark://host:7077.",
)
def spark(data: Path, source: str | None, seeds: Path, master: str) -> None:
    """Build on Apache Spark, too, and compare every table."""
    from spark.run import build_and_compare

    if not build_and_compare(data, seeds, source, master):
        raise Exit(1)


@league.command()
@options("data", "source")
def check(data: Path, source: str | None) -> None:
    """Rebuild every hourly snapshot and compare it.

    It is compared with what was loaded; with --source, with the files there as well.
    """
    from ingest.history.check import print_check

    database = existing(data / "build/league.duckdb")
    if not print_check(database, typed(source) if source else None):
        raise Exit(1)


@league.command()
@options("data")
@click.option("--to", type=typed, metavar="FOLDER", help="Where to.  [default: DATA/docs]")
def docs(data: Path, to: Path | None) -> None:
    """Write dbt's own documentation of every table."""
    from publish.documentation import document

    existing(data / "league.duckdb")
    document(data, to)


@league.command()
@options("data")
@click.argument("test", envvar="LEAGUE_TEST")
def problems(data: Path, test: str) -> None:
    """Print the rows that a data test finds.

    TEST is its name, like keys_of_published_tables. It runs on the last build.
    """
    from league.build import show_problems

    existing(data / "build/league.duckdb")
    if show_problems(data, test):
        raise Exit(1)


@league.command()
@options("data")
def shell(data: Path) -> None:
    """Open what is published in the DuckDB shell, read-only."""
    database = str(existing(data / "league.duckdb"))
    os.execv(sys.executable, [sys.executable, "-m", "duckdb_cli", "-readonly", database])


@league.command()
@options("data", "source", "seeds", "ref", "accept-changes")
def load(data: Path, seeds: Path, **options: Any) -> None:
    """Only load: before a `dbt build` of your own."""
    from ingest.report import load_rankings

    load_rankings(data, seeds, **options)


@league.command("publish-built")
@options("data")
@click.option(
    "--target",
    type=typed,
    metavar="FOLDER",
    default="target",
    envvar="DBT_TARGET_PATH",
    show_envvar=True,
    help="dbt's target folder.",
)
@click.option("--everything", is_flag=True, help="Also Parquet, CSV and the site.")
@click.option(
    "--what-changed", is_flag=True, help="Leave alone what is published already as it is."
)
@options("accept-changes", "format")
def publish_built(data: Path, target: Path, **options: Any) -> None:
    """Only publish: after a `dbt build` of your own."""
    from publish.run import publish

    publish(data, target, **options)


def _winners(
    data: Path,
    source: str | None,
    seeds: Path,
    accept_changes: bool,
    force: bool,
    format: str,
    ref: str | None = None,
    as_of: str | None = None,
    everything: bool = False,
) -> None:
    """Load what is new, or what was known as of a moment, then build and publish."""
    with at_work(data):
        if as_of:
            data = _look_back(data, as_of)
        else:
            from ingest.report import load_rankings

            # Markdown goes to a chat as it is, so everything else goes to stderr.
            with redirect_stdout(sys.stderr if format == "markdown" else sys.stdout):
                load_rankings(data, seeds, source, ref, accept_changes)
        _build_and_publish(data, seeds, accept_changes, force, format, everything)


def _look_back(data: Path, as_of: str) -> Path:
    """Copy what was known at a moment into a folder of its own, and return that folder."""
    from ingest.as_of import parse_moment, prepare
    from league.build import take_what_was_read

    moment = parse_moment(as_of)
    there = data / "as-of" / f"{moment:%Y-%m-%dT%H-%M-%SZ}"
    claim(there)
    prepare(data / "build/league.duckdb", there, moment)
    take_what_was_read(data, there)
    return there


def _build_and_publish(
    data: Path,
    seeds: Path,
    accept_changes: bool,
    force: bool,
    format: str,
    everything: bool = False,
) -> None:
    from league.build import build_news
    from publish.run import publish

    if build_news(data, seeds, force):
        raise LeagueError(f"dbt stopped the build, as it says above. {BEFORE_PUBLISHING}")
    publish(data, data / "build/target", everything, not force, accept_changes, format)
