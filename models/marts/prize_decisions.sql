-- Every racer in line for every prize: won, or why not. The reasons come from
-- int_decisions; here they become a sentence for the racer they are about. The winners
-- named by the catalogue (2020) stood in no line of ours and still have a sentence.
with

decisions as (
    select decisions.*, results.ranking_score_ms
    from {{ ref('int_decisions') }} as decisions
    left join {{ ref('int_rankings') }} as results using (leaderboard_arn, racer_key)
),

lines as (
    select season, prize, {{ join_list('race', ', then ', 'line_order') }} as line_of_races
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
        names.singular, names.plural,
        case when lines.line_of_races like '%,%' then lines.line_of_races end
            as several_races,
        case decision
            when 'already has one' then held.singular || ' won in ' || held_since
            when 'beyond the quota' then last_winner
            else exception_source
        end as blocked_by,
        eligible_place - quota as places_short,
        -- who is in front is counted in the line, not in the race: where two rankings
        -- make the line, a rank says nothing of it
        place_in_line - 1 as in_front,
        place_in_line - eligible_place as did_not_count,
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

in_words as (
    select
        *,
        case when did_not_count = 0 then '' else '; '
            || case when did_not_count = in_front then '' else did_not_count || ' of ' end
            || 'the ' || {{ pluralize('in_front', "'racer'", "'racers'") }} || ' ahead'
            || coalesce(' in line (' || several_races || ')', '')
            || case when did_not_count = 1 then ' was skipped' else ' were skipped' end
        end as skipped,
        {{ pluralize('places_short', "'place'", "'places'") }}
        || case when missed_by_ms > 0 then ' and ' || {{ seconds('missed_by_ms') }} else '' end
        || coalesce(' behind the last winner, ' || blocked_by, ' short')
        -- equal times are ranked in an order no column of the ranking explains
        || case when missed_by_ms = 0
            then '. Level on time, ' || {{ seconds('ranking_score_ms') }}
                || ' each; the league ranked ' || alias || ' behind'
            else ''
        end as missed_by
    from compared
),

decided as (
    select
        season, round_number, round_name, prize,
        cast(place_in_line as bigint) as place_in_line, user_id, alias, race,
        race_rank, decision, cast(award_number as integer) as award_number,
        cast(eligible_place as bigint) as eligible_place, quota, blocked_by,
        missed_by_ms,
        round_name || ' ' || season || ': ' || case
            when decision = 'won'
                then 'won a ' || singular || ', ' || {{ ordinal('race_rank') }} || ' in the '
                    || race || skipped
            when decision = 'already has one'
                then 'no ' || singular || ', because of the ' || blocked_by
            when decision = 'beyond the quota'
                then {{ ordinal('eligible_place') }} || ' in line for '
                    || {{ pluralize('quota', 'singular', 'plural') }} || ', ' || missed_by
            when decision = 'absent from the ' || race
                then 'no ' || singular || ': invited to the ' || race || ', but no result in it'
                    || case when is_final then '' else ' yet' end
            else 'no ' || singular || ': ' || decision || ' (' || blocked_by || ')'
        end || '.'
        || case when is_settled then '' else ' May still change.' end
        || case when evidence = 'inferred' then ' The rule is inferred.' else '' end
            as sentence,
        evidence, not is_settled as is_provisional
    from in_words
),

named_by_the_catalogue as (
    select
        season, round_number, round_name, prize, null as place_in_line, user_id,
        winner_alias, race, race_rank, 'won' as decision,
        cast(award_number as integer) as award_number,
        null as eligible_place, quota, null as blocked_by, null as missed_by_ms,
        -- nothing in the archive explains who is in front and not named
        round_name || ' ' || season || ': won the ' || race
        || ' as the catalogue names it; ' || case
            when user_id is null then 'the final ranking does not have the name'
            when race_rank = 1 then 'first in its final ranking, too'
            when decided_by is not null
                then {{ ordinal('race_rank') }} || ' in its final ranking, before '
                    || decided_by || ' decided the race'
            when named_in_front = racers_in_front
                then {{ ordinal('race_rank') }} || ' in its final ranking, where '
                    || case when racers_in_front = 1 then 'the one'
                        when racers_in_front = 2 then 'both'
                        else 'all ' || racers_in_front
                    end || ' in front won another race by ' || round_name
            when named_in_front = 0
                then {{ ordinal('race_rank') }} || ' in its final ranking, '
                    || 'and the archive does not say why the '
                    || {{ pluralize('racers_in_front', "'racer'", "'racers'") }}
                    || ' in front did not win'
            else {{ ordinal('race_rank') }} || ' in its final ranking, where '
                || named_in_front || ' of the ' || racers_in_front || ' in front won another '
                || 'race by ' || round_name || '; the archive does not say why the rest were '
                || 'skipped'
        end || '.' as sentence,
        evidence, false as is_provisional
    from {{ ref('int_named_winners') }}
)

select * from decided
union all
select * from named_by_the_catalogue
order by season, round_number, prize, place_in_line nulls last, award_number, user_id
