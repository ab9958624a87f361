-- What is wrong with which file: temp table issues, one row per file and reason.
--
-- kind content  the rows cannot be a final ranking
-- kind change   they may be a part, or of another form; --accept-changes loads them
--
-- It asks the rows themselves and what is known apart from the file:
--   * Of upstream's last commit the content of every file is known (pinned_files.csv).
--   * A race that is over and counts in a season has a ranking, with at least as many racers
--     as the catalogue says. True of all 103 such boards of the archive, and of all 70 as it
--     stood on 2 November 2021; nine boards of 2019, which no season counts, have fewer.
--   * A board that counts in a season and has a ranking is in the catalogue, and where the
--     catalogue names a prize's winners, it names the winner of every race that is over.
--   * A ranking that was loaded before does not lose racers, a catalogue loses no board and
--     no winner.
--   * No two races end with the same racers, ranks and scores: one file is a copy in the wrong
--     folder.

-- A catalogue of the same content is the same state of the archive, whatever its source.
set variable is_pinned = (
    select getvariable('ref')::varchar is not distinct from getvariable('pinned_ref')
        or coalesce(bool_or(files.git_blob = pinned.git_blob), false)
    from files
    inner join pinned using (file)
    where file = getvariable('catalogue')
);

-- What was loaded before and has not changed was judged then.
create or replace temp view ranking as
    select files.file, rankings.*
    from raw.rankings
    inner join files using (leaderboard_arn)
    where files.is_new;

create or replace temp table counted as
    select
        files.file,
        count(*) as row_count,
        bit_xor(hash(Rank, UserId, RankingScore)) filter (RankingScore <> '') as result
    from raw.rankings
    inner join files using (leaderboard_arn)
    group by all;

create or replace temp table boards as
    select
        Arn as leaderboard_arn,
        -- `Closed`, `finished` or an empty cell is no reason to wait for a ranking
        upper(trim(coalesce(Status, ''))) not in ('OPEN', 'SCHEDULED', 'UPCOMING') as is_over,
        coalesce(WinnerAlias, '') as winner,
        try_cast(nullif(ParticipantCount, '') as double)::bigint as participants
    from new_catalogue;

create or replace temp table issues as
with

odd_cells as (
    select
        file,
        source_row,
        coalesce(
            issue_unless(
                regexp_full_match(Rank, '[0-9]{1,9}'), 'a whole number', 'Rank', Rank
            ),
            moment_issue('SubmissionTime', SubmissionTime),
            milliseconds_issue('RankingScore', RankingScore),
            measure_issue('AvgLapTime', AvgLapTime),
            measure_issue('BestLapTime', BestLapTime),
            measure_issue('TotalLapTime', TotalLapTime),
            measure_issue('AvgResets', AvgResets),
            count_issue('LapCount', LapCount),
            count_issue('CollisionCount', CollisionCount),
            count_issue('OffTrackCount', OffTrackCount),
            count_issue('ResetCount', ResetCount),
            count_issue('SubmissionCount', SubmissionCount)
        ) as issue
    from ranking
),

-- a league of one's own has ids of another form
odd_ids as (
    select file, source_row, UserId, Alias
    from ranking
    where not is_user_id(UserId)
),

repeated_racers as (
    select file, UserId, max(source_row) as source_row
    from ranking
    group by all
    having count(*) > 1
),

issues_of_rows as (
    select
        file,
        source_row,
        case issue.name when 'Rank' then 1 else 7 end as priority,
        issue.expected,
        issue.found,
        issue.name as column_name,
        case when issue.name = 'Rank' then
            'A racer without a rank gets the next one, after all who finished, or no row. '
            || 'Who was disqualified keeps a rank or a row like them, and a row in '
            || 'exceptions.csv if a prize would follow: docs/your-own-league.md.'
        else
            'A cell without a number stays empty; a spreadsheet may have changed how it is '
            || 'written: format the column as text before you save.'
        end as advice
    from odd_cells
    where issue is not null

    union all

    select
        file, source_row, 2, 'a UserId', 'an empty cell', 'UserId',
        getvariable('no_user_id')
    from odd_ids
    where UserId = ''

    union all

    select
        file, source_row, 3, 'a UserId without a space around it', abbreviate(UserId),
        'UserId', null
    from odd_ids
    where trim(UserId) <> UserId

    union all

    select
        file, source_row, 4, 'a racer once', abbreviate(UserId) || ' again', 'UserId', null
    from repeated_racers
),

-- of rankings whose rows are not in the order of their ranks, as all of upstream's are
taken_ranks as (
    select file, try_cast(Rank as integer) as rank, count(*) as racers
    from ranking
    semi join (from ranking where try_cast(Rank as integer) is distinct from source_row)
        using (file)
    group by all
),

odd_ranks as (
    select
        file,
        sum(racers) as row_count,
        min(rank) filter (racers is null) as missing_rank,
        min(rank) filter (racers > 1) as shared_rank
    from taken_ranks
    full join (
        select file, unnest(range(1, row_count + 1)) as rank
        from counted
        semi join taken_ranks using (file)
    ) using (file, rank)
    group by file
    having missing_rank is not null
),

odd_ids_of_file as (
    select
        file,
        count(*) as ids,
        min_by(UserId, source_row) as first_id,
        min(source_row) as first_row,
        count(*) filter (is_user_id(Alias)) as aliases_like_ids,
        any_value(row_count) as row_count
    from odd_ids
    inner join counted using (file)
    group by file
),

copies as (
    select one.file, min(other.file) as other_file
    from counted as one
    semi join files on one.file = files.file and files.is_new
    inner join counted as other
        on one.result = other.result
        and one.row_count = other.row_count
        and one.file <> other.file
    where one.row_count > 1
    group by all
),

sizes as (
    select
        files.*,
        coalesce(counted.row_count, 0) as row_count,
        boards.is_over and required_boards.leaderboard_arn is not null as is_due,
        boards.participants,
        known_files.row_count as known_rows,
        pinned.git_blob as pinned_blob,
        case when files.state = 'missing' then 'no such file'
            when counted.row_count is null then 'no row'
            else format('{:,}', coalesce(counted.row_count, 0)) end as found_rows
    from files
    left join counted using (file)
    left join boards using (leaderboard_arn)
    left join required_boards using (leaderboard_arn)
    left join known_files using (file)
    left join pinned using (file)
    where files.state <> 'broken'
),

problems as (
    select
        file, 'content' as kind, priority, expected, found,
        place_of_row(source_row) || ', column ' || column_name as place, advice
    from issues_of_rows
    qualify row_number() over (partition by file order by priority, source_row) = 1

    union all

    select
        file, 'content', 5, 'the ranks 1 to ' || row_count || ', each once',
        concat('no rank ' || missing_rank, ', and two racers of rank ' || shared_rank),
        row_count || ' rows',
        'A final ranking has no ties, for a prize goes to one racer. Break the tie of rank '
        || shared_rank || ' by your own rules, or by lot, and number the racers on: '
        || 'the ranks are 1 to ' || row_count || '.'
    from odd_ranks

    union all

    select
        file, 'change', 6, 'a UserId of 22 characters like the others', abbreviate(first_id),
        place_of_row(first_row),
        'Where a race has ids of two forms, and each is always the same racer''s, '
        || 'ACCEPT_CHANGES=1 (--accept-changes) loads it.'
    from odd_ids_of_file
    where 2 * ids < row_count

    union all

    select
        file, 'content', 6, 'ids in the column UserId',
        'ids in the column Alias, and ' || abbreviate(first_id) || ' as UserId',
        'the header, or the columns below it', null
    from odd_ids_of_file
    where 2 * ids >= row_count and 2 * aliases_like_ids > row_count

    union all

    -- all of upstream's files end with a newline: one that does not may have been cut
    select
        file, 'change', 8,
        'a newline at the end (if the last line is complete, add a newline)',
        abbreviate(last_line), 'the last line',
        'A file without a newline at its end may have been cut: look at its last line. If it '
        || 'is complete, add a newline, or have ACCEPT_CHANGES=1 (--accept-changes) load it.'
    from sizes
    where not ends_with_newline
        and row_count is distinct from participants
        and git_blob is distinct from pinned_blob

    union all

    select
        file, 'change', 9,
        'git blob ' || pinned_blob[:10] || ', as in upstream''s commit ' || getvariable('pinned_ref')[:10],
        coalesce(git_blob[:10] || format(', {:,} bytes', size), 'no such file'),
        file, null
    from sizes
    where git_blob is distinct from pinned_blob and pinned_blob is not null
        and getvariable('is_pinned')

    union all

    select
        file, 'change', 10,
        case when participants is null then 'a ranking of a race that is over (or, in the '
            || 'catalogue, a ParticipantCount of 0, or OPEN or UPCOMING as Status)'
            else format('at least {:,} racers, as the catalogue says', participants) end,
        found_rows, file, null
    from sizes
    where is_due and row_count < coalesce(participants, 1)

    union all

    select
        file, 'change', 11, format('at least {:,} rows, as loaded before', known_rows),
        found_rows, file, null
    from sizes
    where row_count < known_rows and leaderboard_arn is not null

    union all

    select
        file, 'change', 12, 'a ranking of its own',
        'the racers, ranks and scores of ' || other_file, file,
        'One of the two files is a copy in the wrong folder: put the right one there. If both '
        || 'races did end alike, ACCEPT_CHANGES=1 (--accept-changes) loads them.'
    from copies

    union all

    select
        getvariable('catalogue'), 'change', 13,
        'the ' || (select count(*) from known_boards) || ' boards loaded before',
        'no ' || first_three(list(leaderboard_arn)), getvariable('catalogue'), null
    from known_boards
    anti join boards using (leaderboard_arn)
    having count(*) > 0

    union all

    select
        getvariable('catalogue'), 'change', 14, 'every board of a season that has a ranking',
        'no ' || first_three(list(leaderboard_arn)), getvariable('catalogue'), null
    from sizes
    semi join required_boards using (leaderboard_arn)
    anti join boards using (leaderboard_arn)
    where row_count > 0
    having count(*) > 0

    union all

    select
        getvariable('catalogue'), 'change', 15, 'a WinnerAlias where the catalogue names winners',
        'none: ' || first_three(list(leaderboard_arn)), getvariable('catalogue'), null
    from boards
    left join known_boards using (leaderboard_arn)
    left join required_boards using (leaderboard_arn)
    where boards.winner = ''
        and (known_boards.winner <> '' or (has_named_winner and is_over))
    having count(*) > 0
)

select * from problems
qualify row_number() over (partition by file, kind order by priority) = 1;
