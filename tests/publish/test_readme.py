"""The examples of README and docs/ run, and on the real archive they print what is said."""

from __future__ import annotations

import re

import pytest

from tests.helpers.pipeline import ROOT
from tests.helpers.readme import EXAMPLE, PAGES, answer

TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
EXAMPLES = {
    f"{page} {number}": (example["sql"], example["answer"])
    for page, text in TEXTS.items()
    for number, example in enumerate(EXAMPLE.finditer(text), 1)
}


def test_every_block_of_sql_is_an_example():
    assert len(EXAMPLES) == sum(text.count("```sql") for text in TEXTS.values()) > 10


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_anywhere(demo_built, name):
    answer(EXAMPLES[name][0], demo_built.published)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_prints_on_the_real_archive_what_is_said(archive, name):
    sql, expected = EXAMPLES[name]
    assert answer(sql, archive.published) == expected


@pytest.mark.parametrize("page", TEXTS)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXTS[page]):
        assert ((ROOT / page).parent / target).exists(), target
