"""A prize does not lose all of its winners unless somebody says that this is right."""

from __future__ import annotations

import duckdb


def test_a_prize_without_winners_any_more_is_published_only_when_told(league):
    prize = "a prize that nobody gives"
    with duckdb.connect(str(league.published)) as published:
        published.execute(
            "insert into prize_winners by name "
            "select * replace (? as prize) from (from prize_winners limit 1)",
            [prize],
        )
    before = league.published.read_bytes()
    done = league.publish()
    assert done.returncode == 1
    assert f"found none any more of {prize} of 2121" in done.stderr
    assert "ACCEPT_CHANGES=1" in done.stderr
    assert league.published.read_bytes() == before
    assert league.publish("--accept-changes").returncode == 0
    lost = f"select count(*) from prize_winners where prize = '{prize}'"
    assert league.ask(lost) == [(0,)]


def test_what_a_command_built_is_published_whatever_a_refused_dbt_left_behind(
    league, tmp_path
):
    with duckdb.connect(str(league.built)) as built:
        built.execute("update build.proof set fingerprint = 'of make winners'")
    (tmp_path / "target").mkdir()
    assert league.publish("--target", str(tmp_path / "target")).returncode == 0
