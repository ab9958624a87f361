-- What people tell each other about a season: one row per record and place, the first
-- three of each. Nothing provisional is a record.
with

decided as (
    select * from {{ ref('prize_decisions') }}
    where not is_provisional and user_id is not null
),

closest_misses as (
    select
        'closest miss' as record,
        missed_by_ms as measure,
        season,
        round_number,
        round_name,
        decided.prize,
        user_id,
        alias,
        alias || ' missed a ' || coalesce(names.singular, decided.prize)
            || ' in ' || round_name || ' ' || season
            || case
                when missed_by_ms = 0
                    then ', level on time with the last racer who won one.'
                else ' by ' || {{ seconds('missed_by_ms') }} || '.'
            end as sentence
    from decided
    left join {{ ref('prize_names') }} as names using (prize)
    where decision = 'beyond the quota' and missed_by_ms is not null
),

furthest_down as (
    select
        'furthest down the ranking',
        -race_rank,
        season,
        round_number,
        round_name,
        decided.prize,
        user_id,
        alias,
        alias || ' won a ' || coalesce(names.singular, decided.prize)
            || ' in ' || round_name || ' ' || season
            || ' from place ' || race_rank || ' of the ' || race || '.'
    from decided
    left join {{ ref('prize_names') }} as names using (prize)
    where decision = 'won' and race_rank is not null and evidence <> 'catalogue'
),

won_without_a_lap as (
    select
        'won without a lap',
        race_rank,
        winners.season,
        winners.round_number,
        winners.round_name,
        winners.prize,
        winners.user_id,
        winners.alias,
        winners.alias || ' won a ' || coalesce(names.singular, winners.prize)
            || ' in ' || winners.round_name || ' ' || winners.season
            || ' without a complete lap in the ' || winners.race || '.'
    from {{ ref('prize_winners') }} as winners
    inner join {{ ref('race_results') }} as results
        using (leaderboard_arn, user_id, race_rank)
    left join {{ ref('prize_names') }} as names using (prize)
    where results.laps = 0 and not winners.is_provisional
),

-- A knockout of eight racers has a first as well; only a field says something. The
-- sentence names the number.
contested as (
    select leaderboard_arn, season
    from {{ ref('races') }}
    where has_final_ranking and ranked_racers >= 20
),

boards_of_season as (
    select season, count(*) as boards
    from contested
    group by season
),

most_first_places as (
    select
        'most first places in a season',
        -count(*),
        season,
        cast(null as integer),
        cast(null as varchar(9)),
        cast(null as varchar(9)),
        user_id,
        max(alias),
        max(alias) || ' came first in ' || count(*) || ' of the ' || max(boards)
            || ' races of ' || season || ' with 20 racers or more.'
    from {{ ref('race_results') }}
    inner join contested using (leaderboard_arn, season)
    inner join boards_of_season using (season)
    where race_rank = 1 and user_id is not null
    group by season, user_id
    having count(*) > 1
),

most_prizes as (
    select
        'most prizes',
        -count(*),
        cast(null as integer),
        cast(null as integer),
        cast(null as varchar(9)),
        cast(null as varchar(9)),
        winners.user_id,
        max(racers.alias),
        max(racers.alias) || ' won ' || count(*) || ' prizes.'
    from {{ ref('prize_winners') }} as winners
    inner join {{ ref('racers') }} as racers using (user_id)
    where not winners.is_provisional
    group by winners.user_id
    having count(*) > 1
),

candidates as (
    select * from closest_misses
    union all
    select * from furthest_down
    union all
    select * from won_without_a_lap
    union all
    select * from most_first_places
    union all
    select * from most_prizes
),

placed as (
    select
        *,
        row_number() over (
            partition by record
            order by measure, season, round_number, prize, alias, user_id
        ) as place
    from candidates
)

select
    record,
    cast(place as integer) as place,
    season,
    round_number,
    round_name,
    prize,
    user_id,
    alias,
    sentence
from placed
where place <= 3
order by record, place
