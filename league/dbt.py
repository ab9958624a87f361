"""How every command of ours starts dbt."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# `python -m dbt.cli.main` warns on each call that the package has imported it already.
DBT = (sys.executable, "-c", "from dbt.cli.main import cli; cli(prog_name='dbt')")


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
