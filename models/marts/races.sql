-- One row per board in the catalogue, with its place in the season where a prize or a
-- promotion draws on it.
with

catalogue as (
    select * from {{ ref('stg_catalogue') }}
),

round_races as (
    select * from {{ ref('round_races') }}
),

final_rankings as (
    select
        leaderboard_arn,
        count(*) as ranked_racers,
        min(submitted_at_utc) as first_submitted_at_utc,
        max(submitted_at_utc) as last_submitted_at_utc
    from {{ ref('int_rankings') }}
    where is_final
    group by all
)

select
    -- keys
    leaderboard_arn,
    cast(coalesce(round_races.season, year(launched_at_utc)) as integer) as season,
    round_races.round_number,
    rounds.round_name,
    round_races.race,

    -- the race
    race_name,
    race_type,
    division,
    track_arn,
    cast(total_laps as integer) as total_laps,
    case timing_method
        when 'BEST_LAP_TIME' then 'best lap'
        when 'AVG_LAP_TIME' then 'average of ' || total_laps || ' laps'
        when 'TOTAL_TIME' then 'total of ' || total_laps || ' laps'
        else lower(replace(timing_method, '_', ' '))
    end || case
        when round_races.race = 'knockouts' then ', a group of the knockouts'
        when round_races.race = 'bracket' then ', in a head-to-head bracket'
        else ''
    end as ranking_of,
    description,

    -- times: the submissions tell when it was raced, the catalogue when it was announced
    launched_at_utc,
    closed_at_utc,
    first_submitted_at_utc,
    last_submitted_at_utc,

    -- result
    status,
    cast(participants as integer) as participants,
    cast(coalesce(ranked_racers, 0) as integer) as ranked_racers,
    ranked_racers is not null as has_final_ranking,
    winner_alias
from catalogue
left join round_races using (leaderboard_arn)
left join {{ ref('int_rounds') }} as rounds
    on round_races.season = rounds.season
    and round_races.round_number = rounds.round_number
left join final_rankings using (leaderboard_arn)
order by launched_at_utc, leaderboard_arn
