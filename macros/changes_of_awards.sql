{#
Who has another award in one answer to a season than in another, and why. A select: one row
per season, prize and racer, and per round where the prize is compared by round.

    …_awards    as int_awards: one row per award, numbered within its round
    …_line      as int_prize_lines: every racer in line, with the quota of the round and
                exception_reason
    …_blocks    as prize_blocks: a racer who holds `held_prize` is out of line for `prize`,
                from the next round on or at once

A racer's awards of a prize that can be won only once are compared in whichever round they
were won; those of any other prize (a place in a finale) round by round.

    lost          an exception takes the racer out of line where the award was won
    moved up      has it only after
    better off    has it in an earlier round
    worse off     has it in a later round, or no more
#}
{% macro changes_of_awards(
    before_awards, before_line, before_blocks, after_awards, after_line, after_blocks
) -%}
    with

    once_a_season as (
        select before_blocks.season, before_blocks.prize
        from {{ before_blocks }} as before_blocks
        inner join {{ after_blocks }} as after_blocks using (season, prize, held_prize)
        where before_blocks.prize = before_blocks.held_prize
    ),

    {% for answer, awards in [('before', before_awards), ('after', after_awards)] -%}
    {{ answer }} as (
        select
            awards.season, awards.prize, awards.racer_key, awards.user_id, awards.alias,
            awards.round_number, awards.round_name, awards.award_number, awards.evidence,
            case when once.prize is null then awards.round_number end as pair_round
        from {{ awards }} as awards
        left join once_a_season as once using (season, prize)
    ),

    {% endfor -%}
    changed as (
        select
            coalesce(before.season, after.season) as season,
            coalesce(before.prize, after.prize) as prize,
            coalesce(before.racer_key, after.racer_key) as racer_key,
            coalesce(before.user_id, after.user_id) as user_id,
            coalesce(after.alias, before.alias) as alias,
            before.round_number as round_number_before,
            before.round_name as round_before,
            before.award_number as number_before,
            after.round_number as round_number_after,
            after.round_name as round_after,
            after.award_number as number_after,
            coalesce(after.evidence, before.evidence) as evidence,
            -- the round in which only one of the two answers has the award
            case
                when before.round_number is null then after.round_number
                when after.round_number is null then before.round_number
            end as round_number
        from before
        full join after
            on before.season = after.season
            and before.prize = after.prize
            and before.racer_key = after.racer_key
            and before.pair_round is not distinct from after.pair_round
        where before.round_number is distinct from after.round_number
    ),

    -- what blocks in the one answer and not in the other
    {% for answer, awards, blocks in [
        ('before', before_awards, before_blocks), ('after', after_awards, after_blocks)
    ] -%}
    held_{{ answer }} as (
        select
            changed.season, changed.prize, changed.racer_key, changed.round_number,
            coalesce(names.singular, held.prize) as held_name,
            held.round_name as held_since
        from changed
        inner join {{ blocks }} as blocks using (season, prize)
        inner join {{ awards }} as held
            on changed.season = held.season
            and blocks.held_prize = held.prize
            and changed.racer_key = held.racer_key
            and (
                held.round_number < changed.round_number
                or (
                    held.round_number = changed.round_number
                    and blocks.applies = 'at once'
                )
            )
        left join {{ ref('prize_names') }} as names on held.prize = names.prize
        where changed.round_number_{{ answer }} is null
        qualify row_number() over (
            partition by changed.season, changed.prize, changed.racer_key, changed.round_number
            order by held.round_number, held.prize
        ) = 1
    ),

    {% endfor -%}
    explained as (
        select
            changed.*,
            coalesce(names.singular, changed.prize) as prize_name,
            after_line.exception_reason,
            case
                when after_line.racer_key is null then 'no longer in line'
                when after_line.exception_reason is not null
                    then after_line.exception_reason
                when held_after.held_name is not null then 'the ' || held_after.held_name
                    || ' won in ' || held_after.held_since || ' is in the way'
                when number_before > after_line.quota
                    then {{ pluralize('after_line.quota', "'is'", "'are'") }} || ' given, not '
                        || before_line.quota
                else 'someone is now ahead'
            end as why_lost,
            case
                when before_line.racer_key is null then 'not in line before'
                when before_line.exception_reason is not null
                    then 'no longer ' || before_line.exception_reason
                when held_before.held_name is not null then 'the ' || held_before.held_name
                    || ' won in ' || held_before.held_since || ' is not in the way'
                when number_after > before_line.quota
                    then {{ pluralize('after_line.quota', "'is'", "'are'") }} || ' given, not '
                        || before_line.quota
                else 'someone ahead no longer counts'
            end as why_won
        from changed
        left join {{ before_line }} as before_line
            using (season, prize, racer_key, round_number)
        left join {{ after_line }} as after_line
            using (season, prize, racer_key, round_number)
        left join held_before using (season, prize, racer_key, round_number)
        left join held_after using (season, prize, racer_key, round_number)
        left join {{ ref('prize_names') }} as names on changed.prize = names.prize
    )

    select
        season,
        prize,
        user_id,
        alias,
        case
            when round_after is null and exception_reason is not null then 'lost'
            when round_after is null then 'worse off'
            when round_before is null then 'moved up'
            when round_number_after < round_number_before then 'better off'
            else 'worse off'
        end as change,
        round_number_before,
        round_before,
        round_number_after,
        round_after,
        case
            when round_after is null
                then 'loses the ' || prize_name || ' of ' || round_before || ': ' || why_lost
            when round_before is null
                then 'wins the ' || prize_name || ' of ' || round_after || ': ' || why_won
            else 'wins the ' || prize_name || ' in ' || round_after || ' instead of '
                || round_before
        end || '.'
        || case when evidence = 'inferred' then ' The rule is inferred.' else '' end as sentence
    from explained
{%- endmacro %}
