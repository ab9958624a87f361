-- How well the promotion rule predicts who is seen in Pro: one row per season. Counted
-- are racers not yet Pro who raced again in the next round. While some of the races are
-- still to be decided, or their files are missing, it is a count of part of the season,
-- and says so.
with

races_of_the_rule as (
    select distinct rules.season, round_races.leaderboard_arn
    from {{ ref('promotion_rules') }} as rules
    inner join {{ ref('round_races') }} as round_races
        on rules.season = round_races.season
        and round_races.race in (rules.from_race, rules.to_race)
),

races as (
    select
        season,
        count(*) as races_needed,
        count(decided.leaderboard_arn) as races_decided
    from races_of_the_rule
    left join (
        select distinct leaderboard_arn from {{ ref('int_rankings') }}
        where is_final
    ) as decided using (leaderboard_arn)
    group by season
),

counted as (
    select
        season,
        count(*) filter (where is_promoted and raced_pro_next)::integer
            as promoted_seen_in_pro,
        count(*) filter (where is_promoted and not raced_pro_next)::integer
            as promoted_not_seen_in_pro,
        count(*) filter (where not is_promoted and raced_pro_next)::integer
            as not_promoted_seen_in_pro,
        count(*) filter (where not is_promoted and not raced_pro_next)::integer
            as not_promoted_not_seen_in_pro,
        count(*) as racers
    from {{ ref('promotions') }}
    where raced_pro_next or raced_open_next
    group by season
)

select
    season,
    promoted_seen_in_pro,
    promoted_not_seen_in_pro,
    not_promoted_seen_in_pro,
    not_promoted_not_seen_in_pro,
    round((promoted_seen_in_pro + not_promoted_not_seen_in_pro) / racers, 4)
        as match_rate,
    cast(races_needed as integer) as races_needed,
    cast(races_decided as integer) as races_decided,
    races_decided < races_needed as is_provisional
from counted
inner join races using (season)
order by season
