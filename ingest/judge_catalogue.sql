-- What is wrong with the rows of the catalogue (temp table new_catalogue): one row per reason,
-- the one to tell first.
with

cells as (
    select
        source_row,
        unnest([
            {'name': 'LaunchTime', 'kind': 'moment', 'cell': LaunchTime},
            {'name': 'CloseTime', 'kind': 'moment', 'cell': CloseTime},
            {'name': 'TotalLaps', 'kind': 'count', 'cell': TotalLaps},
            {'name': 'ParticipantCount', 'kind': 'count', 'cell': ParticipantCount}
        ], recursive := true)
    from new_catalogue
),

issues as (
    select
        1 as priority,
        source_row,
        'the Arn of a leaderboard' as expected,
        abbreviate(Arn) as found,
        'row ' || source_row as place
    from new_catalogue
    where not regexp_full_match(Arn, getvariable('arn'))

    union all

    select 2, source_row, 'a board once', Arn || ' again', 'row ' || source_row
    from new_catalogue
    qualify row_number() over (partition by Arn order by source_row) > 1

    union all

    select
        3,
        source_row,
        expected_of(kind) || ' as ' || name,
        abbreviate(cell),
        'row ' || source_row || ', column ' || name
    from cells
    where not case kind when 'moment' then is_moment(cell) else is_count(cell) end
)

select expected, found, place
from issues
order by priority, source_row, place
