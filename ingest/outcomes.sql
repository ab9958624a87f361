-- Schema raw holds exactly the files of this run: rows and outcomes together.

create or replace temp table outcomes as
    select
        files.position,
        files.file,
        files.leaderboard_arn,
        case
            when files.state = 'broken' or issues.file is not null then 'quarantined'
            when files.state = 'missing' then 'not_published'
            when files.state = 'empty' then 'empty'
            when files.is_new then 'loaded'
            else 'unchanged'
        end as outcome,
        coalesce(files.expected, issues.expected) as expected,
        coalesce(files.found, issues.found) as found,
        coalesce(files.place, issues.place) as place,
        coalesce(files.advice, issues.advice) as advice,
        -- of a file that is not understood: how many it had when it last was
        case
            when outcome = 'quarantined' then known_files.row_count
            when outcome = 'not_published' then null
            when files.leaderboard_arn is null then (select count(*) from new_catalogue)
            else coalesce(counted.row_count, 0)
        end::integer as row_count,
        files.sha256,
        files.new_columns,
        coalesce(required_boards.decides_a_prize, false) as decides_a_prize
    from files
    left join (
        from issues
        where kind = 'content' or not getvariable('accept_changes')
        qualify row_number() over (partition by file order by priority) = 1
    ) as issues using (file)
    left join counted using (file)
    left join known_files using (file)
    left join required_boards using (leaderboard_arn);

delete from raw.rankings
where leaderboard_arn in (
    select leaderboard_arn from outcomes where outcome not in ('loaded', 'unchanged')
);

delete from raw.outcomes;

insert into raw.outcomes by name
select
    * exclude (position, advice, decides_a_prize),
    getvariable('now') as checked_at_utc
from outcomes
order by position;

delete from raw.source;

insert into raw.source by name
select
    getvariable('source') as source,
    getvariable('ref') as ref,
    getvariable('now') as loaded_at_utc,
    getvariable('seeds') as seeds;
