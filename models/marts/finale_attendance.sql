-- Who was invited to a finale and who raced it: one row per season, round and racer.
-- Invited is what the rule says (finale_lineups); raced is what the finale's ranking shows.
with

line as (
    select season, round_number, user_id, alias, place_still_in_line, decision,
    from {{ ref('int_decisions') }}
    where kind = 'invitation'
),

raced as (
    select season, round_number, rankings.user_id, rankings.alias, rankings.race_rank,
    from {{ ref('round_races') }} as finales
    inner join {{ ref('int_rankings') }} as rankings using (leaderboard_arn)
    where finales.race = 'finale' and rankings.is_final
),

finales_held as (
    select distinct season, round_number, round_name,
    from raced
    inner join {{ ref('rounds') }} using (season, round_number)
)

-- before a finale is held nobody has failed to show up: only finales held are listed
select
    season,
    round_number,
    finales_held.round_name,
    user_id,
    coalesce(raced.alias, line.alias) as alias,
    line.place_still_in_line,
    line.decision is not distinct from 'won' as was_invited,
    raced.user_id is not null as has_raced,
    raced.race_rank as finale_rank,
    case
        when line.decision = 'won' and raced.user_id is not null then 'raced as invited'
        when line.decision = 'won' then 'no-show'
        when line.decision = 'beyond the quota' then 'replacement'
        else 'raced without a place in line'
    end as attendance,
from line
full join raced using (season, round_number, user_id)
inner join finales_held using (season, round_number)
where line.decision = 'won' or raced.user_id is not null
order by season, round_number, place_still_in_line nulls last, finale_rank
