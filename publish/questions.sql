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
-- board's first snapshot or where that snapshot is empty. user_id is null where nobody knows
-- who it was.
--
--     from standings_at(
--         'arn:aws:deepracer:::leaderboard/…', '2021-10-20T12:00:00Z') limit 16;
--
-- Rank is the position in the file unless a rank run says otherwise.
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
    select place, coalesce(written.user_id, identities.user_id) as racer
    from staging.stg_history_versions as written
    left join intermediate.int_history_identities as identities using (leaderboard_arn, place)
    where leaderboard_arn = of_board
),

placed as (
    select
        shown.snapshot_at,
        row_number() over (order by version.place) as position,
        shown.has_rank,
        version.* exclude (leaderboard_arn, first_snapshot, last_snapshot),
    from history.version
    inner join shown
        on version.leaderboard_arn = shown.leaderboard_arn
        and shown.snapshot_no between version.first_snapshot and version.last_snapshot
    where version.leaderboard_arn = of_board
),

runs as (
    select from_position, rank as run_rank, rank is null as is_odd
    from history.rank_run
    where leaderboard_arn = of_board
        and snapshot_no = (select snapshot_no from shown)
)

select
    placed.snapshot_at,
    case
        when not placed.has_rank or runs.is_odd then null
        else coalesce(placed.position + runs.run_rank - runs.from_position, placed.position)
    end as rank,
    racers.racer as user_id,
    placed.* exclude (snapshot_at, position, has_rank, place, user_id),
    placed.user_id as written_user_id,
from placed
inner join racers using (place)
asof left join runs on placed.position >= runs.from_position
order by placed.position;

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
    from history.version
    inner join staging.stg_history_versions as written using (leaderboard_arn, place)
    left join intermediate.int_history_identities as identities using (leaderboard_arn, place)
    where leaderboard_arn = of_board
        and coalesce(written.user_id, identities.user_id) = of_user
),

shown as (
    select
        place,
        unnest(range(first_snapshot, last_snapshot + 1))::integer as snapshot_no,
        snapshot_no // 128 as block,
    from mine
),

rows_in_blocks as (
    select
        unnest(range(first_snapshot // 128, last_snapshot // 128 + 1))::integer as block,
        place,
        first_snapshot,
        last_snapshot,
        ranking_score,
        first_snapshot <= block * 128 and last_snapshot >= block * 128 + 127 as is_all_through,
    from history.version
    where leaderboard_arn = of_board
),

-- A racer's position is one more than the number of rows above. Most of them stand all through
-- a block and are counted once for all of its snapshots.
standing as (
    select mine.place, block, count(above.place) as standing
    from (select distinct place, block from shown) as mine
    inner join rows_in_blocks as above using (block)
    where above.is_all_through and above.place < mine.place
    group by all
),

coming_and_going as (
    select shown.place, snapshot_no, count(*) as coming_and_going
    from shown
    inner join rows_in_blocks as above
        on shown.block = above.block
        and not above.is_all_through
        and above.place < shown.place
        and snapshot_no between above.first_snapshot and above.last_snapshot
    group by all
),

positions as (
    select
        place,
        snapshot_no,
        1 + coalesce(standing, 0) + coalesce(coming_and_going, 0) as position,
    from shown
    left join standing using (place, block)
    left join coming_and_going using (place, snapshot_no)
),

ranked as (
    select
        positions.*,
        case
            when runs.from_position is null then position
            else position + runs.rank - runs.from_position
        end as rank,
    from positions
    asof left join (
        select snapshot_no, from_position, rank
        from history.rank_run
        where leaderboard_arn = of_board
    ) as runs
        on positions.snapshot_no = runs.snapshot_no
        and positions.position >= runs.from_position
),

-- Nobody below the cut_off-th of those who stand all through a block is at the cut-off in it.
lowest as (
    select block, min(place, cut_off::bigint) as places
    from rows_in_blocks
    where is_all_through
    group by block
),

best as (
    select snapshot_no, arg_min(ranking_score, place, cut_off::bigint) as scores
    from (
        select
            unnest(range(
                greatest(first_snapshot, block * 128),
                least(last_snapshot, block * 128 + 127) + 1
            ))::integer as snapshot_no,
            place,
            ranking_score,
        from rows_in_blocks
        semi join shown using (block)
        left join lowest using (block)
        where place <= coalesce(places[cut_off], place)
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
        position,
        if(snapshot.has_rank, rank, null) as rank,
        cut_off_score,
        try_cast(ranking_score as decimal(38, 1))
            - try_cast(cut_off_score as decimal(38, 1)) as gap,
        mine.*,
        row(place, rank, cut_off_score) is distinct from lag(row(place, rank, cut_off_score))
            over (order by snapshot_no, place)
        or snapshot_no > 1 + lag(snapshot_no) over (order by snapshot_no, place)
            as is_new,
    from ranked
    inner join cut_offs using (snapshot_no)
    inner join mine using (place)
    inner join history.snapshot
        on snapshot.leaderboard_arn = of_board
        and snapshot.snapshot_no = ranked.snapshot_no
),

stretches as (
    select *, count(*) filter (is_new) over (order by snapshot_no, place) as stretch
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
