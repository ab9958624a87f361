"""A racer's story, in the data files and on the page."""

from __future__ import annotations

import json

from publish.site.text import script
from tests.helpers.site import heading, in_a_browser, racers_of


def test_a_story_has_the_sentence_of_every_decision(real_site, archive):
    decisions = archive.ask("select user_id, sentence from prize_decisions")
    told = {
        (racer[0], decision[-1])
        for racer in racers_of(real_site).values()
        for decision in racer[4]
    }
    assert told == set(decisions)


def test_nothing_in_a_data_file_can_end_a_script(site):
    for file in (site / "data").rglob("*.js"):
        text = file.read_text("ascii")
        assert "<" not in text and text.count("\n") == 1, file.name
    # What would break a line of a script is a visible sign by then (league/text.py).
    assert json.loads(script("f", "</script>\u2028")[2:-3]) == "</script>\ufffd"


@in_a_browser
def test_an_identifier_that_begins_with_a_dash_or_nobody_has_works_too(page, base):
    page.open(f"{base}/racer.html#-_fictional-vole")
    heading(page, "Fictional Vole")
    page.open(f"{base}/racer.html#constructor")
    page.wait_for("document.getElementById('story').textContent.includes('Nobody with')")
    page.open(f"{base}/racer.html#%E0%A4%A")
    page.wait_for("document.getElementById('story').textContent.includes('%E0%A4%A')")


@in_a_browser
def test_a_story_says_why_and_its_awards_lead_to_the_season(page, base, demo_built):
    (user_id, sentence), *_ = demo_built.ask(
        "select user_id, sentence from prize_decisions where user_id = 'fictional-badger' "
        "and decision = 'already has one'"
    )
    page.open(f"{base}/racer.html#{user_id}")
    page.wait_for("!!document.querySelector('.awards a')")
    reason = sentence.partition(": ")[2]
    assert reason[1:] in page.ask("document.getElementById('story').textContent")
    page.ask("document.querySelector('.awards a').click()")
    page.wait_for(
        "document.querySelector(':target')?.textContent.includes('Fictional Badger')"
    )


@in_a_browser
def test_three_prizes_of_one_round_stay_in_the_picture(page, site):
    page.open(f"{site.as_uri()}/racer.html")
    heights = page.ask("""(() => {
        const boards = [[2121, 1, "March", "race"], [2121, 2, "April", "race"]];
        const awards = [1, 2, 3].map((prize) => [2121, 1, "March", prize]);
        const prizes = { 1: ["One", "", "O"], 2: ["Two", "", "T"], 3: ["Three", "", "H"] };
        const drawn = picture.strip([[0, 1], [1, 2]], awards, undefined, boards, prizes);
        return [...drawn.querySelectorAll(".prize")].map((prize) => Number(prize.getAttribute("y")));
    })()""")
    assert len(heights) == 3 and min(heights) >= 0


@in_a_browser
def test_a_story_opens_with_a_picture_and_names_the_closest_miss(page, real_site, archive):
    ((user_id, sentence),) = archive.ask(
        "select user_id, sentence from prize_decisions where alias = 'TIF-Racing-Radiance' "
        "and season = 2021 and round_name = 'October' and prize = 'finale_place'"
    )
    page.open(f"{real_site.as_uri()}/racer.html#{user_id}")
    heading(page, "TIF-Racing-Radiance")
    assert page.ask("document.querySelectorAll('.strip .rank').length") > 5
    assert sentence in page.ask("document.querySelector('.closest').textContent")
    assert page.ask("document.querySelectorAll('.strip .miss').length") == 1
    # The log is folded by year; what was close weighs more than what was not.
    assert page.ask("[...document.querySelectorAll('details.year')].some(e => !e.open)")
    page.ask("document.querySelectorAll('details.year').forEach(e => { e.open = true; })")
    near, far = (
        page.ask(f"parseFloat(getComputedStyle(document.querySelector('.{which}')).fontSize)")
        for which in ("near", "far")
    )
    assert near > far
