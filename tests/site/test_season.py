"""A season's page: awards, invitations, pictures, folds."""

from __future__ import annotations

import pytest

from tests.helpers.site import Parsed, changed, html_pages, in_a_browser, make_site


@pytest.mark.parametrize("which", ["demo_built", "archive"])
def test_every_award_and_every_place_in_a_finale_has_a_link(which, request, tmp_path):
    pipeline = request.getfixturevalue(which)
    make_site(pipeline.published, tmp_path / "site")
    awards = pipeline.ask(
        "select season, prize, round_number, award_number from prize_winners union all "
        "select season, 'finale_place', round_number, award_number from finale_lineups"
    )
    ids = {page.stem: set(Parsed(page).ids()) for page in html_pages(tmp_path / "site")}
    missing = [
        award
        for award in awards
        if f"{award[1]}-{award[2]}-{award[3]}" not in ids[str(award[0])]
    ]
    assert awards and not missing


def test_the_race_around_the_cutoff_is_drawn_if_it_was_loaded(demo_built, site, tmp_path):
    database = changed(
        demo_built.published,
        tmp_path / "db",
        "insert into cutoff_history by name select 2121 as season, 1 as round_number, "
        "'March' as round_name, timestamp '2121-03-01' + to_hours(h::int) as snapshot_at_utc, "
        "if(h = 0, null, 20000 - 10 * h) as cutoff_score_ms, 20500 - 10 * h as next_score_ms "
        "from range(48) t(h)",
    )
    make_site(database, tmp_path / "site")
    assert 'id="hours"' in (tmp_path / "site/2121.html").read_text()
    assert 'id="hours"' not in (site / "2121.html").read_text()


@in_a_browser
def test_a_link_into_a_folded_part_opens_it(page, base):
    page.open(f"{base}/2121.html#finale_place-2-7")
    assert page.wait_for("document.querySelector('#lineup-finale_place-2').open")
    assert page.ask("document.querySelector(':target').getBoundingClientRect().height") > 0


@in_a_browser
def test_a_printed_season_has_its_folds_open(page, site):
    page.open((site / "2121.html").as_uri())
    page.ask("window.dispatchEvent(new Event('beforeprint'))")
    assert page.ask("[...document.querySelectorAll('details')].every(e => e.open)")
    page.emulate(media="print", width=800)
    assert page.ask("getComputedStyle(document.querySelector('.top nav')).display") == "none"
