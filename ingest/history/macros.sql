-- Questions about any hour, for the duckdb shell.

-- The board as its latest snapshot at or before that moment (UTC) showed it; no rows before
-- the board's first snapshot or where that snapshot is empty.
--
--     from standings_at(
--         'arn:aws:deepracer:::leaderboard/…', '2021-10-20T12:00:00Z') limit 16;
--
-- Rank is the position in the file unless a rank run says otherwise. Give UTC: DuckDB drops
-- another offset (+02:00) without a word when it makes a timestamp of a text.
create or replace macro standings_at(of_board, moment) as table
with shown as (
    select *
    from history.snapshot
    where leaderboard_arn = of_board
        and snapshot_at <= moment::timestamp
    order by snapshot_at desc
    limit 1
),

placed as (
    select
        shown.snapshot_at,
        row_number() over (order by version.place) as position,
        shown.has_rank,
        version.* exclude (leaderboard_arn, first_snapshot, last_snapshot, place),
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
    placed.* exclude (snapshot_at, position, has_rank),
from placed
asof left join runs on placed.position >= runs.from_position
order by placed.position;

-- One racer's way through a board: one row per stretch of snapshots in which neither the row,
-- nor the rank, nor the score at the cut-off changed. A pause between two rows means the
-- racer was not shown.
--
--     from racer_story('arn:aws:deepracer:::leaderboard/…', 'user id', cut_off := 5);
--
-- gap is ranking_score - cut_off_score in milliseconds: negative is
-- ahead of the racer at rank cut_off.
create or replace macro racer_story(of_board, of_user, cut_off := 16) as table
with mine as (
    select *
    from history.version
    where leaderboard_arn = of_board
        and user_id = of_user
),

-- A racer's position is one more than the number of rows above: count those that come and go
-- during each of the racer's stays.
overtaking as (
    select
        mine.place,
        greatest(above.first_snapshot, mine.first_snapshot) as snapshot_no,
        count(*) as change,
    from history.version as above
    inner join mine
        on above.place < mine.place
        and above.first_snapshot <= mine.last_snapshot
        and above.last_snapshot >= mine.first_snapshot
    where above.leaderboard_arn = of_board
    group by all

    union all by name

    select mine.place, above.last_snapshot + 1 as snapshot_no, -count(*) as change
    from history.version as above
    inner join mine
        on above.place < mine.place
        and above.last_snapshot >= mine.first_snapshot
        and above.last_snapshot < mine.last_snapshot
    where above.leaderboard_arn = of_board
    group by all
),

shown as (
    select place, unnest(range(first_snapshot, last_snapshot + 1))::integer as snapshot_no
    from mine
),

changes as (
    select place, snapshot_no, sum(change) as change
    from overtaking
    group by all
),

positions as (
    select
        place,
        snapshot_no,
        1 + coalesce(sum(change) over (partition by place order by snapshot_no), 0) as position,
    from shown
    left join changes using (place, snapshot_no)
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

best as (
    select snapshot_no, arg_min(ranking_score, place, cut_off::bigint) as scores
    from (
        select
            unnest(range(first_snapshot, last_snapshot + 1))::integer as snapshot_no,
            place,
            ranking_score,
        from history.version
        where leaderboard_arn = of_board
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
    select *, count_if(is_new) over (order by snapshot_no, place) as stretch
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
from stretches
group by stretch
order by stretch;
