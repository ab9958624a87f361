"""Two racers face to face: what the page says is what the rankings say."""

from __future__ import annotations

import pytest

from tests.helpers.site import in_a_browser, search

ROWS = """
[...document.querySelectorAll("#story tbody tr")].map((row) =>
  [row.querySelector("a").getAttribute("href"),
   ...[...row.querySelectorAll("td")].map((cell) => cell.textContent)])
"""


@in_a_browser
def test_every_race_that_both_raced_with_ranks_and_the_time_between(page, real_site, archive):
    (one, two), *_ = archive.ask(
        "select first.user_id, second.user_id from racers as first, racers as second "
        "where first.alias = 'TIF-Racing-Radiance' and second.alias = 'TIF-kartcoders' "
        "order by second.boards desc"
    )
    expected = archive.ask(
        "select first.race_rank, second.race_rank, "
        "abs(first.ranking_score_ms - second.ranking_score_ms) "
        "from race_results as first inner join race_results as second using (leaderboard_arn) "
        f"where first.user_id = '{one}' and second.user_id = '{two}'"
    )
    page.open(f"{real_site.as_uri()}/versus.html#{one},{two}")
    page.wait_for("!!document.querySelector('#story tbody')")
    rows = page.ask(ROWS)
    assert all((real_site / link).is_file() for link, *_ in rows)

    def rank(text: str) -> int:
        return int(text[:-2].replace(",", ""))

    shown = [(rank(first), rank(second), between) for _, first, second, between in rows]
    assert sorted(shown) == sorted(
        (
            first,
            second,
            "no lap to compare"
            if ms is None
            else f"{ms / 1000:.3f} s"
            if ms
            else "level on time",
        )
        for first, second, ms in expected
    )
    assert len(shown) > 30
    ahead = sum(first < second for first, second, _ in shown)
    lead = page.ask("document.querySelector('#story .lead').textContent")
    assert lead.startswith(
        f"{len(shown)} races with both: TIF-Racing-Radiance ahead in {ahead},"
    )


@in_a_browser
def test_who_is_found_is_compared_with_the_racer_one_came_from(page, base):
    page.open(f"{base}/racer.html#fictional-badger")
    page.wait_for("!!document.querySelector('#story h1')")
    page.open(page.ask("document.querySelector('a[href^=versus]').href"))
    page.wait_for("document.getElementById('story').textContent.includes('who else')")
    search(page, "fictional adder")
    page.ask("document.querySelector('#found a').click()")
    page.wait_for("!!document.querySelector('#story tbody')")
    assert page.ask("location.hash") == "#fictional-badger,fictional-adder"


@in_a_browser
@pytest.mark.parametrize("nobody", ["constructor", "%E0%A4%A", "<img src=x>"])
def test_nobody_is_compared_with_nobody(page, site, nobody):
    page.open(f"{site.as_uri()}/versus.html#fictional-badger,{nobody}")
    page.wait_for("document.getElementById('story').textContent.includes('Nobody with')")
    assert page.ask("document.querySelectorAll('#story img').length") == 0
