"""A dbt project of a few models in the place of the real one.

Kills by the hundred need a whole run of a second or two. What a kill can break is in the
mechanism, which is the real one: raw tables, history, dbt's transactions, the proof, the
steps of publishing.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from league.build import PROJECT

MODELS = {
    "intermediate/int_history_identities": """
        select leaderboard_arn, position as place, max(user_id) as user_id
        from history.row_version
        group by all
    """,
    "marts/races": "select distinct leaderboard_arn from {{ ref('stg_rankings') }}",
    "marts/race_results": """
        select 2121 as season, leaderboard_arn, race_rank, user_id, alias
        from {{ ref('stg_rankings') }}
        inner join {{ ref('races') }} using (leaderboard_arn)
    """,
    "marts/prize_winners": """
        select season, prize, 1 as round_number, leaderboard_arn as round_name,
            race_rank as award_number, user_id, alias, leaderboard_arn as race,
            'published' as evidence, false as is_provisional
        from {{ ref('race_results') }}
        cross join {{ ref('prize_names') }}
        where race_rank <= 3
    """,
}
TEST = "select * from {{ ref('prize_winners') }} where user_id is null"


def small_project(folder: Path) -> Path:
    """Write it to `folder`."""
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    settings["models"]["deepracer_league"].pop("+persist_docs")
    seeds = settings["seeds"]["deepracer_league"]
    seeds |= {"+enabled": False, "+persist_docs": {}, "prize_names": {"+enabled": True}}
    files = {f"models/{name}.sql": sql for name, sql in MODELS.items()}
    files |= {"tests/dbt/winners_are_known.sql": TEST}
    files |= {"dbt_project.yml": yaml.safe_dump(settings)}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    real = [PROJECT / name for name in ("profiles.yml", "macros", "seeds/_seeds.yml")]
    real += [PROJECT / "models/intermediate/int_history_stays.sql"]
    real += [PROJECT / "seeds/prize_names.csv"]
    for part in [*real, *(PROJECT / "models/staging").iterdir()]:
        link = folder / part.relative_to(PROJECT)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(part)
    return folder
