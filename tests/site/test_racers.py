"""Every racer is found, has a story, and can be compared with every other."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

from publish.site.text import folded, printable, race_pages
from tests.helpers.site import (
    heading,
    in_a_browser,
    names_of_found,
    racers_of,
    read_data,
    search,
)

# The data files


def unpacked(text: str) -> str:
    return zlib.decompress(base64.b64decode(text), -zlib.MAX_WBITS).decode()


def names_in(search_folder: Path) -> list[str]:
    """The names of names.js, a row each, as search.js reads them."""
    words, numbers = map(unpacked, read_data(search_folder / "names.js"))
    names, before, at = [], "", 0
    for line in words.split("\n"):
        rest, _, several = line[1:].partition("\t")
        before = before[: ord(line[0]) - ord("a")] + rest
        for _ in range(int(several or 1)):
            names.append(before + (numbers[at : at + 4] if several else ""))
            at += 4 if several else 0
    return names


def rows_of(search_folder: Path) -> list[list]:
    files = sorted((search_folder / "rows").iterdir(), key=lambda file: int(file.stem))
    return [row for file in files for row in read_data(file)[1]]


def test_everybody_who_raced_is_in_the_search_and_has_a_story(real_site, archive):
    everybody = {row[0] for row in archive.ask("select user_id from racers")}
    rows = rows_of(real_site / "data/search")
    assert len(rows) == len(everybody)
    assert {row[1] for row in rows} == everybody == set(racers_of(real_site))
    assert names_in(real_site / "data/search") == [folded(row[0]) for row in rows]


def test_the_first_key_loads_less_than_500_kb(real_site):
    first = [real_site / f"data/search/{name}.js" for name in ("names", "winners")]
    first += [real_site / f"{name}.js" for name in ("elements", "search", "finder")]
    assert sum(file.stat().st_size for file in first) < 500_000
    rows = [file.stat().st_size for file in (real_site / "data/search/rows").iterdir()]
    assert max(rows) < 25_000


def test_earlier_names_are_found_where_the_history_is_loaded(other_site):
    names, steps = map(unpacked, read_data(other_site / "data/search/former.js"))
    assert names == "lutralutra"
    assert rows_of(other_site / "data/search")[int(steps)][1] == "fictional-otter"
    assert racers_of(other_site)["fictional-otter"][5] == ["Lutra<lutra>"]


def told(league: list, racer: list) -> list[tuple[str, str | None]]:
    """Page and sentence of each result, put together as racer.js does."""
    boards, _, _, wordings, _ = league
    flat, results, at = racer[2], [], 0
    while at < len(flat):
        board, _, wording = flat[at : at + 3]
        at += 3
        text = None
        if wording >= 0:
            first, *rest = wordings[wording]
            numbers = flat[at : at + len(rest)]
            at += len(rest)
            parts = [
                (f"{number:,}" if isinstance(number, int) else number) + rest_of
                for number, rest_of in zip(numbers, rest, strict=True)
            ]
            text = first + "".join(parts)
        season, _, round_name, _, name = boards[board][:5]
        named = f"{round_name} {season}: " if round_name else f"{name}: "
        results.append((boards[board][8], text and named + text))
    return results


def test_the_data_of_a_racer_tells_every_race_and_decision_in_the_words_of_the_tables(
    real_site, archive
):
    boards = archive.ask("select leaderboard_arn, race_name from races")
    pages = race_pages({"leaderboard_arn": arn, "race_name": name} for arn, name in boards)
    outcomes = archive.ask("select user_id, leaderboard_arn, sentence from race_outcomes")
    expected = {(user_id, pages[arn]): sentence for user_id, arn, sentence in outcomes}
    league = read_data(real_site / "data/league.js")
    decided = 0
    decisions = set()
    for racer in racers_of(real_site).values():
        decisions |= {(racer[0], decision[-1]) for decision in racer[4]}
        for page, sentence in told(league, racer):
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
    assert decisions == set(archive.ask("select user_id, sentence from prize_decisions"))


# The search


@in_a_browser
def test_enter_takes_the_first_found_and_escape_starts_anew(page, base):
    page.open(f"{base}/racer.html")
    search(page, "fictional quai")
    page.wait_for("!!document.querySelector('#found li')")
    first = names_of_found(page)[0]
    page.press("Enter")
    heading(page, first)
    search(page, "nobody of that name")
    page.wait_for(
        "document.getElementById('how-many').textContent"
        ".startsWith('No racer\\'s name contains “nobody of that name”.')"
    )
    page.press("Escape")
    assert page.ask("document.getElementById('who').value") == ""


@in_a_browser
def test_a_name_that_is_markup_is_found_and_stays_text(page, site, nasty):
    page.open(f"{site.as_uri()}/racer.html")
    for user_id, alias in nasty.items():
        if alias is None:
            continue
        search(page, printable(alias))
        page.wait_for("!!document.querySelector('#found .name bdi')")
        assert printable(alias) in names_of_found(page)
        page.open(f"{site.as_uri()}/racer.html#{user_id}")
        heading(page, printable(alias))
    assert page.ask("document.querySelectorAll('#story img, #story script').length") == 0
    # Two of one name but for its case are told apart by their identifiers.
    search(page, "fictional otter")
    found = page.ask("[...document.querySelectorAll('#found code')].map(e => e.textContent)")
    same_but_for_case = next(u for u, alias in nasty.items() if alias == "fictional otter")
    assert {"fictional-otter", same_but_for_case} <= set(found)


@in_a_browser
def test_any_part_of_a_name_finds_all_who_have_it_whatever_its_case_and_punctuation(
    page, real_site, archive
):
    page.open(f"{real_site.as_uri()}/index.html")
    search(page, "arl-N")
    assert "Karl-NAB" in names_of_found(page)
    names = [folded(printable(name)) for (name,) in archive.ask("select alias from racers")]
    for typed in ("ightning", "5334", "zq", "a", "gamma"):
        found = page.ask(
            f"league.search({json.dumps(typed)}, league.NONE).then(({{count}}) => count)"
        )
        assert found == sum(typed in name for name in names)
    # The very name comes first, then winners; of names that match alike the one with more races.
    search(page, "karl")
    assert names_of_found(page)[0] == "Karl-NAB"


@in_a_browser
def test_a_name_that_is_not_found_gets_help(page, real_site):
    page.open(f"{real_site.as_uri()}/index.html")
    for typed, meant in (("jochm", "Jochem"), ("Carva1", "Carvai"), ("jcohem", "Jochem")):
        search(page, typed)
        page.wait_for("document.getElementById('how-many').textContent.includes('mean')")
        assert names_of_found(page)[0] == meant
    search(page, "レーサー")
    page.wait_for("document.getElementById('how-many').textContent.includes('Latin letters')")


@in_a_browser
def test_a_browser_that_cannot_unpack_the_names_says_so(page, site):
    page.open(f"{site.as_uri()}/racer.html")
    page.ask("delete globalThis.DecompressionStream")
    page.ask("document.querySelector('[data-search] input').focus()")
    page.type("otter")
    output = "document.querySelector('[data-search] [role=status]').textContent"
    page.wait_for(f"{output}.includes('does not know DecompressionStream')")


# The story


@in_a_browser
def test_an_identifier_that_begins_with_a_dash_or_nobody_has_works_too(page, base):
    page.open(f"{base}/racer.html#-_fictional-vole")
    heading(page, "Fictional Vole")
    page.open(f"{base}/racer.html#constructor")
    page.wait_for(
        "document.getElementById('story').textContent.includes('No racer has the id')"
    )
    page.open(f"{base}/versus.html#fictional-badger,<img src=x>")
    page.wait_for(
        "document.getElementById('story').textContent.includes('No racer has the id')"
    )
    assert page.ask("document.querySelectorAll('#story img').length") == 0


@in_a_browser
def test_a_story_opens_with_a_picture_and_names_the_closest_miss(page, real_site, archive):
    ((user_id, sentence),) = archive.ask(
        "select user_id, sentence from prize_decisions where alias = 'TIF-Racing-Radiance' "
        "and season = 2021 and round_name = 'October' and prize = 'finale_place'"
    )
    page.open(f"{real_site.as_uri()}/racer.html#{user_id}")
    heading(page, "TIF-Racing-Radiance")
    assert page.ask("document.querySelectorAll('.strip .rank').length") > 5
    lines = page.ask("[...document.querySelectorAll('.closest')].map(e => e.textContent)")
    assert lines[0].startswith("Closest") and sentence in lines[0]
    assert page.ask("document.querySelectorAll('.strip .miss').length") == 1
    # The log is folded by year, the newest is open.
    years = page.ask(
        "[...document.querySelectorAll('details.year')].map(e => [parseInt(e.innerText.slice(0, 4)), e.open])"
    )
    assert years == sorted(years, reverse=True) and years[0][1] and not years[-1][1]


# Face to face

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
        "select first.race_rank, second.race_rank, coalesce(case "
        "when first.ranking_score_ms = second.ranking_score_ms then 'level on time' else "
        "format('{:.3f} s', abs(first.ranking_score_ms - second.ranking_score_ms) / 1000) "
        "end, 'no lap to compare') "
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
    assert sorted(shown) == sorted(expected) and len(shown) > 30
    ahead = sum(first < second for first, second, _ in shown)
    lead = page.ask("document.querySelector('#story .lead').textContent")
    assert lead.startswith(
        f"{len(shown)} races with both: TIF-Racing-Radiance ahead in {ahead},"
    )


@in_a_browser
def test_who_is_found_is_compared_with_the_racer_one_came_from(page, base):
    page.open(f"{base}/racer.html#fictional-badger")
    page.wait_for("!!document.querySelector('#story h1')")
    page.open(page.ask("document.querySelector('#story a[href^=versus]').href"))
    page.wait_for("document.getElementById('story').textContent.includes('who else')")
    search(page, "fictional adder")
    page.ask("document.querySelector('#found a').click()")
    page.wait_for("!!document.querySelector('#story tbody')")
    assert page.ask("location.hash") == "#fictional-badger,fictional-adder"
