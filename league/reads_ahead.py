"""dbt, which reads the project at once, and builds it when it is told to.

`python -m league.reads_ahead FOLDER`, where FOLDER is what LEAGUE_DATA and other relative
paths start from. A line on standard input says: build. Where there will be none, it ends.

Reading takes dbt as long as building a season, and needs no data: whoever loads some starts
this first. Ends with the exit code that `dbt build` would have.
"""

from __future__ import annotations

import os
import sys

# Unit tests check the rules on invented rows: `make test` runs them.
BUILD = ["--quiet", "build", "--exclude-resource-type", "unit_test"]


def main() -> int:
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    os.chdir(sys.argv[1])
    done = dbtRunner().invoke(["--quiet", "parse"])
    if not sys.stdin.readline():
        return 0
    if isinstance(done.result, Manifest):
        done = dbtRunner(manifest=done.result).invoke(BUILD)
    if done.exception:
        return 2
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main())
