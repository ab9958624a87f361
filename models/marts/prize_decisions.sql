-- Everybody in line for every prize: won, or why not. The reasons come from int_decisions;
-- here they become a sentence for the racer they are about.
with

decisions as (
    select decisions.*, results.ranking_score_ms,
    from {{ ref('int_decisions') }} as decisions
    left join {{ ref('int_rankings') }} as results using (leaderboard_arn, racer_key)
),

last_to_win as (
    select
        season,
        prize,
        round_number,
        leaderboard_arn as last_leaderboard_arn,
        ranking_score_ms as last_score_ms,
        alias || ', ' || {{ ordinal('race_rank') }} || ' in the ' || race as last_winner,
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
        names.one,
        names.many,
        case decision
            when 'already has one' then held.one || ' won in ' || held_since
            when 'beyond the quota' then last_winner
            else exception_source
        end as in_the_way,
        place_still_in_line - quota as places_short,
        -- only within one race are times comparable; no lap is no time
        case when decision = 'beyond the quota' and leaderboard_arn = last_leaderboard_arn
            then ranking_score_ms - last_score_ms
        end as missed_by_ms,
    from decisions
    left join last_to_win using (season, prize, round_number)
    left join {{ ref('prize_names') }} as names using (prize)
    left join {{ ref('prize_names') }} as held on decisions.held_prize = held.prize
)

select
    season,
    round_number,
    round_name,
    prize,
    place_in_line,
    user_id,
    alias,
    race,
    race_rank,
    decision,
    award_number::integer as award_number,
    place_still_in_line,
    quota,
    in_the_way,
    missed_by_ms,
    round_name || ' ' || season || ': ' || case
        when decision = 'won'
            then 'won a ' || one || ', ' || {{ ordinal('race_rank') }} || ' in the ' || race
                || case
                    when place_in_line = place_still_in_line then ''
                    else '; ' || {{ counted('(place_in_line - place_still_in_line)',
                        "'racer'", "'racers'") }} || ' in front did not count'
                end
        when decision = 'already has one'
            then 'no ' || one || ', because of the ' || in_the_way
        when decision = 'beyond the quota'
            then {{ ordinal('place_still_in_line') }} || ' in line for '
                || {{ counted('quota', 'one', 'many') }} || ', '
                || {{ counted('places_short', "'place'", "'places'") }} || ' short'
                || case
                    when missed_by_ms > 0
                        then '. Missed by ' || round(missed_by_ms / 1000, 3) || ' s'
                    else ''
                end
                || coalesce('; the last went to ' || in_the_way, '')
        when decision = 'absent from the finale'
            then 'no ' || one || ': invited to the finale, but no result in it'
        else 'no ' || one || ': ' || decision || ' (' || in_the_way || ')'
    end || '.'
    || case when is_settled then '' else ' May still change.' end
    || case when evidence = 'inferred' then ' The rule is inferred.' else '' end as sentence,
    evidence,
    not is_settled as is_provisional,
from compared
order by season, round_number, prize, place_in_line nulls last, user_id
