"""A release is put in place as a whole, and a kill at any moment leaves a whole one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from league.cli import publish_built
from publish import PublishError, run
from publish.release import DATABASE, FOLDERS, new_release
from tests.helpers.pipeline import call, contents

NAMES = (DATABASE, *FOLDERS)


def release(data: Path, text: str) -> None:
    """Publish a release of which every part says `text`."""
    with new_release(data) as new:
        (new / DATABASE).write_text(text)
        for name in FOLDERS:
            (new / name).mkdir()
            (new / name / "index").write_text(text)


def published(data: Path) -> set[str]:
    """What the parts say that can be read."""
    return {body.decode() for body in contents(data, *NAMES).values()}


def killed(data: Path, step: int) -> bool:
    """Publish `new` in a process that is gone before its `step`-th change on the disk; whether
    it got that far."""
    child = os.fork()
    if not child:
        left = [step]

        def count_event(event: str, _: object) -> None:
            if event in ("os.rename", "os.remove", "os.symlink", "os.mkdir", "os.rmdir"):
                left[0] -= 1
                if not left[0]:
                    os._exit(9)

        sys.addaudithook(count_event)
        try:
            release(data, "new")
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_a_kill_at_any_step_up_to_the_last_leaves_the_old_release_whole(tmp_path):
    for number in range(3):
        release(tmp_path / "before", str(number))
    step = 0
    while True:
        step += 1
        data = tmp_path / str(step)
        shutil.copytree(tmp_path / "before", data, symlinks=True)
        if not killed(data, step):
            break
        assert len(contents(data, *NAMES)) == len(NAMES)
        assert published(data) == {"2"}
        release(data, "next")
        assert published(data) == {"next"}
        assert len(list((data / "releases").iterdir())) == 2
    assert step > 4
    assert published(data) == {"new"}


def test_what_a_reader_has_open_stays_readable_until_the_next_release_but_one(tmp_path):
    release(tmp_path, "old")
    folder = (tmp_path / "site").resolve()
    with (tmp_path / DATABASE).open() as opened:
        release(tmp_path, "new")
        assert opened.read() == "old"
    assert (folder / "index").read_text() == "old"
    assert published(tmp_path) == {"new"}
    release(tmp_path, "newer")
    assert not folder.exists()


def test_folders_that_a_copy_without_links_left_are_replaced(tmp_path):
    release(tmp_path / "before", "old")
    data = tmp_path / "data"
    shutil.copytree(tmp_path / "before", data)
    for text in ("new", "newer"):
        release(data, text)
        assert published(data) == {text}
        assert all((data / name).is_symlink() for name in (*NAMES, "current"))


def test_nothing_published_shares_its_bytes_with_another_file(everything):
    files = [path for path in everything.data.rglob("*") if path.is_file()]
    assert {path.stat().st_nlink for path in files if not path.is_symlink()} == {1}


def test_a_file_system_without_links_is_told_in_a_sentence(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    with pytest.raises(PublishError, match="Expected a file system with symbolic links"):
        release(tmp_path, "new")


def test_when_one_part_cannot_be_written_all_stay_as_they_were(
    with_exports, monkeypatch, capsys
):
    league = with_exports
    before = contents(league.data, *NAMES)

    def full_disk(database: Path, to: Path, target: Path) -> None:
        (to / "half.csv").write_text("half a")
        raise OSError("No space left on device")

    monkeypatch.setattr(run, "write_csv", full_disk)
    target = league.data / "build/target"
    assert call(publish_built, "--data", str(league.data), "--target", str(target)) == 1
    assert "No space left" in capsys.readouterr().err
    assert contents(league.data, *NAMES) == before
    assert len(list((league.data / "releases").iterdir())) == 1
