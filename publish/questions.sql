-- Questions about any hour, for the duckdb shell. Racers go by today's user_id, the one in
-- race_results; what the file has is written_user_id. In a database that was attached under
-- another name they need `use that_name;` first.

-- A moment as a timestamp in UTC. One with an offset (2021-10-20T14:00:00+02:00) is converted,
-- one without a zone is UTC, a day alone is its beginning; anything else is an error.
create or replace macro utc_moment(moment) as make_timestamp(epoch_us(coalesce(
    try_cast(case
        when regexp_full_match(moment::varchar, '\d{4}-\d\d-\d\d')
            then moment::varchar || ' 00:00:00Z'
        when regexp_full_match(moment::varchar, '\d{4}-\d\d-\d\d[T ][0-9:.]+')
            then moment::varchar || 'Z'
        when regexp_full_match(
            moment::varchar, '\d{4}-\d\d-\d\d[T ][0-9:.]+ ?(Z|UTC|[+-]\d\d(:\d\d)?)'
        ) then moment::varchar
    end as timestamptz),
    error(
        'Expected a moment like 2021-10-20T12:00:00Z, or with an offset like '
        || '2021-10-20T14:00:00+02:00, found ' || coalesce(moment::varchar, 'null') || '.'
    )::timestamptz
)));

-- The board as its latest snapshot at or before that moment showed it; no rows before the
-- board's first snapshot or where that snapshot is empty. user_id is null where no file says
-- who it was.
--
--     from standings_at(
--         'arn:aws:deepracer:::leaderboard/…', '2021-10-20T12:00:00Z') limit 16;
--
-- Rank is the number of the row in the file unless a rank run says otherwise.
create or replace macro standings_at(of_board, moment) as table
with shown as (
    select *
    from history.snapshot
    where leaderboard_arn = of_board
        and snapshot_at <= utc_moment(moment)
    order by snapshot_at desc
    limit 1
),

racers as (
    select place as position, coalesce(written.user_id, identities.user_id) as racer
    from staging.stg_history_row_versions as written
    left join intermediate.int_history_identities as identities using (leaderboard_arn, place)
    where leaderboard_arn = of_board
),

placed as (
    select
        shown.snapshot_at,
        row_number() over (order by version.position) as row_number,
        shown.has_rank,
        version.* exclude (leaderboard_arn, valid_from, valid_to),
    from history.row_version as version
    inner join shown
        on version.leaderboard_arn = shown.leaderboard_arn
        and shown.snapshot_no between version.valid_from and version.valid_to
    where version.leaderboard_arn = of_board
),

runs as (
    select from_row, rank as run_rank, rank is null as is_odd
    from history.rank_run
    where leaderboard_arn = of_board
        and snapshot_no = (select snapshot_no from shown)
)

select
    placed.snapshot_at,
    case
        when not placed.has_rank or runs.is_odd then null
        else coalesce(placed.row_number + runs.run_rank - runs.from_row, placed.row_number)
    end as rank,
    racers.racer as user_id,
    placed.* exclude (snapshot_at, row_number, has_rank, position, user_id),
    placed.user_id as written_user_id,
from placed
inner join racers using (position)
asof left join runs on placed.row_number >= runs.from_row
order by placed.row_number;

-- One racer's way through a board: one row per stretch of snapshots in which neither the row,
-- nor the rank, nor the score at the cut-off changed. A pause between two rows means the
-- racer was not shown.
--
--     from racer_story('arn:aws:deepracer:::leaderboard/…', 'user_id of today', cut_off := 5);
--
-- gap is ranking_score - cut_off_score in milliseconds: negative is
-- ahead of the racer at rank cut_off.
--
-- Snapshots are looked at in blocks of 128, so that rows are only compared with rows of about
-- their time.
create or replace macro racer_story(of_board, of_user, cut_off := 16) as table
with mine as (
    select version.*
    from history.row_version as version
    inner join staging.stg_history_row_versions as written
        on version.leaderboard_arn = written.leaderboard_arn
        and version.position = written.place
    left join intermediate.int_history_identities as identities
        on written.leaderboard_arn = identities.leaderboard_arn
        and written.place = identities.place
    where version.leaderboard_arn = of_board
        and coalesce(written.user_id, identities.user_id) = of_user
),

shown as (
    select
        position,
        unnest(range(valid_from, valid_to + 1))::integer as snapshot_no,
        snapshot_no // 128 as block,
    from mine
),

rows_in_blocks as (
    select
        unnest(range(valid_from // 128, valid_to // 128 + 1))::integer as block,
        position,
        valid_from,
        valid_to,
        ranking_score,
        valid_from <= block * 128 and valid_to >= block * 128 + 127 as is_all_through,
    from history.row_version as version
    where leaderboard_arn = of_board
),

-- A racer's row number is one more than the number of rows above. Most of them stand all through
-- a block and are counted once for all of its snapshots.
standing as (
    select mine.position, block, count(above.position) as standing
    from (select distinct position, block from shown) as mine
    inner join rows_in_blocks as above using (block)
    where above.is_all_through and above.position < mine.position
    group by all
),

coming_and_going as (
    select shown.position, snapshot_no, count(*) as coming_and_going
    from shown
    inner join rows_in_blocks as above
        on shown.block = above.block
        and not above.is_all_through
        and above.position < shown.position
        and snapshot_no between above.valid_from and above.valid_to
    group by all
),

positions as (
    select
        position,
        snapshot_no,
        1 + coalesce(standing, 0) + coalesce(coming_and_going, 0) as row_number,
    from shown
    left join standing using (position, block)
    left join coming_and_going using (position, snapshot_no)
),

ranked as (
    select
        positions.*,
        case
            when runs.from_row is null then row_number
            else row_number + runs.rank - runs.from_row
        end as rank,
    from positions
    asof left join (
        select snapshot_no, from_row, rank
        from history.rank_run
        where leaderboard_arn = of_board
    ) as runs
        on positions.snapshot_no = runs.snapshot_no
        and positions.row_number >= runs.from_row
),

-- Nobody below the cut_off-th of those who stand all through a block is at the cut-off in it.
lowest as (
    select block, min(position, cut_off::bigint) as places
    from rows_in_blocks
    where is_all_through
    group by block
),

best as (
    select snapshot_no, arg_min(ranking_score, position, cut_off::bigint) as scores
    from (
        select
            unnest(range(
                greatest(valid_from, block * 128),
                least(valid_to, block * 128 + 127) + 1
            ))::integer as snapshot_no,
            position,
            ranking_score,
        from rows_in_blocks
        semi join shown using (block)
        left join lowest using (block)
        where position <= coalesce(places[cut_off], position)
    )
    group by all
),

cut_offs as (
    select snapshot_no, scores[cut_off] as cut_off_score
    from best
),

hours as (
    select
        snapshot.snapshot_at,
        snapshot_no,
        row_number,
        if(snapshot.has_rank, rank, null) as rank,
        cut_off_score,
        try_cast(ranking_score as decimal(38, 1))
            - try_cast(cut_off_score as decimal(38, 1)) as gap,
        mine.*,
        row(position, rank, cut_off_score) is distinct from lag(row(position, rank, cut_off_score))
            over (order by snapshot_no, position)
        or snapshot_no > 1 + lag(snapshot_no) over (order by snapshot_no, position)
            as is_new,
    from ranked
    inner join cut_offs using (snapshot_no)
    inner join mine using (position)
    inner join history.snapshot
        on snapshot.leaderboard_arn = of_board
        and snapshot.snapshot_no = ranked.snapshot_no
),

stretches as (
    select *, count(*) filter (is_new) over (order by snapshot_no, position) as stretch
    from hours
)

select
    min(snapshot_at) as first_at,
    max(snapshot_at) as last_at,
    any_value(rank) as rank,
    any_value(ranking_score) as ranking_score,
    any_value(cut_off_score) as cut_off_score,
    any_value(gap) as gap,
    any_value(alias) as alias,
    any_value(submission_count) as submission_count,
    any_value(submission_time) as submission_time,
    any_value(user_id) as written_user_id,
from stretches
group by stretch
order by stretch;
