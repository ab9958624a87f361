"""The hourly snapshots in a git clone. Only its objects and its refs are read.

Somebody else's clone can hold commands: a configuration names programs (`uploadpack`,
`core.fsmonitor`), and a partial clone runs one to fetch what is missing. So git works in a
git directory of ours, without any configuration and without a remote, that knows HEAD and where
the clone's refs and objects lie.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ingest.errors import BadFile, IngestError
from ingest.file import git_blob
from ingest.history.snapshot import SnapshotFile, check_name, is_snapshot
from ingest.source import LEADERBOARDS, MAX_BYTES, check_file

# The archive has 51,000 files, and git lists them in a second.
MAX_FILES = 600_000
MAX_SECONDS_TO_LIST, MAX_SECONDS_FOR_HEAD = 300, 10
# A clone of a few kB can hold a folder, or a ref, that fills the memory.
MAX_ALLOCATION = "256m"
# Of `git ls-tree -l`: mode, object and size of a file; BAD where the object is missing.
_ENTRY = re.compile(
    r"([0-9]+) blob ([0-9a-f]{40}) +([0-9]+|BAD)\t(arn:[^/]*(?:/[^/]*)?)/([^/]+)"
)
_LINK = "120000"


def find_commit(repository: Path) -> str:
    """The commit that HEAD names. `repository` is a git directory.

    Raises IngestError where there is none, and where git would read objects elsewhere.
    """
    _refuse_objects_elsewhere(repository / "objects")
    head = output = b""
    with suppress(BadFile, OSError):
        check_file(repository / "HEAD")
        head = (repository / "HEAD").read_bytes()
    command = ["rev-parse", "--verify", "HEAD"]
    # What HEAD names may be a pipe.
    with suppress(subprocess.TimeoutExpired), _git(repository, command, head=head) as git:
        output, _ = git.communicate(timeout=MAX_SECONDS_FOR_HEAD)
    if not re.fullmatch(rb"[0-9a-f]{40}\n", output):
        raise IngestError(
            f"Expected a git clone with commits in {repository}, found no commit that HEAD "
            "names. Clone it again; if its refs are in a reftable, with `git clone --bare "
            f"--ref-format=files {repository} <folder>`."
        )
    return output.decode().strip()


def list_clone(repository: Path, commit: str) -> Iterator[tuple[str, SnapshotFile]]:
    """Every file of the commit that could be a snapshot, with its board's Arn.

    Raises IngestError when git cannot list them, when the clone lacks some, and where there are
    more than MAX_FILES: a clone of a few kB can name millions, one file in one folder again
    and again.
    """
    missing: list[str] = []
    command = ["ls-tree", "-r", "-l", "-z", f"{commit}:{LEADERBOARDS}"]
    with _git(repository, command) as git:
        deadline = threading.Timer(MAX_SECONDS_TO_LIST, git.kill)
        deadline.daemon = True
        deadline.start()
        for number, line in enumerate(_split(git.stdout)):
            if number == MAX_FILES:
                raise IngestError(
                    f"Expected at most {MAX_FILES:,} files in {repository}, found more. Is it "
                    "a clone of the archive?"
                )
            entry = _ENTRY.fullmatch(line)
            if not entry or not is_snapshot(entry[5]):
                continue
            mode, blob, size, board, name = entry.groups()
            if size == "BAD":
                missing.append(f"{LEADERBOARDS}/{board}/{name} (blob {blob})")
                continue
            try:
                check_name(name)
                if mode == _LINK:
                    raise BadFile("a file", "a link")
                if int(size) > MAX_BYTES:
                    raise BadFile(f"at most {MAX_BYTES:,} bytes", f"{int(size):,}")
            except BadFile as issue:
                yield board, SnapshotFile(name, message=str(issue))
            else:
                yield board, SnapshotFile(name, bytes=int(size), git_blob=blob)
        deadline.cancel()
        if git.wait():
            raise IngestError(
                f"Expected a complete git clone in {repository}, found folders of the commit "
                f"{commit[:10]} missing, damaged or too large, or not listed within "
                f"{MAX_SECONDS_TO_LIST} seconds. Clone it again in full."
            )
    if missing:
        raise IngestError(
            f"Expected all files of the commit {commit[:10]} in {repository}, found "
            f"{len(missing):,} missing, the first {missing[0]}. Nothing is fetched: clone it "
            "again in full, without --filter."
        )


def _split(output: IO[bytes] | None) -> Iterator[str]:
    """The entries of a list that end with NUL."""
    rest = b""
    while output and (piece := output.read(1 << 20)):
        *entries, rest = (rest + piece).split(b"\0")
        yield from (entry.decode(errors="backslashreplace") for entry in entries)


def read_clone(
    repository: Path, board: str, files: list[SnapshotFile]
) -> Iterator[tuple[SnapshotFile, bytes]]:
    """The files of a board and their contents, each checked against its blob.

    One `git cat-file` for all. Raises IngestError when git cannot give a file.
    """
    with tempfile.TemporaryFile() as stdin:
        stdin.writelines(f"{file.git_blob}\n".encode() for file in files if not file.message)
        stdin.seek(0)
        with _git(repository, ["cat-file", "--batch", "--buffer"], stdin) as git:
            assert git.stdout
            for file in files:
                body = b"" if file.message else _read_blob(git.stdout)
                if not file.message and git_blob(body) != file.git_blob:
                    raise IngestError(
                        f"Expected {board}/{file.file_name} (blob {file.git_blob}) in "
                        f"{repository}, found it missing or damaged. Clone it again in full."
                    )
                yield file, body


def _read_blob(output: IO[bytes]) -> bytes:
    """The next object that `git cat-file --batch` prints; nothing where it is missing."""
    header = output.readline().split()
    if len(header) != 3 or int(header[2]) > MAX_BYTES:
        return b""
    body = output.read(int(header[2]))
    output.read(1)
    return body


@contextmanager
def _git(
    repository: Path,
    command: list[str],
    stdin: IO[bytes] | None = None,
    head: bytes = b"ref: refs/heads/none",
) -> Iterator[subprocess.Popen[bytes]]:
    """A running git that knows of the clone's HEAD, refs and objects, and of nothing else.

    It is killed when the block is left.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "HEAD").write_bytes(head)
        for name in ("refs", "packed-refs"):
            (Path(folder) / name).symlink_to((repository / name).absolute())
        environment |= {
            "GIT_DIR": folder,
            "GIT_OBJECT_DIRECTORY": str((repository / "objects").absolute()),
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ALLOC_LIMIT": MAX_ALLOCATION,
        }
        try:
            git = subprocess.Popen(
                ["git", *command],
                env=environment,
                stdin=stdin or subprocess.DEVNULL,
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


def _refuse_objects_elsewhere(objects: Path) -> None:
    for folder, folders, files in os.walk(objects):
        for path in (os.path.join(folder, name) for name in ["", *folders, *files]):
            mode = os.lstat(path.rstrip(os.sep)).st_mode
            is_own = stat.S_ISREG(mode) or stat.S_ISDIR(mode)
            if not is_own or path.endswith(("info/alternates", "info/http-alternates")):
                raise IngestError(
                    f"Expected a clone that holds all its objects as files, found {path}: some "
                    "lie elsewhere. Run `git repack -a -d` there and remove it, or clone it "
                    "again without --shared and --reference."
                )
