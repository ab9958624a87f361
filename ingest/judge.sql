-- What is wrong with which file: temp table issues, one row per file and reason.
--
-- kind content  the rows cannot be a final ranking
-- kind doubt    they may be a part, or of another form; --accept-changes loads them
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

create or replace temp table per_ranking as
    select
        file,
        count(*) as row_count,
        min_by(Rank, source_row) filter (not is_rank(Rank)) as bad_rank,
        min(source_row) filter (not is_rank(Rank)) as bad_rank_row,
        count(distinct try_cast(Rank as integer)) filter (
            try_cast(Rank as integer) between 1 and 999999999
        ) as ranks,
        max(try_cast(Rank as integer)) as last_rank,
        min(source_row) filter (UserId = '') as no_id_row,
        min_by(UserId, source_row) filter (trim(UserId) <> UserId) as spaced_id,
        min(source_row) filter (trim(UserId) <> UserId) as spaced_id_row,
        count(distinct UserId) as racers,
        count(*) filter (not is_user_id(UserId)) as odd_ids,
        min_by(UserId, source_row) filter (not is_user_id(UserId)) as odd_id,
        min(source_row) filter (not is_user_id(UserId)) as odd_id_row,
        count(*) filter (is_user_id(Alias)) as aliases_like_ids
    from ranking
    group by all;

create or replace temp table issues as
with

bad_cells as (
    select
        file,
        source_row,
        unnest([
            {'name': 'SubmissionTime', 'kind': 'moment', 'cell': SubmissionTime},
            {'name': 'RankingScore', 'kind': 'milliseconds', 'cell': RankingScore},
            {'name': 'AvgLapTime', 'kind': 'measure', 'cell': AvgLapTime},
            {'name': 'BestLapTime', 'kind': 'measure', 'cell': BestLapTime},
            {'name': 'TotalLapTime', 'kind': 'measure', 'cell': TotalLapTime},
            {'name': 'AvgResets', 'kind': 'measure', 'cell': AvgResets},
            {'name': 'LapCount', 'kind': 'count', 'cell': LapCount},
            {'name': 'CollisionCount', 'kind': 'count', 'cell': CollisionCount},
            {'name': 'OffTrackCount', 'kind': 'count', 'cell': OffTrackCount},
            {'name': 'ResetCount', 'kind': 'count', 'cell': ResetCount},
            {'name': 'SubmissionCount', 'kind': 'count', 'cell': SubmissionCount}
        ], recursive := true)
    from ranking
    where not (
        is_moment(SubmissionTime) and is_milliseconds(RankingScore)
        and is_measure(AvgLapTime) and is_measure(BestLapTime) and is_measure(TotalLapTime) and is_measure(AvgResets)
        and is_count(LapCount) and is_count(CollisionCount) and is_count(OffTrackCount)
        and is_count(ResetCount) and is_count(SubmissionCount)
    )
    qualify dense_rank() over (partition by file order by source_row) = 1
),

repeated_racers as (
    select file, UserId, source_row
    from ranking
    semi join (from per_ranking where racers < row_count) using (file)
    qualify row_number() over (partition by file, UserId order by source_row) > 1
),

-- of rankings whose ranks are not 1 to N
odd_rankings as (
    from per_ranking
    where bad_rank_row is null and (ranks < row_count or last_rank > row_count)
),

missing_ranks as (
    select file, min(rank) as rank
    from (select file, unnest(range(1, row_count + 1)) as rank from odd_rankings)
    anti join (select file, Rank::integer as rank from ranking semi join odd_rankings using (file))
        using (file, rank)
    group by all
),

shared_ranks as (
    select file, rank
    from (
        select file, Rank::integer as rank from ranking semi join odd_rankings using (file)
    )
    group by file, rank
    having count(*) > 1
    qualify rank = min(rank) over (partition by file)
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
        file,
        'content' as kind,
        1 as priority,
        'a whole number as Rank' as expected,
        abbreviate(bad_rank) as found,
        'row ' || bad_rank_row as place,
        'A racer without a rank gets the next one, after all who finished, or no row. '
        || 'Who was disqualified keeps a rank or a row like them, and a row in exceptions.csv '
        || 'if a prize would follow: docs/your-own-league.md.' as advice
    from per_ranking
    where bad_rank_row is not null

    union all

    select file, 'content', 2, 'a UserId', 'an empty cell', 'row ' || no_id_row, getvariable('no_user_id')
    from per_ranking
    where no_id_row is not null

    union all

    select
        file, 'content', 2, 'a UserId without a space around it', abbreviate(spaced_id),
        'row ' || spaced_id_row, null
    from per_ranking
    where spaced_id_row is not null

    union all

    select
        file, 'content', 3, 'a racer once', 'UserId ' || abbreviate(UserId) || ' again',
        'row ' || source_row, null
    from repeated_racers
    qualify source_row = min(source_row) over (partition by file)

    union all

    select
        file,
        'content',
        4,
        'the ranks 1 to ' || row_count || ', each once',
        case when shared_ranks.rank is null then 'no rank ' || missing_ranks.rank
            else 'no rank ' || missing_ranks.rank || ', and two racers of rank '
                || shared_ranks.rank end,
        row_count || ' rows',
        case when shared_ranks.rank is not null then
            'A final ranking has no ties, for a prize goes to one racer. Break the tie of rank '
            || shared_ranks.rank || ' by your own rules, or by lot, and number the racers on: '
            || 'the ranks are 1 to ' || row_count || '.' end
    from odd_rankings
    inner join missing_ranks using (file)
    left join shared_ranks using (file)

    union all

    select
        file, 'doubt', 5, 'a UserId of 22 characters like the others', abbreviate(odd_id),
        'row ' || odd_id_row,
        'Where a race has ids of two forms, and each is always the same racer''s, '
        || 'ACCEPT_CHANGES=1 (--accept-changes) loads it.'
    from per_ranking
    where odd_ids > 0 and odd_ids < row_count / 2

    union all

    select
        file, 'content', 5, 'ids in the column UserId',
        'ids in the column Alias, and ' || abbreviate(odd_id) || ' as UserId',
        'the header, or the columns below it', null
    from per_ranking
    where odd_ids >= row_count / 2 and aliases_like_ids > row_count / 2

    union all

    select
        file, 'content', 6, expected_of(kind) || ' as ' || name, abbreviate(cell),
        'row ' || source_row || ', column ' || name,
        'A cell without a number stays empty; a spreadsheet may have changed how it is '
        || 'written: format the column as text before you save.'
    from bad_cells
    where not case kind when 'moment' then is_moment(cell) when 'count' then is_count(cell)
        when 'milliseconds' then is_milliseconds(cell) else is_measure(cell) end
    qualify row_number() over (partition by file) = 1

    union all

    -- all of upstream's files end with a newline: one that does not may have been cut
    select
        file, 'doubt', 7,
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
        file, 'doubt', 8,
        'git blob ' || pinned_blob[:10] || ', as in upstream''s commit ' || getvariable('pinned_ref')[:10],
        coalesce(git_blob[:10] || format(', {:,} bytes', size), 'no such file'),
        file, null
    from sizes
    where git_blob is distinct from pinned_blob and pinned_blob is not null
        and getvariable('is_pinned')

    union all

    select
        file, 'doubt', 9,
        case when participants is null then 'a ranking of a race that is over (or, in the '
            || 'catalogue, a ParticipantCount of 0, or OPEN or UPCOMING as Status)'
            else format('at least {:,} racers, as the catalogue says', participants) end,
        found_rows, file, null
    from sizes
    where is_due and row_count < coalesce(participants, 1)

    union all

    select
        file, 'doubt', 10, format('at least {:,} rows, as loaded before', known_rows),
        found_rows, file, null
    from sizes
    where row_count < known_rows and leaderboard_arn is not null

    union all

    select
        file, 'doubt', 11, 'a ranking of its own',
        'the racers, ranks and scores of ' || other_file, file,
        'One of the two files is a copy in the wrong folder: put the right one there. If both '
        || 'races did end alike, ACCEPT_CHANGES=1 (--accept-changes) loads them.'
    from copies

    union all

    select
        getvariable('catalogue'), 'doubt', 12,
        'the ' || (select count(*) from known_boards) || ' boards loaded before',
        'no ' || first_three(list(leaderboard_arn)), getvariable('catalogue'), null
    from known_boards
    anti join boards using (leaderboard_arn)
    having count(*) > 0

    union all

    select
        getvariable('catalogue'), 'doubt', 13, 'every board of a season that has a ranking',
        'no ' || first_three(list(leaderboard_arn)), getvariable('catalogue'), null
    from sizes
    semi join required_boards using (leaderboard_arn)
    anti join boards using (leaderboard_arn)
    where row_count > 0
    having count(*) > 0

    union all

    select
        getvariable('catalogue'), 'doubt', 14, 'a WinnerAlias where the catalogue names winners',
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
