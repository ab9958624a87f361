"""The hourly snapshots in a git clone. Only its objects are read.

Somebody else's clone can hold commands: a configuration names programs (`uploadpack`,
`core.fsmonitor`), and a partial clone runs one to fetch what is missing. So git works from an
empty git directory of ours, without any configuration and without a remote, and knows only
where the clone's objects lie. The commit is found here: HEAD is two small files.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ingest.errors import BadFile, IngestError
from ingest.file import git_blob
from ingest.history.board import SnapshotFile, SourceFile, is_snapshot
from ingest.source import LEADERBOARDS, MAX_BYTES, is_inside

# The archive has 51,000 files, and git lists them in a second.
MAX_FILES = 600_000
MAX_SECONDS_TO_LIST = 300
_NO_REPOSITORY = Path(__file__).parent / "no_repository"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ENTRY = re.compile(rb"(\d+) ([^\0]+)\0(.{20})", re.DOTALL)  # of a tree, as git stores it
_REF = re.compile(r"ref: (refs/(?!.*\.\.)[^\0-\040\177~^:?*\[\\]+)")
# Git's modes.
_FOLDER, _LINK, _SUBMODULE = "40000", "120000", "160000"


def find_commit(repository: Path) -> str:
    """The commit that HEAD names. `repository` is a git directory.

    Raises IngestError where there is none, and where git would read objects elsewhere.
    """
    _refuse_objects_elsewhere(repository)
    found = _read(repository, "HEAD")
    for _ in range(5):
        ref = _REF.fullmatch(found)
        if not ref:
            break
        found = _read(repository, ref[1]) or _packed_refs(repository).get(ref[1], "")
    if not _COMMIT.fullmatch(found):
        raise IngestError(
            f"Expected a git clone with commits in {repository}, found no commit that HEAD "
            "names. Clone it again."
        )
    return found


def list_clone(repository: Path, commit: str) -> Iterator[SourceFile]:
    """Every file of the commit that could be a snapshot.

    Raises IngestError when git cannot list them, when the clone lacks some, and where there are
    more than MAX_FILES: a clone of a few kB can name millions, one file in one folder again
    and again.
    """
    found = _snapshots(repository, commit)
    sizes = _sizes(repository, dict.fromkeys(blob for *_, blob in found))
    missing = [file for file in found if file[-1] not in sizes]
    if missing:
        board, name, _, blob = missing[0]
        raise IngestError(
            f"Expected all files of the commit {commit[:10]} in {repository}, found "
            f"{len(missing):,} missing, the first {LEADERBOARDS}/{board}/{name} (blob {blob}). "
            "Nothing is fetched: clone it again in full, without --filter."
        )
    for board, name, mode, blob in found:
        problem, size = None, sizes[blob]
        if mode == _LINK:
            problem = BadFile("a file", "a link")
        elif size > MAX_BYTES:
            problem = BadFile(f"at most {MAX_BYTES:,} bytes", f"{size:,}")
        yield SourceFile(board, name, size, git_blob=blob, problem=problem)


def _snapshots(repository: Path, commit: str) -> list[tuple[str, str, str, str]]:
    """Board, name, mode and blob of every snapshot. Only folders that can hold some are read."""
    found = []
    with _git(repository, ["cat-file", "--batch"], subprocess.PIPE) as git:
        too_late = threading.Timer(MAX_SECONDS_TO_LIST, git.kill)
        too_late.start()
        try:
            for board, tree in _board_trees(git, f"{commit}:{LEADERBOARDS}"):
                for mode, name, blob in _read_tree(git, tree):
                    if mode not in (_FOLDER, _SUBMODULE) and is_snapshot(name):
                        found.append((board, name, mode, blob))
                    if len(found) > MAX_FILES:
                        raise IngestError(
                            f"Expected at most {MAX_FILES:,} snapshots in {repository}, "
                            "found more. Is it a clone of the archive?"
                        )
        except (BrokenPipeError, ValueError):
            raise IngestError(
                f"Expected a complete git clone in {repository}, found folders of the commit "
                f"{commit[:10]} missing, damaged, too large, or not listed within "
                f"{MAX_SECONDS_TO_LIST} seconds. Clone it again in full."
            ) from None
        finally:
            too_late.cancel()
    return found


def _board_trees(git: subprocess.Popen[bytes], leaderboards: str) -> Iterator[tuple[str, str]]:
    """Arn and tree of every board, and of the `arn:…` folders above them, which hold stray
    snapshots too."""
    for mode, top, tree in _read_tree(git, leaderboards):
        if mode == _FOLDER and top.startswith("arn:"):
            yield top, tree
            for mode_below, name, board in _read_tree(git, tree):
                if mode_below == _FOLDER:
                    yield f"{top}/{name}", board


def _read_tree(git: subprocess.Popen[bytes], tree: str) -> Iterator[tuple[str, str, str]]:
    """Mode, name and object of every entry of a tree. Raises ValueError where there is none."""
    assert git.stdin is not None and git.stdout is not None
    git.stdin.write(tree.encode() + b"\n")
    git.stdin.flush()
    for entry in _ENTRY.finditer(_read_object(git.stdout, b"tree")):
        mode, name, blob = entry.groups()
        yield mode.decode(), name.decode(errors="backslashreplace"), blob.hex()


def _read_object(stdout: IO[bytes], kind: bytes) -> bytes:
    """The next object that `git cat-file --batch` prints. Raises ValueError where it is
    missing, damaged, of another kind or too large."""
    header = stdout.readline().split()
    if len(header) != 3 or header[1] != kind or int(header[2]) > MAX_BYTES:
        raise ValueError(f"no {kind.decode()} of at most {MAX_BYTES:,} bytes: {header}")
    body = stdout.read(int(header[2]))
    stdout.read(1)
    return body


def _sizes(repository: Path, blobs: Iterable[str]) -> dict[str, int]:
    """Blob -> its size in bytes, without those that are missing."""
    with _asked_for(blobs) as stdin:
        command = ["cat-file", "--batch-check", "--buffer"]
        with _git(repository, command, stdin) as git:
            assert git.stdout is not None
            lines = [line.decode().split() for line in git.stdout]
    return {line[0]: int(line[2]) for line in lines if line[1] == "blob"}


def read_clone(
    repository: Path, files: list[SourceFile]
) -> Iterator[tuple[SourceFile, SnapshotFile | BadFile]]:
    """The files' contents, each checked against its blob.

    One `git cat-file` for all; equal neighbours are asked for once. Raises IngestError when
    git cannot give a file.
    """
    readable = [file.git_blob or "" for file in files if not file.problem]
    blobs = [
        blob for blob, before in zip(readable, ["", *readable], strict=False) if blob != before
    ]
    with (
        _asked_for(blobs) as stdin,
        _git(repository, ["cat-file", "--batch", "--buffer"], stdin) as git,
    ):
        previous, body = None, b""
        for file in files:
            if file.problem:
                yield file, file.problem
                continue
            assert file.git_blob is not None and git.stdout is not None
            if file.git_blob != previous:
                try:
                    body = _read_object(git.stdout, b"blob")
                except ValueError:
                    body = b""
                if git_blob(body) != file.git_blob:
                    raise IngestError(
                        f"Expected {file.board}/{file.name} (blob {file.git_blob}) in "
                        f"{repository}, found it missing or damaged. Clone it again in full."
                    )
                previous = file.git_blob
            yield file, SnapshotFile(file.name.removesuffix(".csv"), file.git_blob, body)


@contextmanager
def _asked_for(objects: Iterable[str]) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as stdin:
        stdin.writelines(f"{name}\n".encode() for name in objects)
        stdin.seek(0)
        yield stdin


@contextmanager
def _git(
    repository: Path, command: list[str], stdin: int | IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """A running git, with an empty directory of its own, the clone's objects, and nothing else.

    It is killed when the block is left.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = kept | {
        "GIT_DIR": str(_NO_REPOSITORY),
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
    try:
        git = subprocess.Popen(
            ["git", *command],
            env=environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=1 << 20,
        )
    except FileNotFoundError:
        raise IngestError(
            "Expected the program git, to read a clone, found none. Install git."
        ) from None
    try:
        yield git
    finally:
        git.kill()
        git.communicate()


def _refuse_objects_elsewhere(repository: Path) -> None:
    objects = repository / "objects"
    for name in ("info/alternates", "info/http-alternates"):
        if (objects / name).exists():
            raise IngestError(
                f"Expected a clone that holds all its objects, found {objects / name}: some "
                "lie elsewhere. Run `git repack -a -d` there and remove that file, or clone "
                "it again without --shared and --reference."
            )
    for folder, folders, files in os.walk(objects):
        for name in ["", *folders, *files]:
            path = os.path.join(folder, name) if name else folder
            mode = os.lstat(path).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise IngestError(
                    f"Expected only files and folders in {objects}, found {path}. Give a "
                    "clone of its own as SOURCE."
                )


def _packed_refs(repository: Path) -> dict[str, str]:
    lines = (line.split(" ") for line in _read(repository, "packed-refs").splitlines())
    return {line[1]: line[0] for line in lines if len(line) == 2}


def _read(repository: Path, name: str) -> str:
    """A small file of the clone; nothing where there is none, or none that lies in it."""
    path = repository / name
    if not is_inside(path, repository) or not path.is_file():
        return ""
    if path.stat().st_size > MAX_BYTES:
        return ""
    return path.read_text(encoding="utf-8", errors="replace").strip()
