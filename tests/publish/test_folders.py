"""A published folder is replaced as a whole, or stays as it was."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

import publish.__main__ as command
from publish import folders
from tests.helpers.pipeline import contents


def test_when_one_folder_cannot_be_written_none_is_replaced(league, monkeypatch, capsys):
    before = {name: contents(league.data / name) for name in ("parquet", "csv", "site")}
    writable = command._folders

    def full_disk(database: Path, to: Path) -> None:
        (to / "half.csv").write_text("half a")
        raise OSError("No space left on device")

    monkeypatch.setattr(
        command, "_folders", lambda target: [*writable(target)[:1], ("CSV", "csv", full_disk)]
    )
    target = league.data / "build/target"
    assert (
        command.main(["--data", str(league.data), "--target", str(target), "--everything"])
        == 1
    )
    assert "No space left" in capsys.readouterr().err
    assert {name: contents(league.data / name) for name in before} == before


def test_a_folder_that_cannot_be_replaced_is_named(league, monkeypatch, capsys):
    def refuse(new: Path, folder: Path) -> None:
        raise OSError("Device or resource busy")

    monkeypatch.setattr(command, "replace_folder", refuse)
    before = contents(league.data / "parquet")
    target = league.data / "build/target"
    assert (
        command.main(["--data", str(league.data), "--target", str(target), "--everything"])
        == 3
    )
    assert f"replace {league.data / 'parquet'}" in capsys.readouterr().err
    assert contents(league.data / "parquet") == before


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere there is a moment without a folder"
)
def test_a_reader_finds_a_whole_folder_at_every_moment(tmp_path):
    folder, new = tmp_path / "parquet", tmp_path / "new"
    found, stop = set(), threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                found.add(tuple(sorted(os.listdir(folder))))
            except FileNotFoundError:
                found.add("no folder")

    def write(number: int) -> None:
        new.mkdir()
        for file in ("a", "b", "manifest.json"):
            (new / file).write_text(str(number))
        folders.replace_folder(new, folder)

    write(0)
    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 300):
        write(number)
    stop.set()
    reader.join()
    assert (folder / "a").read_text() == "299"
    assert not new.exists()
    # Whoever lists a folder while it is deleted may see less of the old one, but an open
    # folder is not a name: the name always led to a whole one.
    assert found and "no folder" not in found


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_folder_is_replaced_as_a_whole_on_every_system(tmp_path, monkeypatch, exchanges):
    if not exchanges:
        monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    for number in range(3):
        new = folders.empty_folder(tmp_path / "new")
        (new / str(number)).write_text("")
        folders.replace_folder(new, tmp_path / "folder")
        assert contents(tmp_path) == {f"folder/{number}": b""}
        assert not new.exists()
