"""The sites that the tests of this folder share, each made once, and a browser for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import once
from tests.helpers import browser
from tests.helpers.browser import Page
from tests.helpers.site import changed, make_site
from tests.helpers.web import serving

# What a name can be; each goes to a racer of the fictional season who won something.
NASTY = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    '" onmouseover="alert(3)" x="',
    "\u202egnirts desrever\u202c",
    "line\u2028separator\x07bell",
    "{{ 7 * 7 }}{% raise %}",
    "🏎️👩‍🚀 Zoë",
    "🏎️",
    "محمد",
    "__proto__",
    "NULL",
    "nan",
    "12345",
    "fictional otter",
    "-=+@cmd",
    None,
)
TABLES_WITH = """
    select schema_name || '.' || table_name from duckdb_columns()
    inner join duckdb_tables() using (database_name, schema_name, table_name)
    where column_name = '{}' and schema_name in ('main', 'seeds', 'intermediate')
"""


@pytest.fixture(scope="session")
def nasty(demo_built, tmp_path_factory) -> dict[str, str | None]:
    """UserIds of the fictional season and the nasty names they will have."""
    winners = demo_built.ask(
        "select distinct user_id from prize_winners "
        "where not regexp_matches(user_id, '(badger|otter|quail|vole|adder)') order by all"
    )
    return dict(zip((user_id for (user_id,) in winners), NASTY, strict=False))


@pytest.fixture(scope="session")
def database(demo_built, nasty, tmp_path_factory) -> Path:
    """The fictional season, its racers renamed to everything a name can be."""
    with_alias = demo_built.ask(TABLES_WITH.format("alias"))
    aliased = [table for (table,) in with_alias if table.startswith("main.")]
    statements = [
        (f"update {table} set alias = ? where user_id = ?", [alias, user_id])
        for user_id, alias in nasty.items()
        for table in aliased
    ]
    # Sentences name the one who won, so what is in a name gets into other racers' sentences.
    statements += [
        (
            "update prize_decisions set sentence = replace(sentence, 'Fictional Adder', ?)",
            [NASTY[0]],
        ),
        # UserIds begin with anything that Base64 for addresses has.
        *(
            f"update {table} set user_id = '-_' || user_id where user_id = 'fictional-vole'"
            for table in aliased
        ),
    ]
    return changed(demo_built.published, tmp_path_factory.mktemp("nasty"), *statements)


@pytest.fixture(scope="session")
def site(database, of_this_run) -> Path:
    return once(of_this_run / "site", lambda folder: make_site(database, folder))


NAMES = {"finale_place": "golden_ticket", "evo": "spaceship"}
MARKUP = '</script><img src=x onerror="alert(1)">'
# The last snapshot has the one in who is out by the final ranking.
HOURS = """
    insert into cutoff_history by name
    select 2121 as season, 1 as round_number, 'March' as round_name, last.prize,
        leaderboard_arn, timestamp '2121-03-01' + to_hours(h::int) as snapshot_at_utc,
        16 as places, next.user_id as cutoff_user_id, 'Lutra' as cutoff_alias,
        if(h = 0, null, 81194 + 100 * (95 - h)) as cutoff_score_ms,
        last.user_id as next_user_id, last.alias as next_alias,
        81212 + 100 * (95 - h) as next_score_ms, 18 as gap_ms
    from range(96) t(h), races, prize_decisions as last, prize_decisions as next
    where races.round_number = 1 and races.race = 'Pro qualifier'
        and last.prize = 'golden_ticket' and last.round_number = 1
        and last.eligible_place = last.quota
        and next.prize = 'golden_ticket' and next.round_number = 1
        and next.eligible_place = next.quota + 1
"""
OF_ANOTHER_LEAGUE = (
    *(
        ("update seeds.prize_blocks set held_prize = ? where held_prize = ?", [new, old])
        for old, new in NAMES.items()
    ),
    "update seeds.league set name = 'the <b>Otter</b> Cup', notice = null",
    "update seeds.prizes set evidence = 'hearsay' where prize = 'spaceship'",
    "update raw.source set source = 'https://me:secret@mirror.example/data', ref = 'abc123'",
    "update build.proof set data_version = '2121.02.26+abc123'",
    "update races set total_laps = 3, last_submitted_at_utc = '2121-03-04 23:59'",
    HOURS,
    "insert into alias_history (user_id, alias) values ('fictional-otter', 'Lutra<lutra>')",
    *(
        (f"update {table} set alias = ?", [MARKUP])
        for table in ("podiums", "intermediate.int_prize_lines")
    ),
)


@pytest.fixture(scope="session")
def other_site(demo_built, of_this_run) -> Path:
    """The site of a league with prizes by other codes, at an address on the web: hours and former
    names included."""

    def build(folder: Path) -> None:
        renamed = [
            (f"update {table} set prize = ? where prize = ?", [new, old])
            for (table,) in demo_built.ask(TABLES_WITH.format("prize"))
            for old, new in NAMES.items()
        ]
        database = changed(demo_built.published, folder / "db", *renamed, *OF_ANOTHER_LEAGUE)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SITE_ADDRESS", "https://example.org/my-league/")
            (table := folder / "evo_winners.parquet").touch()
            make_site(database, folder / "site", [table])

    return once(of_this_run / "other-site", build) / "site"


@pytest.fixture(scope="session")
def real_site(archive) -> Path:
    return archive.data / "site"


@pytest.fixture(scope="session")
def chromium_page(tmp_path_factory) -> Iterator[Page]:
    with browser.chromium_page(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture(scope="session")
def firefox_page(tmp_path_factory) -> Iterator[Page]:
    with browser.firefox_page(tmp_path_factory.mktemp("firefox")) as opened:
        yield opened


@pytest.fixture(scope="session")
def page(request) -> Page:
    """A page of Chromium; of each browser in tests that are marked `in_both_browsers`."""
    return request.getfixturevalue(getattr(request, "param", "chromium_page"))


@pytest.fixture(scope="session")
def host(site) -> Iterator[str]:
    """The address of the site on a web host: this machine's loopback."""
    with serving(site) as (address, _):
        yield address


@pytest.fixture(params=["folder", "host"])
def base(request, site) -> str:
    return site.as_uri() if request.param == "folder" else request.getfixturevalue("host")


@pytest.fixture(autouse=True)
def quiet_browser(request):
    """Whatever a test does in the browser: no error, no dialog, no request to elsewhere."""
    if "page" not in request.fixturenames:
        yield
        return
    opened = request.getfixturevalue("page")
    opened.emulate()
    opened.problems.clear()
    opened.requests.clear()
    yield
    # What it still has to report comes before an answer.
    opened.wait_for("true")
    own = ("file://", "http://127.0.0.1:", "about:blank", "data:")
    assert opened.problems == []
    assert [request for request in opened.requests if not request.startswith(own)] == []
