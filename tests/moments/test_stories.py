"""Every row of the real files is somebody's story, under today's UserId."""

from __future__ import annotations

from tests.helpers.pipeline import Pipeline, shared
from tests.moments.stories import differences
from tests.moments.tree import Tree


def test_stories_of_random_racers_agree_with_the_files(archive: Pipeline) -> None:
    """Written UserIds of 32 characters and files without any among them."""
    tree = Tree(shared("race-data"))
    compared, hours, found = differences(tree, archive.published, 200, seed=8, boards=12)
    assert found == []
    assert compared > 100
    assert hours > 10_000
