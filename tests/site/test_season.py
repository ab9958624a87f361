"""A season's page: awards, invitations, pictures, folds."""

from __future__ import annotations

import base64
import re

import pytest

from tests.helpers.site import Parsed, changed, html_pages, in_a_browser, make_site


@pytest.mark.parametrize("which", ["everything", "archive"])
def test_every_award_and_every_place_in_a_finale_has_a_link(which, request):
    pipeline = request.getfixturevalue(which)
    awards = pipeline.ask(
        "select season, prize, round_number, award_number from prize_winners union all "
        "select season, 'finale_place', round_number, award_number from finale_lineups"
    )
    ids = {page.stem: set(Parsed(page).ids()) for page in html_pages(pipeline.data / "site")}
    missing = [
        award
        for award in awards
        if f"{award[1]}-{award[2]}-{award[3]}" not in ids[str(award[0])]
    ]
    assert awards and not missing


# The last snapshot has the one in who is out by the final ranking.
HOURS = """
    insert into cutoff_history by name
    select 2121 as season, 1 as round_number, 'March' as round_name, 'finale_place' as prize,
        leaderboard_arn, timestamp '2121-03-01' + to_hours(h::int) as snapshot_at_utc,
        16 as places, next.user_id as cutoff_user_id, 'Lutra' as cutoff_alias,
        if(h = 0, null, 81194 + 100 * (95 - h)) as cutoff_score_ms,
        last.user_id as next_user_id, last.alias as next_alias,
        81212 + 100 * (95 - h) as next_score_ms, 18 as gap_ms
    from range(96) t(h), races, prize_decisions as last, prize_decisions as next
    where races.round_number = 1 and races.race = 'month''s race'
        and last.prize = 'finale_place' and last.round_number = 1
        and last.eligible_place = last.quota
        and next.prize = 'finale_place' and next.round_number = 1
        and next.eligible_place = next.quota + 1
"""


def test_the_final_ranking_ends_the_hourly_chart_not_the_last_snapshot(
    demo_built, site, tmp_path
):
    database = changed(
        demo_built.published,
        tmp_path / "db",
        "update races set total_laps = 3, last_submitted_at_utc = '2121-03-04 23:59'",
        HOURS,
    )
    make_site(database, tmp_path / "site")
    page = (tmp_path / "site/2121.html").read_text()
    assert 'id="hours"' not in (site / "2121.html").read_text()
    figure = page.partition("<figure>")[2].partition("</figure>")[0]
    ((last_in, first_out, gap),) = demo_built.ask("""
        select last.alias, next.alias, next.missed_by_ms
        from prize_decisions as last, prize_decisions as next
        where last.prize = 'finale_place' and last.round_number = 1
            and last.eligible_place = last.quota
            and next.prize = 'finale_place' and next.round_number = 1
            and next.eligible_place = next.quota + 1
    """)
    caption = re.sub(r"<[^>]+>", "", figure.partition("</figcaption>")[0])
    assert f"{last_in} took 16th and last place in " in caption and "for 3 laps" in caption
    assert f"{first_out} (then racing as Lutra) missed it by {gap / 1000:.3f} s" in caption
    assert f"{first_out} lost the place after 23:00" in figure
    # The last two days on a scale with a unit, and a name at each line.
    assert {">3 Mar<", ">4 Mar<"} <= set(re.findall(r">\d+ \w+<", figure))
    assert re.search(r">\+[\d.]+ s<", figure)
    assert {">last in<", ">first out<"} <= set(re.findall(r">\w+ \w+<", figure))


def test_an_award_that_a_ranking_does_not_explain_says_why(real_site):
    page = (real_site / "2020.html").read_text()
    jochem = page.partition('id="race_winner-2-3"')[2].partition("</li>")[0]
    assert "Jochem" in jochem and "19th in the head to head" in jochem
    assert "19th in its final ranking" in jochem.partition('class="note"')[2]


def test_a_dead_heat_says_so(real_site):
    page = (real_site / "2022.html").read_text()
    assert re.search(r"LeadingAI</bdi></a>: <bdi>17th in line[^<]*Level on time", page)


def test_every_prize_that_rolled_down_has_a_picture_of_it(real_site):
    parsed = Parsed(real_site / "2021.html")
    labels = [a.get("aria-label", "") for tag, a in parsed.elements if tag == "svg"]
    for title in ("Place in the finale", "Championship seat", "Wildcard seat", "Evo (car)"):
        assert any(label.startswith(f"{title}: places in line") for label in labels), title


def test_the_front_page_names_people_before_anything_else(real_site):
    page = (real_site / "index.html").read_text()
    first = page[: page.index("data-search")]
    for name in ("SimonHill", "PoChun-NCTU-CGI", "JPMC-HYD-02", "JJ", "Duckworth"):
        assert f"<bdi>{name}</bdi>" in first, name
    assert "s short of a" in first
    years = re.findall(r'<h3><a href="(\d+).html">', page)
    assert years == [str(year) for year in range(2019, 2025)]
    assert "the last car reached 54th place" in page
    assert page.index("What the archive can’t tell us") > page.index('id="finding"')


def test_a_season_begins_with_its_champion_as_reported_or_asks_who_it_was(real_site, site):
    def first_line(year: int) -> str:
        page = (real_site / f"{year}.html").read_text()
        return page.partition('<p class="champion">')[2].partition("</p>")[0]

    assert "JPMC-HYD-02" in first_line(2021) and "JPMC-Rogue-Hyderabad" in first_line(2021)
    assert 'href="https://noticias.madrid/' in first_line(2024)
    assert "no source found" in first_line(2022) and "Champion%20of%202022" in first_line(2022)
    assert 'class="champion"' not in (site / "2121.html").read_text(), "no report at all"


def test_a_car_won_without_a_lap_says_so(real_site):
    page = (real_site / "2021.html").read_text()
    assert re.search(r"AJM-Model-1</bdi></a> <small[^>]*>16th in the finale, no lap<", page)


@in_a_browser
def test_a_link_into_a_folded_part_opens_it(page, base):
    page.open(f"{base}/2121.html#finale_place-2-7")
    assert page.wait_for("document.querySelector('#lineup-finale_place-2').open")
    assert page.ask("document.querySelector(':target').getBoundingClientRect().height") > 0


@in_a_browser
def test_a_printed_season_has_who_just_missed_on_few_pages(page, real_site):
    with page.drawn():
        page.emulate(media="print", width=800)
        page.open((real_site / "2021.html").as_uri())
        pdf = base64.b64decode(
            page.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"]
        )
        assert 1 < len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 9
        page.ask("window.dispatchEvent(new Event('beforeprint'))")
        missed = page.ask(
            "[...document.querySelectorAll('.sentences li.beyond')]"
            ".filter(e => e.getBoundingClientRect().height > 0).length"
        )
        assert missed > 60
        assert (
            page.ask("getComputedStyle(document.querySelector('.top nav')).display") == "none"
        )
