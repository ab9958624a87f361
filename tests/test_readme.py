"""The README's examples run, and on the real archive they print what it says."""

from __future__ import annotations

import pytest

from tests.readme import EXAMPLE, README, answer

EXAMPLES = [
    (example["sql"], example["answer"])
    for example in EXAMPLE.finditer(README.read_text(encoding="utf-8"))
]


def test_every_block_of_sql_is_an_example():
    assert len(EXAMPLES) == README.read_text(encoding="utf-8").count("```sql") > 3


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_runs_anywhere(demo_built, number):
    answer(EXAMPLES[number][0], demo_built.published)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_prints_on_the_real_archive_what_the_readme_says(archive, number):
    sql, expected = EXAMPLES[number]
    assert answer(sql, archive.published) == expected
