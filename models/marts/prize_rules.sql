-- The rule of every prize as a sentence: one row per season and prize. The sentence is made
-- from the rows that decide (seeds/prizes.csv, prize_lines.csv, prize_blocks.csv,
-- round_quotas.csv), so it is true of every award of that season.
with

lines as (
    select
        season,
        prize,
        {{ join_list("'the ' || race", ', then ', 'line_order') }} as rankings,
        {{ join_list('race', ', ', 'line_order') }} as races
    from {{ ref('prize_lines') }}
    group by season, prize
),

blocks as (
    select
        blocks.season,
        blocks.prize,
        {{ join_list(
            "'a ' || coalesce(names.singular, blocks.held_prize) || case when applies = 'at once' "
            ~ "then ' (of the same round, too)' else '' end",
            ' or ', 'blocks.held_prize'
        ) }} as held
    from {{ ref('prize_blocks') }} as blocks
    left join {{ ref('prize_names') }} as names on blocks.held_prize = names.prize
    group by blocks.season, blocks.prize
),

other_quotas as (
    select
        quotas.season,
        quotas.prize,
        {{ join_list(
            "quotas.quota || ' in ' || rounds.round_name", ', ', 'quotas.round_number'
        ) }} as quotas
    from {{ ref('round_quotas') }} as quotas
    inner join {{ ref('int_rounds') }} as rounds using (season, round_number)
    group by quotas.season, quotas.prize
)

select
    prizes.season,
    prizes.prize,
    names.title,
    prizes.kind,
    prizes.quota,
    case
        when prizes.evidence = 'catalogue'
            then 'The winner that the catalogue names, for each race of these: ' || lines.races || '.'
        else
            {{ pluralize(
                'prizes.quota', "coalesce(names.singular, prizes.prize)",
                "coalesce(names.plural, prizes.prize)"
            ) }}
            || ' a round' || coalesce(' (' || other_quotas.quotas || ')', '')
            || ', in the order of the ranking of ' || lines.rankings || '. '
            || coalesce(
                'A racer who already holds ' || blocks.held
                    || ' is skipped, and the next in line moves up.',
                'No racer is skipped.'
            )
    end as sentence,
    prizes.evidence,
    prizes.reason,
    prizes.source,
    prizes.known_since
from {{ ref('prizes') }} as prizes
left join {{ ref('prize_names') }} as names using (prize)
left join lines using (season, prize)
left join blocks using (season, prize)
left join other_quotas using (season, prize)
order by prizes.season, prizes.prize
