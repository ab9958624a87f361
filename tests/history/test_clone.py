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


def drop_a_blob(clone: Path) -> str:
    """Take the blob of one file out of the clone, as a partial clone lacks it."""
    entry = git(clone, "ls-tree", "-r", "HEAD").splitlines()[1]
    blob = entry.split()[2]
    (clone / "objects" / blob[:2] / blob[2:]).unlink()
    return blob


def git(clone: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(clone), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def boobytrap(clone: Path, program: Path) -> None:
    """Every setting we know of that names a program, and hooks besides."""
    settings = f"""
[core]
    repositoryformatversion = 1
    bare = true
    fsmonitor = {program}
    hooksPath = {clone}/hooks
    sshCommand = {program}
    gitProxy = {program}
    pager = {program}
    editor = {program}
    askPass = {program}
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
[protocol "ext"]
    allow = always
[credential]
    helper = !{program}
[diff]
    external = {program}
[filter "lfs"]
    smudge = {program}
    process = {program}
[include]
    path = {clone}/more_config
"""
    (clone / "config").write_text(settings)
    (clone / "more_config").write_text(f"[alias]\n    ls-tree = !{program}\n")
    (clone / "hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(program, clone / "hooks" / hook)
    (clone / "info").mkdir(exist_ok=True)
    (clone / "info/attributes").write_text("*.csv filter=lfs diff=trap\n")


def test_a_clone_runs_nothing_and_fetches_nothing(tmp_path, clone, trap):
    program, sprung = trap
    boobytrap(clone, program)
    (clone / "objects/pack/pack-x.promisor").touch()
    assert load(tmp_path / "h.duckdb", clone).outcomes == {"loaded": 3}
    blob = drop_a_blob(clone)
    with pytest.raises(IngestError, match="1 missing.*clone it again in full") as refused:
        load(tmp_path / "h.duckdb", clone)
    assert f"(blob {blob})" in str(refused.value)
    assert not sprung.exists()
    # Git itself runs it: otherwise this test could not fail.
    command = ["git", "-C", str(clone), "ls-tree", "-r", "-l", "HEAD"]
    subprocess.run(command, capture_output=True, check=False)
    assert sprung.exists()


def test_a_clone_is_read_whatever_its_configuration_says(tmp_path, clone):
    (clone / "config").write_text("this is [no configuration")
    assert load(tmp_path / "h.duckdb", clone).outcomes == {"loaded": 3}


def test_a_clone_of_somebody_else_is_read(tmp_path, clone):
    if os.getuid():
        pytest.skip("only root may give a folder to somebody else")
    for path in [clone, *clone.rglob("*")]:
        os.chown(path, 12345, 12345)
    assert load(tmp_path / "h.duckdb", clone).outcomes == {"loaded": 3}


def test_the_environment_of_the_caller_does_not_count(tmp_path, clone, trap, monkeypatch):
    program, sprung = trap
    other = write_bare_clone(tmp_path / "other", SECRET)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[core]\n    fsmonitor = {program}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_DIR", str(other))
    monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", str(other / "objects"))
    monkeypatch.setenv("GIT_TRACE", str(sprung))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(program))
    assert load(tmp_path / "h.duckdb", clone).outcomes == {"loaded": 3}
    assert not sprung.exists()


def test_replaced_objects_are_not_put_in_the_place_of_those_of_the_commit(tmp_path, clone):
    blobs = [line.split()[2] for line in git(clone, "ls-tree", "-r", "HEAD").splitlines()]
    git(clone, "replace", blobs[0], blobs[1])
    (clone / "info").mkdir(exist_ok=True)
    (clone / "info/grafts").write_text(git(clone, "rev-parse", "HEAD"))
    load(tmp_path / "h.duckdb", clone)
    load(tmp_path / "expected.duckdb", write_folder(tmp_path / "folder", FILES))
    assert content(tmp_path / "h.duckdb") == content(tmp_path / "expected.duckdb")


@pytest.mark.parametrize(
    "what", ["objects", "objects/pack", "pipe", "file", "alternates", "http-alternates"]
)
def test_objects_that_lie_elsewhere_are_refused(tmp_path, clone, what):
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
        (clone / "HEAD").write_text(git(other, "rev-parse", "HEAD"))
    else:
        (clone / what).mkdir(exist_ok=True)
        (clone / what).rename(tmp_path / "elsewhere")
        (clone / what).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IngestError, match=r"some lie elsewhere|leads out of it"):
        load(tmp_path / "h.duckdb", clone)


@pytest.mark.parametrize("name", ["HEAD", "refs/heads/m"])
@pytest.mark.parametrize("kind", ["link", "zeros", "pipe", "folder", "text"])
def test_a_head_that_is_none_is_refused_and_nothing_of_it_is_quoted(
    tmp_path, clone, name, kind, monkeypatch
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
    else:
        head.write_text("ref: refs/../../private\n")
    with pytest.raises(IngestError, match="found no commit that HEAD names") as refused:
        load(tmp_path / "h.duckdb", clone)
    assert "hunter2" not in str(refused.value)


def test_a_clone_with_reftables_is_named_with_what_to_do(tmp_path, clone):
    # As git 2.47 leaves it.
    (clone / "HEAD").write_text("ref: refs/heads/.invalid\n")
    shutil.rmtree(clone / "refs")
    (clone / "reftable").mkdir()
    with pytest.raises(
        IngestError, match=f"a reftable in {clone}.*--ref-format=files {clone}"
    ):
        load(tmp_path / "h.duckdb", clone)


def test_packed_refs_and_a_bare_commit_are_understood(clone):
    commit = git(clone, "rev-parse", "HEAD").strip()
    git(clone, "pack-refs", "--all")
    assert open_source(clone).commit == commit
    (clone / "HEAD").write_text(commit + "\n")
    assert open_source(clone).commit == commit


def test_a_blob_with_other_bytes_than_its_name_says_is_refused(tmp_path, clone):
    blobs = [line.split()[2] for line in git(clone, "ls-tree", "-r", "HEAD").splitlines()]
    path = {blob: clone / "objects" / blob[:2] / blob[2:] for blob in blobs}
    path[blobs[1]].chmod(0o644)
    path[blobs[1]].write_bytes(path[blobs[0]].read_bytes())
    with pytest.raises(IngestError, match=f"blob {blobs[1]}.*missing or damaged"):
        load(tmp_path / "h.duckdb", clone)


def test_a_link_in_the_tree_is_quarantined(tmp_path):
    clone = write_bare_clone(tmp_path / "clone", FILES)
    stream = b"commit refs/heads/m\ncommitter A <a@example.org> 1 +0000\ndata 0\n"
    stream += b"from refs/heads/m^0\n"
    stream += f'M 120000 inline "raw_data/leaderboards/{BOARD}/{moment(1)}.csv"\n'.encode()
    stream += b"data 9\n/etc/host\n"
    subprocess.run(
        ["git", "-C", str(clone), "fast-import", "--quiet"], input=stream, check=True
    )
    assert load(tmp_path / "h.duckdb", clone).outcomes == {"loaded": 2, "quarantined": 1}
    assert load(tmp_path / "h.duckdb", clone).outcomes == {}
    messages = [row[5] for row in content(tmp_path / "h.duckdb")["file"] if row[5]]
    assert messages == ["Expected a file, found a link."]


def make_tree(clone: Path, *entries: tuple[str, str, str]) -> str:
    """The tree of these modes, objects and names."""
    lines = [
        f"{mode} {'tree' if mode == '040000' else 'blob'} {found}\t{name}"
        for mode, found, name in entries
    ]
    done = subprocess.run(
        ["git", "-C", str(clone), "mktree", "-z"],
        input="\0".join([*lines, ""]),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def commit_boards(clone: Path, tree: str) -> None:
    """Make `tree` the folder of a board in the commit that HEAD names."""
    for name in ("board", "arn:aws:deepracer:::leaderboard", "leaderboards", "raw_data"):
        tree = make_tree(clone, ("040000", tree, name))
    who = ("-c", "user.name=A", "-c", "user.email=a@b")
    (clone / "HEAD").write_text(git(clone, *who, "commit-tree", "-m", "x", tree))


@pytest.mark.parametrize(
    ("bound", "value", "blobs"),
    [
        ("MAX_FILES", 1_000, 10),
        ("MAX_SECONDS_TO_LIST", 0.2, 10),
        ("MAX_SECONDS_TO_LIST", 0.2, 0),
    ],
)
def test_a_clone_that_names_millions_is_refused(
    tmp_path, clone, monkeypatch, bound, value, blobs
):
    """10 to the power of 11 files, or folders with nothing in them."""
    monkeypatch.setattr(f"ingest.history.clone.{bound}", value)
    blob = git(clone, "ls-tree", "-r", "HEAD").split()[2]
    tree = make_tree(clone, *(("100644", blob, f"{n}.csv") for n in range(blobs)))
    for _ in range(10):
        tree = make_tree(clone, *(("040000", tree, f"{n}") for n in range(10)))
    commit_boards(clone, tree)
    expected = "at most 1,000 files" if bound == "MAX_FILES" else "not listed within 0.2 sec"
    with pytest.raises(IngestError, match=expected):
        load(tmp_path / "h.duckdb", clone)


def test_a_folder_of_a_clone_that_would_fill_the_memory_is_refused(
    tmp_path, clone, monkeypatch
):
    monkeypatch.setattr("ingest.history.clone.MAX_ALLOCATION", "100k")
    blob = git(clone, "ls-tree", "-r", "HEAD").split()[2]
    commit_boards(
        clone, make_tree(clone, *(("100644", blob, f"{n}.csv") for n in range(9_000)))
    )
    with pytest.raises(IngestError, match="damaged or too large"):
        load(tmp_path / "h.duckdb", clone)


def test_a_git_folder_that_is_a_link_out_of_the_source_is_refused(tmp_path, clone):
    (tmp_path / "source").mkdir()
    (tmp_path / "source/.git").symlink_to(clone)
    with pytest.raises(IngestError, match="found a link that leads out of it"):
        load(tmp_path / "h.duckdb", tmp_path / "source")
