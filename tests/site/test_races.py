"""A page for every race: its ranking, who got what by it, and links both ways."""

from __future__ import annotations

import csv
import re

import pytest

from publish.site.text import race_pages
from tests.helpers.site import Parsed, heading, in_a_browser, racers_of, read_data


@pytest.fixture(scope="module")
def pages(archive) -> dict[str, str]:
    return race_pages(
        [
            {"leaderboard_arn": arn, "race_name": name}
            for arn, name in archive.ask("select leaderboard_arn, race_name from races")
        ]
    )


def test_an_address_has_the_id_and_the_name_and_two_alike_have_the_whole_id():
    uuid = "arn:aws:deepracer:::leaderboard/08433c0d-01d6-4ded-aca8-675fab8292cf"
    alike = "arn:aws:deepracer:::leaderboard/08433c0d-ffff-4ded-aca8-675fab8292cf"
    named = "arn:aws:deepracer:us-east-1::leaderboard/season-2019-05"
    board = [{"leaderboard_arn": uuid, "race_name": "August Qualifier"}]
    assert race_pages(board) == {uuid: "race-08433c0d-august-qualifier.html"}
    both = [*board, {"leaderboard_arn": alike, "race_name": "レース"}]
    assert race_pages(both) == {
        uuid: "race-08433c0d-01d6-4ded-aca8-675fab8292cf-august-qualifier.html",
        alike: "race-08433c0d-ffff-4ded-aca8-675fab8292cf.html",
    }
    assert race_pages([{"leaderboard_arn": named, "race_name": "London Loop"}]) == {
        named: "race-season-2019-05-london-loop.html"
    }


def test_every_board_has_a_page_and_its_season_leads_there(real_site, archive, pages):
    linked = {
        attributes["href"]
        for year in archive.ask("select distinct season from races")
        for tag, attributes in Parsed(real_site / f"{year[0]}.html").elements
        if tag == "a"
    }
    assert len(set(pages.values())) == len(pages) > 8
    assert set(pages.values()) <= linked
    for page in pages.values():
        assert (real_site / page).is_file(), page


def test_a_season_names_the_first_three_of_every_race(real_site, archive):
    for year, alias in archive.ask("select distinct season, alias from podiums"):
        assert alias in "".join(Parsed(real_site / f"{year}.html").text)


def test_a_page_and_its_csv_have_the_ranking(real_site, archive, pages):
    ((arn, racers),) = archive.ask(
        "select leaderboard_arn, ranked_racers from races "
        "where season = 2021 and round_name = 'March' and race = 'open race'"
    )
    ranking = archive.ask(
        f"select race_rank, alias from race_results where leaderboard_arn = '{arn}' order by all"
    )
    page = (real_site / pages[arn]).read_text(encoding="utf-8")
    shown = page.partition('id="ranking"')[2]
    assert shown.count("<tr>") == 101 and racers == len(ranking) == 972
    assert all(f"<bdi>{alias}</bdi>" in shown for _, alias in ranking[:100])
    file = real_site / "rankings" / pages[arn].replace(".html", ".csv")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [int(row["race_rank"]) for row in rows] == [rank for rank, _ in ranking]
    # Its last place that leads to Pro, and the first that does not.
    assert re.search(r"98th of 972 in the open race, 1 place and [\d.]+ s short", page)


def test_a_page_says_who_got_what_by_the_race_and_who_just_missed(real_site, archive, pages):
    ((arn,),) = archive.ask(
        "select leaderboard_arn from races "
        "where season = 2021 and round_name = 'May' and race = 'month''s race'"
    )
    page = "".join(Parsed(real_site / pages[arn]).text)
    won, missed = page.partition("Who just missed")[::2]
    for alias, sentence in archive.ask(
        "select alias, split_part(sentence, ': ', 2) from prize_winners "
        f"where leaderboard_arn = '{arn}'"
    ):
        assert f"{alias}: {sentence[0].upper()}{sentence[1:]}" in won
    assert (
        "17th in line for 16 places in the finale, 1 place short. Missed by 0.398 s" in missed
    )


def test_a_first_place_is_never_called_a_prize(real_site, archive, pages):
    (boards,) = zip(
        *archive.ask("select leaderboard_arn from races where season in (2019, 2023, 2025)"),
        strict=True,
    )
    for arn in boards:
        text = "".join(Parsed(real_site / pages[arn]).text)
        assert not re.search(r"\b[Ww]on (the|a) ", text.partition("Every table")[0]), arn
        assert "cannot be computed" in text or "names no prize" in text


def told(league_js, racer: list) -> list[tuple[int, str | None]]:
    """Board and sentence of each result, put together as racer.js does."""
    boards, _, _, wordings, _ = read_data(league_js)
    flat, results, at = racer[2], [], 0
    while at < len(flat):
        board, _, wording = flat[at : at + 3]
        at += 3
        text = None
        if wording >= 0:
            first, *rest = wordings[wording]
            numbers = flat[at : at + len(rest)]
            at += len(rest)
            text = first + "".join(f"{n}{t}" for n, t in zip(numbers, rest, strict=True))
        season, _, round_name, _, name = boards[board][:5]
        heading_ = f"{round_name} {season}: " if round_name else f"{name}: "
        results.append((boards[board][8], text and heading_ + text))
    return results


def test_the_data_of_a_racer_tells_every_race_in_the_words_of_race_outcomes(
    real_site, archive, pages
):
    expected = {
        (user_id, pages[arn]): sentence
        for user_id, arn, sentence in archive.ask(
            "select user_id, leaderboard_arn, sentence from race_outcomes"
        )
    }
    league_js = real_site / "data/league.js"
    decided = 0
    for racer in racers_of(real_site).values():
        for page, sentence in told(league_js, racer):
            whole = expected.pop((racer[0], page))
            if sentence is None:
                # It is put together from decisions, each of which the page shows.
                texts = [decision[-1].partition(": ")[2] for decision in racer[4]]
                rest = whole.partition(": ")[2]
                assert any(rest.startswith(text) for text in texts), whole
                decided += 1
            else:
                assert sentence == whole
    assert not expected and decided > 1000


@in_a_browser
def test_a_racer_of_one_open_race_reads_how_far_it_was(page, real_site, archive):
    ((user_id, sentence),) = archive.ask(
        "select user_id, sentence from race_outcomes where alias = 'DeepSleep'"
    )
    page.open(f"{real_site.as_uri()}/racer.html#{user_id}")
    heading(page, "DeepSleep")
    text = page.ask("document.getElementById('story').innerText")
    assert sentence.partition(": ")[2] in text and "752 places" in text
    assert "None of the prizes computed here" in text and "Not in line" not in text
    page.ask("document.querySelector('.result a').click()")
    page.wait_for("document.title.startsWith('March Qualifier')")


@in_a_browser
def test_the_newest_year_is_open_and_the_closest_and_the_best_come_first(
    page, real_site, archive
):
    page.open(f"{real_site.as_uri()}/racer.html#P7SrLqBvRKS2fNy2goovqw")
    heading(page, "PoChun-NCTU-CGI")
    years = page.ask(
        "[...document.querySelectorAll('details.year')].map(e => [parseInt(e.innerText), e.open])"
    )
    assert years == sorted(years, reverse=True) and years[0][1]
    lines = page.ask("[...document.querySelectorAll('.closest')].map(e => e.innerText)")
    assert lines[0].startswith("Closest") and lines[1].startswith("Best place")
