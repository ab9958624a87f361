"""The command line, and what all commands share.

How a call goes through, from `make winners SOURCE=copy` to the printed winners:

1. make installs requirements.lock into .venv where it has changed, puts each of its variables
   into the environment under a name of ours (SOURCE becomes LEAGUE_SOURCE), as it was typed,
   and starts `python -m league winners`.
2. `cli.py` has a function per command. click reads the options, or those variables; `paths.py`
   understands `~`. A wrong argument ends here, with 2.
3. `errors.ended` runs the function. Whatever stops it becomes one sentence and an exit code
   here and nowhere else: a LeagueError (every package derives its own), an error of the disk or
   of DuckDB, a closed pipe, Ctrl-C or SIGTERM. Inside, `stoppable` turns the first signal
   into an exception and ignores the next, so that cleaning up cannot be broken off.
4. `data_folder.at_work` holds DATA/.lock until the end (a second command waits and says for
   which), and puts a build aside that this copy of the project did not make.
5. `ingest.report.load_rankings` downloads and loads what is new into the schema raw of
   DATA/build/league.duckdb. With --as-of, `ingest.as_of` copies what was known then into a
   folder of its own instead, and the rest happens there.
6. `build.build_news` builds unless that would repeat the last build: `build.build` runs
   `dbt build` as a process beside this one, without the caller's DBT_* settings.
   Where SEEDS names another league, dbt gets a project of links with copies of its rows.
7. `publish.run.publish` puts what passed every test in place of what was published, and prints
   the winners. `text.py` says how a name becomes harmless in a terminal, a chat, a page.

`demo` invents race data and rows first (`fictional_season.py`). `history` has
`ingest.history.load.load_history` in place of step 5. `what-if` builds a copy with
other rows beside the published answer and compares. `spark` calls `spark.run`.
"""
