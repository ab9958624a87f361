-- Who was invited to a race and who raced it: one row per season, invitation, round and
-- racer. Invited is what the rule says (finale_lineups); raced is what the ranking of
-- that race shows. In the AWS DeepRacer League there is one such race, the month's
-- finale.
with

invitations as (
    select season, prize, invites_to as race
    from {{ ref('prizes') }}
    where kind = 'invitation'
),

line as (
    select season, prize, round_number, user_id, alias, eligible_place, decision
    from {{ ref('int_decisions') }}
    where kind = 'invitation'
),

raced as (
    select
        season, prize, race, round_number,
        rankings.user_id, rankings.alias, rankings.race_rank
    from invitations
    inner join {{ ref('round_races') }} as round_races using (season, race)
    inner join {{ ref('int_rankings') }} as rankings using (leaderboard_arn)
    where rankings.is_final
),

races_held as (
    select distinct season, prize, race, round_number, round_name
    from raced
    inner join {{ ref('rounds') }} using (season, round_number)
)

-- before a finale is held it has no no-shows: only finales held are listed
select
    season,
    round_number,
    races_held.round_name,
    prize,
    races_held.race,
    user_id,
    coalesce(raced.alias, line.alias) as alias,
    cast(line.eligible_place as bigint) as eligible_place,
    coalesce(line.decision = 'won', false) as was_invited,
    raced.user_id is not null as has_raced,
    raced.race_rank as finale_rank,
    case
        when line.decision = 'won' and raced.user_id is not null then 'raced as invited'
        when line.decision = 'won' then 'no-show'
        when line.decision = 'beyond the quota' then 'replacement'
        else 'raced without a place in line'
    end as attendance
from line
full join raced using (season, prize, round_number, user_id)
inner join races_held using (season, prize, round_number)
where line.decision = 'won' or raced.user_id is not null
order by season, round_number, prize, eligible_place nulls last, finale_rank
