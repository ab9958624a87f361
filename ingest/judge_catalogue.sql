-- What is wrong with the rows of the catalogue (temp table new_catalogue): one row per row of
-- it and reason, the one to tell first.
with

odd_cells as (
    select
        source_row,
        coalesce(
            issue_unless(
                regexp_full_match(Arn, getvariable('arn')),
                'a leaderboard (arn:aws:deepracer:…:leaderboard/…)', 'Arn', Arn
            ),
            moment_issue('LaunchTime', LaunchTime),
            moment_issue('CloseTime', CloseTime),
            count_issue('TotalLaps', TotalLaps),
            count_issue('ParticipantCount', ParticipantCount)
        ) as issue
    from new_catalogue
),

issues as (
    select
        case issue.name when 'Arn' then 1 else 3 end as priority,
        source_row,
        issue.expected,
        issue.found,
        place_of_row(source_row) || ', column ' || issue.name as place
    from odd_cells
    where issue is not null

    union all

    select 2, source_row, 'a board once', Arn || ' again', place_of_row(source_row)
    from new_catalogue
    qualify row_number() over (partition by Arn order by source_row) > 1
)

select expected, found, place
from issues
order by priority, source_row
