-- Everybody in line for every prize: won, or why not. The reasons come from
-- int_decisions; here they become a sentence for the racer they are about. The winners
-- whom the catalogue names (2020) stood in no line of ours and have a sentence all the
-- same.
with

decisions as (
    select decisions.*, results.ranking_score_ms
    from {{ ref('int_decisions') }} as decisions
    left join {{ ref('int_rankings') }} as results using (leaderboard_arn, racer_key)
),

lines as (
    select season, prize, {{ listed('race', ', then ', 'line_order') }} as line_of_races
    from {{ ref('prize_lines') }}
    group by season, prize
),

last_to_win as (
    select
        season,
        prize,
        round_number,
        leaderboard_arn as last_leaderboard_arn,
        ranking_score_ms as last_score_ms,
        alias || ', ' || {{ ordinal('race_rank') }} || ' in the ' || race as last_winner
    from decisions
    where decision = 'won'
    qualify row_number() over (
        partition by season, prize, round_number
        order by award_number desc
    ) = 1
),

compared as (
    select
        decisions.*,
        lines.line_of_races,
        names.one, names.many,
        case decision
            when 'already has one' then held.one || ' won in ' || held_since
            when 'beyond the quota' then last_winner
            else exception_source
        end as in_the_way,
        place_still_in_line - quota as places_short,
        -- only within one race are times comparable; no lap is no time
        case
            when decision = 'beyond the quota' and leaderboard_arn = last_leaderboard_arn
                then ranking_score_ms - last_score_ms
        end as missed_by_ms
    from decisions
    left join lines using (season, prize)
    left join last_to_win using (season, prize, round_number)
    left join {{ ref('prize_names') }} as names using (prize)
    left join {{ ref('prize_names') }} as held on decisions.held_prize = held.prize
),

told as (
    select
        season, round_number, round_name, prize,
        cast(place_in_line as bigint) as place_in_line, user_id, alias, race,
        race_rank, decision, cast(award_number as integer) as award_number,
        cast(place_still_in_line as bigint) as place_still_in_line, quota, in_the_way,
        missed_by_ms,
        {{ decision_sentence() }} as sentence,
        evidence, not is_settled as is_provisional
    from compared
    union all
    select
        season, round_number, round_name, prize, null, user_id, winner_alias, race,
        race_rank, 'won', cast(award_number as integer),
        null, quota, null, null,
        {{ named_winner_sentence() }},
        evidence, false
    from {{ ref('int_named_winners') }}
)

select * from told
order by season, round_number, prize, place_in_line nulls last, award_number, user_id
