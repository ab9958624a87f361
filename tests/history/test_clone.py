"""A git clone given as SOURCE runs nothing, fetches nothing, and leads nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.history.load import load
from ingest.history.source import open_source
from tests.helpers.invented_archive import (
    BOARD,
    content,
    moment,
    snapshot,
    write_bare_clone,
    write_folder,
)

FILES = {f"{BOARD}/{moment(hour)}.csv": snapshot(f"1,Ann,{hour},100,a") for hour in range(3)}
SECRET = {f"{BOARD}/{moment(0)}.csv": snapshot("1,Secret,1,1,s")}
# Settings that name a program.
CONFIGURATION = """
[core]
    repositoryformatversion = 1
    bare = true
    fsmonitor = {program}
    hooksPath = {clone}/hooks
    sshCommand = {program}
    gitProxy = {program}
    alternateRefsCommand = {program}
[extensions]
    partialClone = origin
[remote "origin"]
    url = {clone}/nowhere
    promisor = true
    partialclonefilter = blob:none
    uploadpack = {program}
[protocol]
    allow = always
[filter "lfs"]
    smudge = {program}
    process = {program}
[include]
    path = {clone}/more_config
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return write_bare_clone(tmp_path / "clone", FILES)


@pytest.fixture
def trap(tmp_path: Path) -> tuple[Path, Path]:
    """A program, and the file that is there once it has run."""
    program, sprung = tmp_path / "trap.sh", tmp_path / "sprung"
    program.write_text(f"#!/bin/sh\ntouch '{sprung}'\nexit 1\n")
    program.chmod(0o755)
    return program, sprung


def git(clone: Path, *arguments: str, stdin: str | None = None) -> str:
    command = ["git", "-C", str(clone), "-c", "user.name=A", "-c", "user.email=a@b"]
    done = subprocess.run(
        [*command, *arguments], input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def blobs(clone: Path) -> dict[str, Path]:
    """The blobs of the files of HEAD, and where they lie."""
    found = [line.split()[2] for line in git(clone, "ls-tree", "-r", "HEAD").splitlines()]
    return {blob: clone / "objects" / blob[:2] / blob[2:] for blob in found}


def test_a_clone_runs_nothing_and_fetches_nothing(database, clone, trap):
    program, sprung = trap
    (clone / "config").write_text(CONFIGURATION.format(program=program, clone=clone))
    (clone / "more_config").write_text(f"[alias]\n    ls-tree = !{program}\n")
    (clone / "hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(program, clone / "hooks" / hook)
    (clone / "info").mkdir(exist_ok=True)
    (clone / "info/attributes").write_text("*.csv filter=lfs diff=trap\n")
    (clone / "objects/pack/pack-x.promisor").touch()
    assert load(database, clone).outcomes == {"loaded": 3}
    blob, path = list(blobs(clone).items())[1]
    path.unlink()
    with pytest.raises(IngestError, match="1 missing.*clone it again in full") as refused:
        load(database, clone)
    assert f"(blob {blob})" in str(refused.value)
    assert not sprung.exists()
    # Git itself runs it: otherwise this test could not fail.
    command = ["git", "-C", str(clone), "ls-tree", "-r", "-l", "HEAD"]
    subprocess.run(command, capture_output=True, check=False)
    assert sprung.exists()


def test_a_clone_is_read_whatever_its_configuration_says_and_whoever_owns_it(database, clone):
    (clone / "config").write_text("this is [no configuration")
    if not os.getuid():
        for path in [clone, *clone.rglob("*")]:
            os.chown(path, 12345, 12345)
    assert load(database, clone).outcomes == {"loaded": 3}


def test_the_environment_of_the_caller_does_not_count(
    tmp_path, database, clone, trap, monkeypatch
):
    program, sprung = trap
    other = write_bare_clone(tmp_path / "other", SECRET)
    (tmp_path / ".gitconfig").write_text(f"[core]\n    fsmonitor = {program}\n")
    variables = {
        "HOME": tmp_path,
        "GIT_DIR": other,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": other / "objects",
        "GIT_TRACE": sprung,
        "GIT_CONFIG_COUNT": 1,
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": program,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, str(value))
    assert load(database, clone).outcomes == {"loaded": 3}
    assert not sprung.exists()


def test_replaced_objects_are_not_put_in_the_place_of_those_of_the_commit(
    tmp_path, database, clone
):
    git(clone, "replace", *list(blobs(clone))[:2])
    (clone / "info").mkdir(exist_ok=True)
    (clone / "info/grafts").write_text(git(clone, "rev-parse", "HEAD"))
    load(database, clone)
    load(tmp_path / "expected.duckdb", write_folder(tmp_path / "folder", FILES))
    assert content(database) == content(tmp_path / "expected.duckdb")


@pytest.mark.parametrize(
    "what", ["objects", "objects/pack", "pipe", "file", "alternates", "http-alternates"]
)
def test_objects_that_lie_elsewhere_are_refused(tmp_path, database, clone, what):
    if what == "pipe":
        os.mkfifo(clone / "objects/pack/pack-0.idx")
    elif what == "file":
        git(clone, "repack", "-adq")
        pack = next((clone / "objects/pack").glob("*.pack"))
        pack.rename(tmp_path / "elsewhere")
        pack.symlink_to(tmp_path / "elsewhere")
    elif "alternates" in what:
        other = write_bare_clone(tmp_path / "other", SECRET)
        (clone / "objects/info").mkdir(exist_ok=True)
        (clone / "objects/info" / what).write_text(f"{other / 'objects'}\n")
        (clone / "HEAD").write_text(git(other, "rev-parse", "HEAD") + "\n")
    else:
        (clone / what).mkdir(exist_ok=True)
        (clone / what).rename(tmp_path / "elsewhere")
        (clone / what).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IngestError, match=r"some lie elsewhere|leads out of it"):
        load(database, clone)


@pytest.mark.parametrize("name", ["HEAD", "refs/heads/m"])
@pytest.mark.parametrize("kind", ["link", "zeros", "pipe", "folder", "text", "reftable"])
def test_a_head_that_is_none_is_refused_and_nothing_of_it_is_quoted(
    tmp_path, database, clone, name, kind, monkeypatch
):
    monkeypatch.setattr("ingest.history.clone.MAX_SECONDS_FOR_HEAD", 1)
    (tmp_path / "private").write_text("password=hunter2\n")
    head = clone / name
    head.unlink()
    if kind == "link":
        head.symlink_to(tmp_path / "private")
    elif kind == "zeros":
        head.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(head)
    elif kind == "folder":
        head.mkdir()
    elif kind == "reftable":  # As git 2.47 leaves it.
        (clone / "HEAD").write_text("ref: refs/heads/.invalid\n")
        (clone / "reftable").mkdir()
    else:
        head.write_text("ref: refs/../../private\n")
    with pytest.raises(IngestError, match="found no commit that HEAD names") as refused:
        load(database, clone)
    assert "hunter2" not in str(refused.value)
    refused.match(f"reftable, with `git clone --bare --ref-format=files {clone} ")


def test_packed_refs_and_a_bare_commit_are_understood(clone):
    commit = git(clone, "rev-parse", "HEAD")
    git(clone, "pack-refs", "--all")
    assert open_source(clone).commit == commit
    (clone / "HEAD").write_text(commit + "\n")
    assert open_source(clone).commit == commit


def test_a_blob_with_other_bytes_than_its_name_says_is_refused(database, clone):
    (_, good), (blob, path), _ = blobs(clone).items()
    path.chmod(0o644)
    path.write_bytes(good.read_bytes())
    with pytest.raises(IngestError, match=f"blob {blob}.*missing or damaged"):
        load(database, clone)


def test_a_link_in_the_tree_is_quarantined(database, clone, monkeypatch):
    stream = f"""commit refs/heads/m
committer A <a@example.org> 1 +0000
data 0
from refs/heads/m^0
M 120000 inline "raw_data/leaderboards/{BOARD}/{moment(1)}.csv"
data 9
/etc/host
"""
    git(clone, "fast-import", "--quiet", stdin=stream)
    assert load(database, clone).outcomes == {"loaded": 2, "quarantined": 1}
    # Git is not started again to find it the same.
    monkeypatch.setattr("ingest.history.source.read_clone", None)
    assert load(database, clone).outcomes == {}
    messages = [row[5] for row in content(database)["file"] if row[5]]
    assert messages == ["Expected a file, found a link."]


def make_tree(clone: Path, kind: str, entries: dict[str, str]) -> str:
    """The tree of these names and objects, which are all of one kind."""
    mode = "040000" if kind == "tree" else "100644"
    lines = [f"{mode} {kind} {found}\t{name}\0" for name, found in entries.items()]
    return git(clone, "mktree", "-z", stdin="".join(lines))


def commit_boards(clone: Path, tree: str) -> None:
    """Make `tree` the folder of a board in the commit that HEAD names."""
    for name in ("board", "arn:aws:deepracer:::leaderboard", "leaderboards", "raw_data"):
        tree = make_tree(clone, "tree", {name: tree})
    (clone / "HEAD").write_text(git(clone, "commit-tree", "-m", "x", tree) + "\n")


@pytest.mark.parametrize(
    ("bound", "value", "files", "depth", "message"),
    [
        ("MAX_FILES", 1_000, 10, 10, "at most 1,000 files"),
        ("MAX_SECONDS_TO_LIST", 0.2, 10, 10, "not listed within 0.2 sec"),
        ("MAX_SECONDS_TO_LIST", 0.2, 0, 10, "not listed within 0.2 sec"),
        ("MAX_ALLOCATION", "100k", 9_000, 0, "damaged or too large"),
    ],
)
def test_a_clone_that_would_fill_memory_or_time_is_refused(
    database, clone, monkeypatch, bound, value, files, depth, message
):
    """One folder with very many files, or ten folders in ten folders in ten folders …"""
    monkeypatch.setattr(f"ingest.history.clone.{bound}", value)
    blob, *_ = blobs(clone)
    tree = make_tree(clone, "blob", {f"{number}.csv": blob for number in range(files)})
    for _ in range(depth):
        tree = make_tree(clone, "tree", {str(number): tree for number in range(10)})
    commit_boards(clone, tree)
    with pytest.raises(IngestError, match=message):
        load(database, clone)


def test_a_git_folder_that_is_a_link_out_of_the_source_is_refused(tmp_path, database, clone):
    (tmp_path / "source").mkdir()
    (tmp_path / "source/.git").symlink_to(clone)
    with pytest.raises(IngestError, match="found a link that leads out of it"):
        load(database, tmp_path / "source")
