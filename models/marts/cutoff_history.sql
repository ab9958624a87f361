-- The cut-off of every race whose ranking alone makes the line of an invitation: one row
-- per invitation, race and snapshot. Who was the last to be invited, and how far behind
-- the next was. Racers taken out by an exception or by a prize they hold, known or not,
-- do not count, as in finale_lineups. Empty without history.
with

invitations as (
    select season, prize, any_value(quota) as quota, any_value(race) as race
    from {{ ref('prizes') }}
    inner join {{ ref('prize_lines') }} using (season, prize)
    where kind = 'invitation'
    group by season, prize
    having count(*) = 1
),

races as (
    select
        season, round_number, round_name, turn, prize, leaderboard_arn,
        coalesce(round_quotas.quota, invitations.quota) as quota
    from invitations
    inner join {{ ref('round_races') }} using (season, race)
    inner join {{ ref('int_rounds') }} using (season, round_number)
    left join {{ ref('round_quotas') }} as round_quotas
        using (season, prize, round_number)
),

out_of_line as (
    select races.prize, races.leaderboard_arn, holders.racer_key
    from races
    inner join {{ ref('int_holders') }} as holders using (season, prize)
    where races.turn >= holders.out_from_turn
    union
    select races.prize, races.leaderboard_arn, exceptions.user_id
    from races
    inner join {{ ref('exceptions') }} as exceptions
        on races.season = exceptions.season
        and exceptions.prize in (races.prize, 'all')
        and races.round_number >= exceptions.from_round
        and (exceptions.to_round is null or exceptions.to_round >= races.round_number)
),

standings as (
    select races.*, snapshots.snapshot_at_utc, place, user_id, alias, ranking_score_ms
    from races
    inner join {{ ref('int_history_row_versions') }} as versions using (leaderboard_arn)
    inner join {{ ref('stg_history_snapshots') }} as snapshots
        on races.leaderboard_arn = snapshots.leaderboard_arn
        and snapshots.snapshot_no between first_snapshot and last_snapshot
),

racers as (
    {{ with_racer_keys('standings', 'prize, leaderboard_arn, snapshot_at_utc') }}
),

in_line as (
    select
        racers.*,
        row_number() over (
            partition by racers.prize, racers.leaderboard_arn, snapshot_at_utc
            order by place
        ) as eligible_place
    from racers
    anti join out_of_line
        on racers.prize = out_of_line.prize
        and racers.leaderboard_arn = out_of_line.leaderboard_arn
        and racers.racer_key = out_of_line.racer_key
    qualify eligible_place <= quota + 1
)

select
    season, round_number, round_name, prize, leaderboard_arn, snapshot_at_utc,
    max(quota) as places,
    max(user_id) filter (where eligible_place = quota) as cutoff_user_id,
    max(alias) filter (where eligible_place = quota) as cutoff_alias,
    max(ranking_score_ms) filter (where eligible_place = quota) as cutoff_score_ms,
    max(user_id) filter (where eligible_place > quota) as next_user_id,
    max(alias) filter (where eligible_place > quota) as next_alias,
    max(ranking_score_ms) filter (where eligible_place > quota) as next_score_ms,
    next_score_ms - cutoff_score_ms as gap_ms
from in_line
group by season, round_number, round_name, prize, leaderboard_arn, snapshot_at_utc
order by season, round_number, prize, snapshot_at_utc
