"""Every row of the real files is somebody's story, under today's UserId."""

from __future__ import annotations

from tests.helpers.pipeline import Pipeline, shared
from tests.helpers.thorough import THOROUGH
from tests.moments.stories import differences
from tests.moments.tree import tree_of_folder


def test_stories_of_random_racers_agree_with_the_files(archive: Pipeline) -> None:
    """Written UserIds of 32 characters and files without any among them."""
    tree = tree_of_folder(shared("race-data"))
    number, boards = (200, 12) if THOROUGH else (60, 6)
    compared, hours, found = differences(tree, archive.published, number, 8, boards)
    assert found == []
    assert compared > number / 2
    assert hours > 10_000
