"""The hourly snapshots in a git clone. Only its objects are read.

Somebody else's clone can hold commands: a configuration names programs (`uploadpack`,
`core.fsmonitor`), and a partial clone runs one to fetch what is missing. So git works from an
empty git directory of ours, without any configuration and without a remote, and is told
only where the clone's objects lie. The commit is found here: HEAD is two small files.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ingest.history.board import SnapshotFile, blob_id
from ingest.history.errors import SourceError, Unreadable
from ingest.history.listed import MOST_BYTES, Listed, is_snapshot, too_large
from ingest.source import LEADERBOARDS

_EMPTY = Path(__file__).parent / "no_repository"
_LINK = "120000"  # git's mode of a link
_COMMIT = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"ref: (refs/(?!.*\.\.)[^\0-\040\177~^:?*\[\\]+)")


def find_commit(repository: Path) -> str:
    """The commit that HEAD names. `repository` is a git directory.

    Raises SourceError where there is none, and where git would read objects elsewhere.
    """
    _refuse_what_leads_elsewhere(repository)
    found = _read(repository, "HEAD")
    for _ in range(5):
        ref = _REF.fullmatch(found)
        if not ref:
            break
        found = _read(repository, ref[1]) or _packed_refs(repository).get(ref[1], "")
    if not _COMMIT.fullmatch(found):
        raise SourceError(
            f"Expected a git clone with commits in {repository}, found no commit that HEAD "
            "names. Clone it again."
        )
    return found


def list_clone(repository: Path, commit: str) -> Iterator[Listed]:
    """Every file of the commit that could be a snapshot.

    Raises SourceError when git cannot list them, or when the clone lacks some.
    """
    command = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit, f"{LEADERBOARDS}/"]
    result = _run(repository, command)
    files, missing = [], []
    for line in result.stdout.split(b"\0")[:-1]:
        facts, path = line.decode(errors="backslashreplace").split("\t", 1)
        mode, kind, blob, size = facts.split()
        board, _, name = path[len(LEADERBOARDS) + 1 :].rpartition("/")
        if (
            kind != "blob"
            or not is_snapshot(name)
            or not re.fullmatch("arn:[^/]*(/[^/]*)?", board)
        ):
            continue
        if not size.isdigit():
            missing.append(f"{path} (blob {blob})")
            continue
        problem = None
        if mode == _LINK:
            problem = "Expected a file, found a link."
        elif int(size) > MOST_BYTES:
            problem = str(too_large(int(size)))
        files.append(Listed(board, name, int(size), blob=bytes.fromhex(blob), problem=problem))
    if missing:
        raise SourceError(
            f"Expected all files of the commit {commit[:10]} in {repository}, found "
            f"{len(missing):,} missing, the first {missing[0]}. Nothing is fetched: clone it "
            "again in full, without --filter."
        )
    yield from files


def read_clone(
    repository: Path, files: list[Listed]
) -> Iterator[tuple[Listed, SnapshotFile | Unreadable]]:
    """The files' contents, each held against its blob SHA-1.

    One `git cat-file` for all; equal neighbours are asked for once. Raises SourceError when
    git cannot give a file.
    """
    with tempfile.TemporaryFile() as wanted:
        previous = None
        for file in files:
            if not file.problem and file.blob != previous:
                assert file.blob is not None
                wanted.write(file.blob.hex().encode() + b"\n")
                previous = file.blob
        wanted.seek(0)
        with subprocess.Popen(
            ["git", "cat-file", "--batch", "--buffer"],
            env=_environment(repository),
            stdin=wanted,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=1 << 20,
        ) as git:
            try:
                previous, body = None, b""
                for file in files:
                    if file.problem:
                        yield file, Unreadable(file.problem)
                        continue
                    if file.blob != previous:
                        body = _next_body(git, repository, file)
                        previous = file.blob
                    assert file.blob is not None
                    yield file, SnapshotFile(file.name[: -len(".csv")], file.blob, body)
            finally:
                git.kill()


def _next_body(git: subprocess.Popen[bytes], repository: Path, file: Listed) -> bytes:
    assert git.stdout is not None and file.blob is not None
    header = git.stdout.readline().split()
    if len(header) == 3 and header[1] == b"blob":
        body = git.stdout.read(int(header[2]))
        git.stdout.read(1)
        if blob_id(body) == file.blob:
            return body
    raise SourceError(
        f"Expected {file.board}/{file.name} (blob {file.blob.hex()}) in {repository}, found "
        "it missing or damaged. Clone it again in full."
    )


def _run(repository: Path, command: list[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        result = subprocess.run(
            ["git", *command], env=_environment(repository), capture_output=True, check=False
        )
    except FileNotFoundError:
        raise SourceError(
            "Expected the program git, to read a clone, found none. Install git."
        ) from None
    if result.returncode:
        found = result.stderr.decode(errors="replace").strip() or "no reason given"
        raise SourceError(
            f"Expected a git clone that is whole in {repository}, found: {found}"
        )
    return result


def _environment(repository: Path) -> dict[str, str]:
    """Git with an empty directory of its own, the clone's objects, and nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_DIR": str(_EMPTY),
        "GIT_OBJECT_DIRECTORY": str((repository / "objects").absolute()),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _refuse_what_leads_elsewhere(repository: Path) -> None:
    objects = repository / "objects"
    for name in ("info/alternates", "info/http-alternates"):
        if (objects / name).exists():
            raise SourceError(
                f"Expected a clone that holds all its objects, found {objects / name}: some "
                "lie elsewhere. Run `git repack -a -d` there and remove that file, or clone "
                "it again without --shared and --reference."
            )
    for folder, folders, files in os.walk(objects):
        for name in folders + files:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise SourceError(
                    f"Expected only files and folders in {objects}, found {path}. Give a "
                    "clone of its own as SOURCE."
                )
    if not Path(os.path.realpath(objects)).is_relative_to(os.path.realpath(repository)):
        raise SourceError(
            f"Expected the objects in {repository}, found a link that leads out of it. Give "
            "the repository they belong to as SOURCE."
        )


def _packed_refs(repository: Path) -> dict[str, str]:
    lines = (line.split(" ") for line in _read(repository, "packed-refs").splitlines())
    return {line[1]: line[0] for line in lines if len(line) == 2}


def _read(repository: Path, name: str) -> str:
    """A small file of the clone; nothing where there is none, or none that lies in it."""
    path = Path(os.path.realpath(repository / name))
    if not path.is_relative_to(os.path.realpath(repository)):
        return ""
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        return ""
    return path.read_text(encoding="utf-8", errors="replace").strip()
