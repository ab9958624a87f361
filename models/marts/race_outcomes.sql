-- What every race meant for every racer in it, as a sentence: one row per board and racer.
-- Racers that no file identifies (looking back) have none.
--
-- What a race could give is known from other tables. The first that has the race counts:
--   1. prize_decisions: a prize or an invitation stood in line for by it, or the win that
--      the catalogue names. Of several the sentence tells all, the best first.
--   2. the winner that the catalogue names: how far from that winner, or what decided the
--      race after its ranking (prize_lines.decided_by); why a racer in front is not named
--      otherwise, the archive does not say.
--   3. promotions: how far from the last place that leads to Pro.
--   4. championship_attendance: who of a group of the knockouts was seen in the bracket.
--   5. no prize is known to go by the race: how far from the first of the ranking, and,
--      where no prize of the season can be computed, why (season_coverage).
with

results as (
    select
        races.season, races.round_number, races.round_name, races.race, races.race_name,
        races.ranking_of, leaderboard_arn,
        rankings.user_id, rankings.alias, rankings.race_rank, rankings.ranking_score_ms,
        rankings.is_final
    from {{ ref('race_results') }} as rankings
    inner join {{ ref('races') }} as races using (leaderboard_arn)
),

decisions as (
    select
        season, round_number, race, user_id, decision, missed_by_ms, is_provisional,
        case when decision = 'beyond the quota' then eligible_place - quota end
            as places_short,
        -- behind the words that name the round
        substr(sentence, length(round_name || ' ' || season || ': ') + 1) as words,
        row_number() over (
            partition by season, round_number, race, user_id
            order by
                case decision when 'won' then 1 when 'beyond the quota' then 2 else 3 end,
                eligible_place - quota, prize
        ) as nth
    from {{ ref('prize_decisions') }}
    where user_id is not null
),

in_line as (
    select
        season, round_number, race, user_id,
        max(case when nth = 1 then decision end) as outcome,
        max(case when nth = 1 then places_short end) as places_short,
        max(case when nth = 1 then missed_by_ms end) as missed_by_ms,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        {{ join_list(
            "case when nth = 1 then words "
            ~ "else upper(substr(words, 1, 1)) || substr(words, 2) end", ' ', 'nth'
        ) }} as words
    from decisions
    group by season, round_number, race, user_id
),

-- What each board measures by, if not by decisions: one row per board and measure.
named as (
    select
        leaderboard_arn, 'named winner' as measure, winners.winner_alias,
        winners.decided_by, winners.race_rank as target_rank, results.ranking_score_ms as target_score_ms
    from {{ ref('int_named_winners') }} as winners
    left join results using (leaderboard_arn, user_id)
),

open_races as (
    select season, rules.from_race as race, max(races.round_number) as last_pro_round
    from {{ ref('promotion_rules') }} as rules
    inner join {{ ref('round_races') }} as races using (season)
    where races.race = rules.to_race
    group by season, rules.from_race
),

promotion_targets as (
    select
        season,
        open_races.race,
        round_number,
        round_number < last_pro_round as has_next_pro_race,
        max(promotions.places) as places
    from {{ ref('promotions') }} as promotions
    inner join open_races using (season)
    group by all
),

promoted as (
    select
        leaderboard_arn,
        case when has_next_pro_race then 'promotion' else 'last open race' end as measure,
        targets.target_rank,
        results.ranking_score_ms as target_score_ms
    from results
    inner join (
        select *, case when has_next_pro_race then places else 1 end as target_rank
        from promotion_targets
    ) as targets using (season, race, round_number)
    where results.is_final and results.race_rank = targets.target_rank
),

knockouts as (
    select
        knockout_leaderboard_arn as leaderboard_arn, user_id, knockout_rank, is_in_bracket
    from {{ ref('championship_attendance') }}
    where knockout_rank is not null
),

knockout_groups as (
    select
        leaderboard_arn,
        'bracket' as measure,
        max(knockout_rank) as target_rank,
        max_by(results.ranking_score_ms, knockout_rank) as target_score_ms
    from knockouts
    inner join results using (leaderboard_arn, user_id)
    where is_in_bracket
    group by leaderboard_arn
),

measures as (
    select
        leaderboard_arn, measure, winner_alias, decided_by, target_rank, target_score_ms
    from named
    union all
    select leaderboard_arn, measure, null, null, target_rank, target_score_ms from promoted
    union all
    select leaderboard_arn, measure, null, null, target_rank, target_score_ms
    from knockout_groups
),

boards as (
    select
        leaderboard_arn,
        ranked.racers,
        coalesce(measure, 'first') as measure,
        winner_alias,
        decided_by,
        case when measure is null then 1 else target_rank end as target_rank,
        case when measure is null then first_score_ms else target_score_ms end
            as target_score_ms
    from (
        select
            leaderboard_arn,
            count(*) as racers,
            min(case when race_rank = 1 then ranking_score_ms end) as first_score_ms
        from results
        group by leaderboard_arn
    ) as ranked
    left join measures using (leaderboard_arn)
),

not_computed as (
    select
        season,
        sum(case when coverage in ('not computable', 'reported') then 0 else 1 end) = 0
            as nothing_is,
        {{ join_list(
            "case when coverage = 'not computable' then lower(substr(reason, 1, 1)) "
            ~ "|| substr(reason, 2) end", '; ', 'prize'
        ) }} as reasons
    from {{ ref('season_coverage') }}
    group by season
),

compared as (
    select
        results.*,
        boards.racers,
        boards.measure,
        boards.winner_alias,
        boards.decided_by,
        boards.target_rank,
        in_line.words,
        in_line.is_provisional,
        not_computed.nothing_is,
        not_computed.reasons,
        case
            when in_line.words is not null then in_line.outcome
            when measure = 'named winner' and boards.target_rank is null
                then 'not the named winner'
            when measure = 'named winner' and results.race_rank < boards.target_rank
                then 'ahead of the named winner'
            when measure = 'named winner' then 'behind the named winner'
            when measure = 'promotion' and not_pro_yet.is_promoted is null
                then 'already in Pro'
            when measure = 'promotion' and not_pro_yet.is_promoted then 'promoted'
            when measure = 'promotion' then 'not promoted'
            when measure = 'bracket' and knockouts.is_in_bracket
                then 'raced on in the bracket'
            when measure = 'bracket' then 'not seen in the bracket'
            else 'no prize known'
        end as outcome,
        case when in_line.words is not null then in_line.places_short
            else results.race_rank - boards.target_rank end as places_behind,
        case when in_line.words is not null then in_line.missed_by_ms
            else results.ranking_score_ms - boards.target_score_ms end as ms_behind
    from results
    inner join boards using (leaderboard_arn)
    left join in_line using (season, round_number, race, user_id)
    left join {{ ref('promotions') }} as not_pro_yet using (season, round_number, user_id)
    left join knockouts using (leaderboard_arn, user_id)
    left join not_computed using (season)
    where results.user_id is not null
),

measured as (
    select
        *,
        outcome in ('won', 'promoted', 'already in Pro', 'raced on in the bracket')
        or (words is null and places_behind <= 0) as is_there,
        coalesce(round_name || ' ' || season, race_name) || ': ' as heading,
        {{ ordinal('race_rank') }} || ' of ' || {{ thousands('racers') }}
        || coalesce(' in the ' || race, '') as placed
    from compared
),

in_words as (
    select
        *,
        case when not is_there then places_behind end as places_short,
        case when not is_there then ms_behind end as missed_by_ms,
        ', before ' || decided_by || ' decided the race; the catalogue names '
            || winner_alias || ', ' || {{ ordinal('target_rank') }}
            || ' in the ranking, as the winner.' as decided,
        case when is_there then '' else ', '
            || {{ pluralize('places_behind', "'place'", "'places'") }}
            || coalesce(' and ' || {{ seconds('ms_behind') }}, '')
        end as distance,
        case
            when measure = 'last open race'
                then '; no Pro race followed, and the race gave no prize that we know of.'
            when race = 'knockouts'
                then '; the archive has no ranking of the bracket, so it does not say who '
                    || 'raced on.'
            when race = 'bracket'
                then '. The ranking is by ' || coalesce(ranking_of, 'score')
                    || '; the archive does not say who won each duel.'
            when race = 'final'
                then ', which decided the championship; the table reported_winners has what '
                    || 'others report of it.'
            when nothing_is is null then '. The archive names no prize of ' || season || '.'
            when nothing_is and reasons is not null
                then '. Whether it gave a prize cannot be computed: ' || reasons || '.'
            else '; no prize that we know of goes by this race.'
        end as what_it_gave
    from measured
)

select
    season,
    round_name,
    leaderboard_arn,
    user_id,
    alias,
    race_rank,
    outcome,
    cast(places_short as bigint) as places_short,
    missed_by_ms,
    heading || case outcome
        when 'not the named winner'
            then placed || '; the catalogue names ' || winner_alias
                || ' as the winner, a name that the final ranking does not have.'
        when 'ahead of the named winner'
            then case when race_rank = 1 then 'first in the final ranking of the ' || race
                else placed end
                || coalesce(decided, '; the catalogue names ' || winner_alias || ', '
                    || {{ ordinal('target_rank') }} || ' in the final ranking, as the winner; '
                    || 'why, the archive does not say.')
        when 'behind the named winner'
            then placed || coalesce(decided, distance || ' behind ' || winner_alias || ', '
                || {{ ordinal('target_rank') }}
                || ' and the winner as the catalogue names it.')
        when 'promoted'
            then placed || ', whose first ' || {{ thousands('target_rank') }} || ' went on to Pro by a rule that '
                || 'is inferred; as far as we know, the race gave no prize.'
        when 'already in Pro'
            then placed || ', and already in Pro by a rule that is inferred; as far as we '
                || 'know, the race gave no prize.'
        when 'not promoted'
            then placed || distance || ' short: its first ' || {{ thousands('target_rank') }} || ' went on to '
                || 'Pro by a rule that is inferred; as far as we know, the race gave no prize.'
        when 'raced on in the bracket'
            then placed || '; raced on in the bracket.'
        when 'not seen in the bracket'
            then placed || case
                when is_there then ', but not in the ranking of the bracket; why, the '
                    || 'archive does not say.'
                else distance || ' behind the last of the group who raced on in '
                    || 'the bracket.'
            end
        when 'no prize known'
            then placed || case when is_there then '' else distance || ' behind the first' end
                || what_it_gave
        else words
    end
    || case when is_final or words is not null then '' else ' May still change.' end
        as sentence,
    coalesce(is_provisional, not is_final) as is_provisional
from in_words
order by leaderboard_arn, race_rank, user_id
