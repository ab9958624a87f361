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

from league.data_folder import at_work
from league.errors import BEFORE_PUBLISHING, EXIT_CODES, LeagueError, ended
from league.paths import PROJECT_SEEDS, data_folder, typed


class Command(click.Command):
    """A command that ends with a sentence and an exit code, whatever stops it."""

    def __init__(self, name: str | None, **more: Any) -> None:
        super().__init__(name, **more, epilog="Exit codes: python -m league --help")

    def invoke(self, ctx: click.Context) -> None:
        ctx.exit(ended(self.name or "league", lambda: super(Command, self).invoke(ctx)))


class Group(click.Group):
    """Lists its commands in the order of this file, and what each exit code means."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl(list(EXIT_CODES.items()))


def option(name: str, help: str, **more: Any) -> Callable[[Callable], Callable]:
    """An option that the environment may give as well: `--as-of`, or LEAGUE_AS_OF.

    make hands its variables on in this way.
    """
    variable = f"LEAGUE_{name.upper().replace('-', '_')}"
    return click.option(f"--{name}", envvar=variable, show_envvar=True, help=help, **more)


data_option = option(
    "data",
    "Folder for all that a run writes; league.duckdb in it is published.",
    type=data_folder,
    metavar="FOLDER",
    default="data",
    show_default=True,
)
seeds_option = option(
    "seeds",
    "The rows of a league.",
    type=typed,
    metavar="FOLDER",
    default=PROJECT_SEEDS,
    show_default=True,
)
source_option = option(
    "source", "A folder in upstream's layout, or the address of a mirror.", metavar="SOURCE"
)
hours_option = option(
    "source", "A folder in upstream's layout, or a git clone.", type=typed, metavar="FOLDER"
)
ref_option = option("ref", "Another commit of upstream.", metavar="COMMIT")
as_of_option = option(
    "as-of", "Look back from a moment like 2021-10-20T12:00:00Z.", metavar="MOMENT"
)
accept_changes_option = option(
    "accept-changes",
    "Load what holds less than before; publish a prize without winners.",
    is_flag=True,
)
force_option = option("force", "Build and publish although nothing is new.", is_flag=True)
format_option = option(
    "format",
    "How the winners are printed; markdown: for a chat.",
    type=click.Choice(["terminal", "markdown"]),
    default="terminal",
    show_default=True,
)


def winners_options(command: Callable) -> Callable:
    for add in (format_option, force_option, accept_changes_option, as_of_option, ref_option):
        command = add(command)
    return data_option(source_option(seeds_option(command)))


@click.group(cls=Group)
def league() -> None:
    """Who won what in the AWS DeepRacer League.

    Each command holds the lock of its folder of data from its first step to its last; a second
    one waits. Only a complete build that passed every test is published, and what was
    published before stays until then.
    """


@league.command()
@winners_options
def winners(**options: Any) -> None:
    """Download, load, build, test, publish, print the winners."""
    _winners(everything=False, **options)


@league.command()
@winners_options
def publish(**options: Any) -> None:
    """The same, then Parquet, CSV and the site."""
    _winners(everything=True, **options)


@league.command()
@data_option
@accept_changes_option
@force_option
@format_option
def demo(data: Path, accept_changes: bool, force: bool, format: str) -> None:
    """The same on a small fictional season, offline.

    Everything goes to DATA/demo.
    """
    from league.fictional_season import invent

    there = data / "demo"
    with at_work(there):
        invent(there)
        source, seeds = str(there / "race-data"), there / "seeds"
        _winners(there, source, seeds, accept_changes, force, format)


@league.command()
@data_option
@hours_option
@seeds_option
@accept_changes_option
@force_option
@format_option
def history(data: Path, source: Path | None, **options: Any) -> None:
    """Add every hour of the archive, build, publish."""
    from ingest.history.load import load_history

    if not source:
        raise click.UsageError(
            "Expected SOURCE= (--source), a folder in upstream's layout or a git clone of "
            "upstream (a bare one will do)."
        )
    database = _there_is(data / "build/league.duckdb")
    with at_work(data):
        load_history(database, source)
        _build_and_publish(data, **options)


@league.command("what-if")
@data_option
@seeds_option
@option("rules", "Other rows for files of seeds/.", type=typed, metavar="FOLDER")
@as_of_option
def what_if(data: Path, seeds: Path, rules: Path | None, as_of: str | None) -> None:
    """Print who gains and who loses by other rules.

    They are built in DATA/what-if, beside the published answer.
    """
    from league.what_if import answer

    if not rules:
        raise click.UsageError(
            "Expected RULES= (--rules), a folder with other rows for seeds/."
        )
    if as_of:
        raise click.UsageError("Expected RULES= without AS_OF=: the two do not go together.")
    answer(data, seeds, rules)


@league.command()
@data_option
@source_option
@seeds_option
@click.option(
    "--master",
    default="local[2]",
    envvar="SPARK_MASTER",
    show_default=True,
    show_envvar=True,
    help="What runs the tasks: a cluster is spark://host:7077.",
)
def spark(data: Path, source: str | None, seeds: Path, master: str) -> None:
    """Build on Apache Spark, too, and compare every table."""
    from spark.run import build_and_compare

    if not build_and_compare(data, seeds, source, master):
        raise Exit(1)


@league.command()
@data_option
@hours_option
def check(data: Path, source: Path | None) -> None:
    """Rebuild every hourly snapshot and compare it.

    It is compared with what was loaded; with --source, with the files there as well.
    """
    from ingest.history.check import print_check

    if not print_check(_there_is(data / "build/league.duckdb"), source):
        raise Exit(1)


@league.command()
@data_option
@click.option("--to", type=typed, metavar="FOLDER", help="Where to.  [default: DATA/docs]")
def docs(data: Path, to: Path | None) -> None:
    """Write dbt's own documentation of every table."""
    from publish.documentation import document

    document(data, to)


@league.command()
@data_option
@click.argument("test", envvar="LEAGUE_TEST")
def problems(data: Path, test: str) -> None:
    """Print the rows that a data test finds.

    TEST is its name, like keys_of_published_tables. It runs on the last build.
    """
    from league.build import show_problems

    _there_is(data / "build/league.duckdb")
    if show_problems(data, test):
        raise Exit(1)


@league.command()
@data_option
def shell(data: Path) -> None:
    """Open what is published in the DuckDB shell, read-only."""
    database = str(_there_is(data / "league.duckdb"))
    os.execv(sys.executable, [sys.executable, "-m", "duckdb_cli", "-readonly", database])


@league.command()
@data_option
@source_option
@seeds_option
@ref_option
@accept_changes_option
def load(
    data: Path, source: str | None, seeds: Path, ref: str | None, accept_changes: bool
) -> None:
    """Only load: before a `dbt build` of your own."""
    from ingest.report import load_rankings

    load_rankings(data, seeds, source, ref, accept_changes)


@league.command("publish-built")
@data_option
@click.option(
    "--target",
    type=typed,
    metavar="FOLDER",
    default="target",
    show_default=True,
    envvar="DBT_TARGET_PATH",
    show_envvar=True,
    help="dbt's target folder.",
)
@click.option("--everything", is_flag=True, help="Also Parquet, CSV and the site.")
@click.option(
    "--what-changed", is_flag=True, help="Leave alone what is published already as it is."
)
@accept_changes_option
@format_option
def publish_built(data: Path, target: Path, **options: Any) -> None:
    """Only publish: after a `dbt build` of your own."""
    from publish.run import publish

    publish(data, target, **options)


def _there_is(database: Path) -> Path:
    if not database.is_file():
        raise LeagueError(
            f"There is no {database} yet. Run `make winners` first, or name another folder: "
            "DATA=<folder> (--data). What `make demo` makes is in DATA=data/demo."
        )
    return database


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
    from league.data_folder import claim

    there = data / "as-of" / as_of.replace(":", "-").replace("/", "-")
    claim(there)
    prepare(data / "build/league.duckdb", there, parse_moment(as_of))
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
