"""What the pages promise before any script runs: to a reader, to a host, and to a preview."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urljoin, urlsplit
from xml.etree import ElementTree
from zlib import crc32

import duckdb
import pytest
from jinja2 import Environment
from PIL import Image

from publish.about import FICTIONAL
from publish.site import pages
from publish.site.pages import harmless
from publish.site.pictures import (
    MARGIN,
    WIDTH,
    cards,
    drawable,
    in_lines,
    width,
)
from publish.site.rows import read_league
from publish.site.text import NO_NAME, printable, race_pages, script, winner_pages
from publish.site.words import ticked
from tests.helpers.site import (
    html_pages,
    links_of,
    links_that_lead_nowhere,
    parsed,
    text_of,
    winner_page,
)
from tests.site.conftest import MARKUP

ADDRESS = "https://example.org/my-league"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


# Every page


def test_every_page_is_well_formed_and_loads_nothing_from_elsewhere(site):
    for page in html_pages(site):
        found = parsed(page)
        assert not found.wrong, page.name
        assert len(found.ids()) == len(set(found.ids())), page.name
        policies = [a["content"] for _, a in found.elements if "http-equiv" in a]
        assert policies == [pages.POLICY]
        for tag, attributes in found.elements:
            loads = attributes.get("src") or (
                attributes.get("href") if tag == "link" else None
            )
            assert loads is None or (site / loads).is_file(), f"{page.name}: {loads}"
            assert tag not in ("style", "iframe", "object", "base", "img"), page.name
            assert not [n for n in attributes if n.startswith("on") or n == "style"]
    assert not re.search(r"url\(|@import|https?:", (site / "site.css").read_text())


@pytest.mark.parametrize("which", ["other_site", "real_site"])
def test_every_link_leads_somewhere(which, request):
    astray = links_that_lead_nowhere(request.getfixturevalue(which))
    assert [link for link in astray if not link.startswith("404.html")] == []


def test_a_fictional_season_looks_fictional_on_every_page_and_a_real_one_on_none(
    site, real_site
):
    for page in html_pages(site):
        assert FICTIONAL.replace("`", "") in text_of(page), page.name
    for page in html_pages(real_site):
        assert "FICTIONAL" not in page.read_text(encoding="utf-8"), page.name


def test_every_page_asks_whether_it_is_wrong_and_names_itself(real_site, site):
    for page in html_pages(real_site):
        (link,) = [a for _, a in parsed(page).elements if a.get("id") == "wrong"]
        (title,) = parse_qs(urlsplit(link["href"]).query)["title"]
        heading = re.search("<title>(.*?)</title>", page.read_text(encoding="utf-8"))[1]
        assert "/issues/new?" in link["href"] and title == f"{unescape(heading)} ({page.name})"
    assert 'id="wrong"' not in (site / "index.html").read_text(), "an invented season"


def test_a_page_names_the_source_but_no_folder_and_no_password(site, other_site, demo_built):
    footer = (other_site / "index.html").read_text().partition("<footer>")[2]
    assert "mirror.example, commit abc123" in footer and "secret" not in footer
    assert "a local copy of the archive" in text_of(site / "index.html")
    for file in site.rglob("*"):
        assert file.is_dir() or str(demo_built.data).encode() not in file.read_bytes()


def test_pages_and_data_files_are_small(real_site):
    # Whole rankings and downloads are loaded by no page, only by a click.
    loaded = [
        f for f in real_site.rglob("*.*") if f.suffix in (".html", ".js", ".png", ".css")
    ]
    weights = {file: file.stat().st_size for file in loaded if file.is_file()}
    assert max(weights.values()) < 500_000
    racers = [size for file, size in weights.items() if file.parent.name == "racers"]
    assert max(racers) < 100_000


# Names


def test_names_stay_text(site, nasty):
    season = parsed(site / "2121.html")
    assert all(printable(alias) in text_of(site / "2121.html") for alias in nasty.values())
    sources = [a["src"] for tag, a in season.elements if tag == "script"]
    assert sources == ["elements.js", "page.js", "tables.js"]
    for file in (site / "data").rglob("*.js"):
        text = file.read_text("ascii")
        assert "<" not in text and text.count("\n") == 1, file.name


def test_names_that_cannot_be_seen_are_made_visible():
    assert printable(None) == printable(" \t") == NO_NAME
    assert printable("a\x00b\u202ec") == "a\ufffdb\ufffdc"
    assert printable("👩‍🚀") == "👩‍🚀"
    template = Environment(autoescape=True, finalize=harmless).from_string(
        "{{ name }} {{ ticked(name) }}"
    )
    page = template.render(ticked=ticked, name="a\x1b]0;b\x07<\u202e")
    assert page == " ".join(["a\ufffd]0;b\ufffd&lt;\ufffd"] * 2)
    assert "u001b" not in script("league.about", [["a\x1b"], {"b": "\x1b"}])
    assert json.loads(script("f", "</script>\u2028")[2:-3]) == "</script>\ufffd"


# Any league


def test_a_league_has_its_own_name_prizes_and_evidence(other_site):
    page = parsed(other_site / "2121.html")
    assert {"lineup-golden_ticket-1", "golden_ticket-1-16"} <= set(page.ids())
    assert {"spaceship-1-1", "rolled-spaceship"} <= set(page.ids())
    classes = {c for _, a in page.elements for c in a.get("class", "").split()}
    assert len({name for name in classes if name.startswith("prize-")}) == 4
    assert "Who won what in the <b>Otter</b> Cup?" in parsed(other_site / "index.html").text
    for file in html_pages(other_site):
        head = file.read_text(encoding="utf-8").partition("</head>")[0]
        assert "DeepRacer" not in head or file.name.startswith("table-"), file.name
    assert "Hearsay." in (other_site / "rules.html").read_text()


# Front page, seasons, winners, records


def test_the_front_page_names_people_before_anything_else(real_site):
    page = (real_site / "index.html").read_text()
    first = page[: page.index("data-search")]
    for name in ("SimonHill", "PoChun-NCTU-CGI", "JPMC-HYD-02", "JJ", "Duckworth"):
        assert f"<bdi>{name}</bdi>" in first, name
    assert "s short of a" in first
    years = re.findall(r'<h3><a href="(\d+).html">', page)
    assert years == [str(year) for year in range(2019, 2025)]
    assert "the last car reached 54th place" in page
    assert page.index("What the archive can't tell us") > page.index('id="finding"')


def test_a_season_begins_with_its_champion_as_reported_or_asks_who_it_was(real_site, site):
    def first_line(year: int) -> str:
        page = (real_site / f"{year}.html").read_text()
        return page.partition('<p class="champion">')[2].partition("</p>")[0]

    assert "JPMC-HYD-02" in first_line(2021) and "JPMC-Rogue-Hyderabad" in first_line(2021)
    assert 'href="https://noticias.madrid/' in first_line(2024)
    assert "no source found" in first_line(2022) and "Champion%20of%202022" in first_line(2022)
    assert all(name in first_line(2019) for name in ("Sola", "Fumiaki", "朱詠嘉"))
    assert first_line(2025) == "", "there was no championship"
    assert 'class="champion"' not in (site / "2121.html").read_text(), "no report at all"


@pytest.mark.parametrize(
    ("name", "told", "never"),
    [
        ("2020", "86 others raced there: 28 had won a race, .*; of 58 we don&#39;t know", ""),
        # The next in line came in place of another: 21st of the race that invites.
        ("2022", r"Joffe</bdi></a></th><td class=\"figure\">21</td>", ""),
        ("2021", "already has a championship seat</li>", "seat or a wildcard seat</li>"),
        ("2022", "doesn&#39;t say who won wildcard seats or cars in 2022", "work out"),
        ("2019", "London Loop.*34 of 859 racers are left", "; 34 racers"),
        ("race-*-london-loop", "34 of 859 racers are left in the ranking", "of 34 racers"),
        ("race-*-winter-race-2024", r"Winter Race 2024 \(season 2023\)", "2024 2023"),
        ("winner-*-jpmc-hyd-02", "named <bdi>JPMC-Rogue-Hyderabad</bdi> in the catalogue",
         "<h1><bdi>JPMC-Rogue"),
        ("index", r"Closest miss</dt><dd>.*MattCamp.*championship seat <span class=\"badge inferred",
         ""),
        # An award that a ranking does not explain, a dead heat, and a car without a lap.
        ("2020", r'id="race_winner-2-3".*Jochem.*19th in the head to head.*class="note"[^<]*>'
         r"[^<]*19th in its final ranking", ""),
        ("2022", r"LeadingAI</bdi></a>: <bdi>17th in line[^<]*Level on time", ""),
        ("2021", r"AJM-Model-1</bdi></a> <small[^>]*>16th in the finale, no lap<", ""),
    ],
)  # fmt: skip
def test_a_page_says_no_more_than_is_known(real_site, name, told, never):
    (file,) = real_site.glob(f"{name}.html")
    text = file.read_text(encoding="utf-8")
    assert re.search(told, text)
    assert not never or not re.search(never, text)


def test_every_award_and_every_place_in_a_finale_has_a_link(archive):
    awards = archive.ask(
        "select season, concat_ws('-', prize, round_number, award_number) from prize_winners "
        "union all select season, concat_ws('-', prize, round_number, award_number) "
        "from finale_lineups"
    )
    assert awards
    for season, anchor in awards:
        assert anchor in parsed(archive.data / f"site/{season}.html").ids()


def test_the_final_ranking_ends_the_hourly_chart_not_the_last_snapshot(
    demo_built, other_site, site
):
    assert 'id="hours"' not in (site / "2121.html").read_text()
    page = (other_site / "2121.html").read_text()
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


def test_every_source_with_an_address_is_a_link(real_site, archive):
    sources = archive.ask("select distinct season, source from season_coverage")
    addresses = {(y, a) for y, text in sources for a in re.findall(r"https://[^\s;]+", text)}
    assert len(addresses) > 10
    for season, address in addresses:
        assert address in links_of(real_site / f"{season}.html")


def test_the_records_page_tells_every_record_of_its_table(everything, site):
    told = " ".join(text_of(site / "records.html").split())
    sentences = everything.ask("select sentence from records")
    assert len(sentences) > 5
    assert all(sentence in told for (sentence,) in sentences)


def test_a_winners_page_is_complete_without_javascript(real_site, archive):
    page = winner_page(real_site, "karl-nab")
    for (sentence,) in archive.ask(
        "select sentence from prize_decisions inner join racers using (user_id) "
        "where racers.alias = 'Karl-NAB'"
    ):
        assert sentence in text_of(real_site / page)
    assert f'href="{page}"' in (real_site / "2021.html").read_text()


def test_no_two_winners_have_one_page_whatever_their_names_are():
    names = {"a": "Zoë B.", "b": "zoe-b", "c": "🏎️", "d": "Karl-NAB"}
    # A name may be made like what is in another's address, and two checksums may be one.
    names |= {"e": f"{crc32(b'a'):08x}-zoe-b", "plumless": "one", "buckeroo": "one"}
    assert crc32(b"plumless") == crc32(b"buckeroo")
    found = winner_pages({"user_id": u, "alias": n} for u, n in names.items())
    assert found["a"] == f"winner-{crc32(b'a'):08x}-zoe-b.html"
    assert found["c"] == f"winner-{crc32(b'c'):08x}.html"
    assert len({page.lower() for page in found.values()}) == len(found) == 7


# Races


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


@pytest.fixture(scope="module")
def of_race(archive) -> dict[str, str]:
    races = archive.ask("select leaderboard_arn, race_name from races")
    return race_pages({"leaderboard_arn": arn, "race_name": name} for arn, name in races)


def test_every_board_has_a_page_and_its_season_leads_there_and_names_the_first_three(
    real_site, archive, of_race
):
    years = [year for (year,) in archive.ask("select distinct season from races")]
    linked_pages = {link for year in years for link in links_of(real_site / f"{year}.html")}
    assert len(set(of_race.values())) == len(of_race) > 8
    assert set(of_race.values()) <= linked_pages
    for year, alias in archive.ask("select distinct season, alias from podiums"):
        assert alias in text_of(real_site / f"{year}.html")


def test_a_page_and_its_csv_have_the_ranking(real_site, archive, of_race):
    ((arn, racers),) = archive.ask(
        "select leaderboard_arn, ranked_racers from races "
        "where season = 2021 and round_name = 'March' and race = 'open race'"
    )
    ranking = archive.ask(
        f"select race_rank, alias from race_results where leaderboard_arn = '{arn}' order by all"
    )
    page = (real_site / of_race[arn]).read_text(encoding="utf-8")
    shown = page.partition('id="ranking"')[2]
    assert shown.count("<tr>") == 101 and racers == len(ranking) == 972
    assert all(f"<bdi>{alias}</bdi>" in shown for _, alias in ranking[:100])
    file = real_site / "rankings" / of_race[arn].replace(".html", ".csv")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [int(row["race_rank"]) for row in rows] == [rank for rank, _ in ranking]
    # Its last place that leads to Pro, and the first that does not.
    assert re.search(r"98th of 972 in the open race, 1 place and [\d.]+ s short", page)


def test_a_page_says_who_got_what_by_the_race_and_who_just_missed(real_site, archive, of_race):
    ((arn,),) = archive.ask(
        "select leaderboard_arn from races "
        "where season = 2021 and round_name = 'May' and race = 'Pro qualifier'"
    )
    won, _, missed = text_of(real_site / of_race[arn]).partition("Who just missed")
    for alias, sentence in archive.ask(
        "select alias, split_part(sentence, ': ', 2) from prize_winners "
        f"where leaderboard_arn = '{arn}'"
    ):
        assert f"{alias}: {sentence[0].upper()}{sentence[1:]}" in won
    assert "17th in line for 16 places in the finale, 1 place and 0.398 s behind" in missed


def test_a_first_place_is_never_called_a_prize(real_site, archive, of_race):
    for (arn,) in archive.ask(
        "select leaderboard_arn from races where season in (2019, 2023, 2025)"
    ):
        text = text_of(real_site / of_race[arn])
        assert not re.search(r"\b[Ww]on (the|a) ", text.partition("Every table")[0]), arn
        assert "cannot be computed" in text or "names no prize" in text


# Downloads


def test_every_file_is_offered_with_its_size_and_checksum(everything, tmp_path):
    site = everything.data / "site"
    files = {file.name: file for file in (site / "download").iterdir()}
    made = [*(everything.data / "parquet").iterdir(), *(everything.data / "csv").iterdir()]
    assert set(files) == {"league.duckdb", *(file.name for file in made)}
    rows = re.findall(
        r'href="download/([^"]+)" download>.*?<code>([0-9a-f]{64})</code>',
        (site / "download.html").read_text(),
    )
    assert {name for name, _ in rows} == set(files)
    for name, sha256 in rows:
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == sha256
    assert "download.html" in links_of(site / "2121.html")


# What is sent around


def told(site: Path, page: str) -> dict[str, str]:
    """What a page says of itself for a preview of it."""
    return {
        attributes["property"]: attributes["content"]
        for tag, attributes in parsed(site / page).elements
        if tag == "meta" and "property" in attributes
    }


def test_every_page_that_is_sent_around_has_a_title_a_sentence_and_a_picture(
    real_site, archive
):
    winners = [page.name for page in real_site.glob("winner-*.html")]
    races = [page.name for page in real_site.glob("race-*.html")]
    assert [(len(winners), len(races))] == archive.ask(
        "select count(distinct user_id), (select count(*) from races) from prize_winners"
    )
    seasons = [f"{year}.html" for year in range(2019, 2026)]
    for page in [*winners, *races, *seasons, "index.html", "records.html"]:
        about = told(real_site, page)
        assert about["og:title"] and about["og:description"], page
        with Image.open(real_site / about["og:image"]) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630))
        assert (real_site / about["og:image"]).stat().st_size < 40_000
    karl = told(real_site, winner_page(real_site, "karl-nab"))
    assert karl["og:title"].startswith("Karl-NAB: ")
    assert "Karl-NAB won" in karl["og:description"]


def test_pictures_say_name_prize_and_margin(archive):
    with duckdb.connect(str(archive.published), read_only=True) as database:
        league = read_league(database)
    said = cards(league)
    ((ferrite, behind_ms),) = archive.ask(
        "select user_id, ranking_score_ms - (select min(ranking_score_ms) from race_results "
        "where leaderboard_arn = won.leaderboard_arn) from prize_winners as won "
        "inner join race_results using (leaderboard_arn, user_id) "
        "where won.season = 2021 and prize = 'evo' and won.alias = 'ferrite'"
    )
    card = said[league["winner_pages"][ferrite]]
    assert card.heading == "ferrite"
    assert card.facts[0].startswith("Evo (car), October 2021")
    assert card.facts[1] == (
        f"54th in the Pro qualifier, {behind_ms / 1000:.3f} s behind the first."
    )
    assert said["2021.html"].facts[1] == (
        "Who won all 24 championship seats, 5 wildcard seats and 80 cars."
    )
    for row in league["podiums"]:
        facts = said[league["race_pages"][row["leaderboard_arn"]]].facts
        assert any(row["alias"] in fact for fact in facts)


@pytest.mark.parametrize(
    ("name", "seen"),
    [("Zoë B.", "Zoe B."), ("🏎️ Zoë", "Zoe"), ("🏎️" * 50, ""), ("محمد", ""), ("JJ_1-x", "JJ_1-x"),
     ("W" * 200, "W" * 200), ("a b " * 80, ("a b " * 80).strip())],
)  # fmt: skip
def test_a_picture_has_of_a_name_what_the_font_has_and_any_name_fits(name, seen):
    assert drawable(name) == seen
    assert all(width(line, 36) <= WIDTH - 2 * MARGIN for line in in_lines(name, 36))


def test_the_page_for_dead_links_leads_on_from_any_address(other_site):
    found = parsed(other_site / "404.html").elements
    assert [a["href"] for tag, a in found if tag == "base"] == [f"{ADDRESS}/"]
    links = links_of(other_site / "404.html")
    assert len(links) > 5 and not [link for link in links if link.startswith("#")]
    for link in links:
        assert (
            urljoin(f"{ADDRESS}/", link) == link
            or (other_site / link.partition("#")[0]).is_file()
        )


def sql_in_the_shell(page: Path) -> str:
    """What DuckDB's web shell reads of the page's link to it: a hyphen is a space there and a
    space a hyphen, and a query ends with ~."""
    beginning = "https://shell.duckdb.org/#queries=v0,"
    (link,) = [
        found["href"]
        for tag, found in parsed(page).elements
        if tag == "a" and found["href"].startswith(beginning)
    ]
    query, end, rest = link.removeprefix(beginning).partition("~")
    assert (end, rest) == ("~", "")
    return unquote(query).translate({ord("-"): " ", ord(" "): "-"})


def linked_data(page: Path) -> dict:
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', page.read_text("utf-8")
    )
    return json.loads(text)


def test_a_site_that_knows_its_address_tells_search_engines(other_site):
    found = {page.name: page for page in html_pages(other_site)}
    tree = ElementTree.parse(other_site / "sitemap.xml")
    mapped = {location.text for location in tree.iter(LOC)}
    assert mapped == {
        f"{ADDRESS}/" if name == "index.html" else f"{ADDRESS}/{name}"
        for name in found
        if name != "404.html"
    }
    for name, page in found.items():
        canonical = [
            a["href"] for _, a in parsed(page).elements if a.get("rel") == "canonical"
        ]
        assert len(canonical) == (name != "404.html")
        assert set(canonical) <= mapped
    assert told(other_site, "2121.html")["og:image"] == f"{ADDRESS}/og/2121.png"
    data = linked_data(found["download.html"])
    assert data["@type"] == "Dataset" and len(data["description"]) > 50
    assert data["schemaVersion"] and re.fullmatch(r"2121\..*\+abc123", data["version"])
    assert sql_in_the_shell(found["table-evo_winners.html"]) == (
        "from 'https://example.org/my-league/download/evo_winners.parquet' limit 100"
    )
    # Whatever is in a name, it stays in the data of its race.
    races = [linked_data(page) for name, page in found.items() if name.startswith("race-")]
    assert {race["@type"] for race in races} == {"SportsEvent"}
    assert all(race.get("competitor", True) for race in races), "not an empty list"
    named = {one["name"] for race in races for one in race.get("competitor", [])}
    assert named == {MARKUP}


def test_a_site_without_an_address_claims_none(site):
    assert not (site / "sitemap.xml").exists()
    for page in html_pages(site):
        assert 'rel="canonical"' not in page.read_text("utf-8")
        assert "ld+json" not in page.read_text("utf-8")
