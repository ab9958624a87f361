"""A league whose prizes have other names, and unforeseen words, has a site too."""

from __future__ import annotations

import re

import pytest

from publish.site.rows import letters
from tests.helpers.site import Parsed, changed, make_site

NAMES = {"finale_place": "golden_ticket", "evo": "spaceship"}


@pytest.fixture
def renamed(demo_built, tmp_path):
    """The fictional season with prizes by codes that the site has never heard of."""
    tables = (
        *("seeds.prizes", "seeds.prize_names", "seeds.prize_lines", "seeds.prize_blocks"),
        *("season_coverage", "prize_rules", "prize_winners", "prize_decisions"),
        *("finale_lineups", "finale_attendance", "finale_attendance_summary"),
    )
    return changed(
        demo_built.published,
        tmp_path / "db",
        *(
            (f"update {table} set prize = ? where prize = ?", [new, old])
            for table in tables
            for old, new in NAMES.items()
        ),
    )


def test_a_prize_by_any_code_has_a_colour_a_line_up_and_a_chart(renamed, tmp_path):
    make_site(renamed, tmp_path / "site")
    page = Parsed(tmp_path / "site/2121.html")
    assert {"lineup-golden_ticket-1", "golden_ticket-1-16"} <= set(page.ids())
    assert {"spaceship-1-1", "rolled-spaceship"} <= set(page.ids())
    classes = {c for _, a in page.elements for c in a.get("class", "").split()}
    looks = {name for name in classes if name.startswith("prize-")}
    assert len(looks) == 4
    style = (tmp_path / "site/site.css").read_text()
    assert all(f".{look} {{ --mark" in style for look in looks)
    assert not set(re.findall(r"finale_place|evo\b", style))


def test_there_are_as_many_colours_as_prizes_can_ask_for(site):
    style = (site / "site.css").read_text()
    coloured = set(re.findall(r"\.prize-(\d) \{ --mark: var\(--prize-\1\); \}", style))
    assert coloured == {str(number + 1) for number in range(8)}
    assert all(style.count(f"--prize-{number}:") == 2 for number in coloured), "light and dark"


def test_prizes_that_begin_alike_have_a_letter_each_and_invitations_choose_last():
    titles = ("ticket", "Ticket"), ("trophy", "Trophy"), ("tray", "Tray"), ("t", "T")
    named = [{"prize": prize, "title": title} for prize, title in titles]
    assert letters(named, given={"trophy", "tray", "t"}) == {
        "trophy": "T",
        "tray": "R",
        "t": "T",
        "ticket": "I",
    }


def test_a_league_says_its_own_name_and_nothing_below_its_pages(demo_built, tmp_path):
    database = changed(
        demo_built.published,
        tmp_path / "db",
        "update seeds.league set name = 'the <b>Otter</b> Cup', notice = null",
    )
    make_site(database, tmp_path / "site")
    page = Parsed(tmp_path / "site/index.html")
    assert "Who won what in the <b>Otter</b> Cup?" in page.text
    for file in (tmp_path / "site").glob("*.html"):
        head = file.read_text(encoding="utf-8").partition("</head>")[0]
        assert "DeepRacer" not in head or file.name.startswith("table-"), file.name


def test_evidence_in_another_word_is_shown_as_it_is(demo_built, tmp_path):
    database = changed(
        demo_built.published,
        tmp_path / "db",
        "update seeds.prizes set evidence = 'hearsay' where prize = 'evo'",
    )
    make_site(database, tmp_path / "site")
    assert "Hearsay." in (tmp_path / "site/rules.html").read_text()


def test_a_finale_to_which_nobody_is_invited_by_rule_has_a_site(demo_built, tmp_path):
    database = changed(
        demo_built.published,
        tmp_path / "db",
        "delete from seeds.prizes where kind = 'invitation'",
        "delete from prize_decisions where prize = 'finale_place'",
        "delete from season_coverage where prize = 'finale_place'",
        "delete from finale_lineups",
        "delete from finale_attendance",
        "delete from finale_attendance_summary",
    )
    make_site(database, tmp_path / "site")
    assert 'id="lineups"' not in (tmp_path / "site/2121.html").read_text()
