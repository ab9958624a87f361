"""Small made-up archives in upstream's layout, as a folder and as a bare git clone."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

import duckdb

from ingest.file import git_blob
from ingest.history.snapshot import SnapshotFile

BOARD = "arn:aws:deepracer:::leaderboard/11111111-aaaa"
OTHER_BOARD = "arn:aws:deepracer:::leaderboard/22222222-bbbb"
HEADER = "Rank,Alias,SubmissionTime,RankingScore,UserId"
LATE_HEADER = (
    "Alias,SubmissionTime,SubmissionCount,Rank,"
    "LeaderboardSubmissionStatusType,RankingScore,UserId"
)


def moment(hour: int) -> str:
    """The hour-th hour of May 2031, as upstream names its files."""
    return f"2031-05-{1 + hour // 24:02d}T{hour % 24:02d}:00:00Z"


def snapshot(*lines: str, header: str = HEADER) -> bytes:
    return "".join(line + "\n" for line in (header, *lines)).encode()


def write_folder(root: Path, files: dict[str, bytes]) -> Path:
    """Write `{"<Arn>/<name>": bytes}` below root/raw_data/leaderboards."""
    for path, body in files.items():
        target = root / "raw_data/leaderboards" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    return root


def write_bare_clone(root: Path, files: dict[str, bytes]) -> Path:
    """The same as the only commit of a bare repository, without writing the files."""
    subprocess.run(["git", "init", "-q", "--bare", str(root)], check=True)
    subprocess.run(
        ["git", "-C", str(root), "symbolic-ref", "HEAD", "refs/heads/m"], check=True
    )
    stream = b"commit refs/heads/m\ncommitter A <a@example.org> 0 +0000\ndata 0\n"
    for path, body in files.items():
        stream += f'M 100644 inline "raw_data/leaderboards/{path}"\n'.encode()
        stream += b"data %d\n%b\n" % (len(body), body)
    subprocess.run(
        ["git", "-C", str(root), "fast-import", "--quiet"], input=stream, check=True
    )
    return root


def content(database: Path) -> dict[str, list[tuple]]:
    """All rows of the history, sorted; without the times of files, which a copy changes."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            table: sorted(
                connection.execute(
                    f"select columns(c -> c <> 'changed_ns') from history.{table}"
                ).fetchall(),
                key=repr,
            )
            for table in ("file", "snapshot", "row_version", "rank_run")
        }


def files(*bodies: bytes) -> list[tuple[SnapshotFile, bytes]]:
    """One an hour, from the first hour on."""
    return [
        (SnapshotFile(f"{moment(hour)}.csv", git_blob=git_blob(body)), body)
        for hour, body in enumerate(bodies)
    ]


def made_up_snapshot(chance: Random, header: str, most: int = 60) -> bytes:
    rows = [header]
    for rank in range(1, chance.randint(most // 20, most)):
        alias = chance.choice([f"Racer-{rank}", "NULL", "Größe", '"One, ""two"""', str(rank)])
        cells = {"Rank": str(rank), "Alias": alias, "UserId": f"user{rank:018d}"}
        cells["LeaderboardSubmissionStatusType"] = "SUCCESS"
        rows.append(
            ",".join(cells.get(n, str(chance.randint(1, 99))) for n in header.split(","))
        )
    return "\n".join([*rows, ""]).encode()
