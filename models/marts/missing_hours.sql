-- Which hours of a Pro qualifier have no snapshot: one row per race and unbroken stretch
-- of missing hours, from the first full hour of the race to its last snapshot. Empty
-- without history.
with

races as (
    select distinct
        rounds.season,
        rounds.round_number,
        rounds.round_name,
        catalogue.leaderboard_arn,
        catalogue.launched_at_utc
    from {{ ref('prizes') }} as prizes
    inner join {{ ref('prize_lines') }} as prize_lines using (season, prize)
    inner join {{ ref('round_races') }} as round_races using (season, race)
    inner join {{ ref('int_rounds') }} as rounds using (season, round_number)
    inner join {{ ref('stg_catalogue') }} as catalogue using (leaderboard_arn)
    where prizes.kind = 'invitation'
),

stretches as (
    select
        races.*,
        coalesce(
            lag(snapshot_at_utc) over (
                partition by leaderboard_arn order by snapshot_at_utc
            ),
            launched_at_utc - interval 1 second
        ) as snapshot_before_utc,
        snapshot_at_utc
    from races
    inner join {{ ref('stg_history_snapshots') }} using (leaderboard_arn)
),

missing as (
    select
        *,
        {{ start_of_hour('snapshot_before_utc') }} + interval 1 hour as from_utc,
        snapshot_at_utc - interval 1 hour as to_utc
    from stretches
)

select
    season,
    round_number,
    round_name,
    leaderboard_arn,
    from_utc,
    to_utc,
    cast({{ hours_between('from_utc', 'to_utc') }} + 1 as integer) as hours
from missing
where from_utc <= to_utc
order by season, round_number, from_utc
