create schema if not exists history;

-- One row per file ever read: what became of it. Written in the same transaction as its rows.
create table if not exists history.file (
    leaderboard_arn varchar not null,
    file_name varchar not null,        -- 2021-10-20T12:00:00Z.csv
    outcome varchar not null,          -- loaded, unchanged (as the snapshot before), empty, quarantined
    bytes bigint not null,             -- 0 where it was not read
    git_blob varchar,                  -- the id git gives its content, as in upstream's tree;
                                       -- null where it was not read
    message varchar,                   -- quarantined only: what was expected, found, where
    changed_ns bigint,                 -- in a folder: when it was changed, nanoseconds since 1970.
                                       -- A file of the same size and time is not read again
);

-- One row per snapshot in the history, numbered 1, 2, 3 … by time within its board.
create table if not exists history.snapshot (
    leaderboard_arn varchar not null,
    snapshot_no integer not null,
    snapshot_at timestamp not null,    -- UTC, from the file's name
    header varchar not null,           -- the file's first line; '' for an empty file
    has_rank boolean not null,
    row_count integer not null,
    crlf boolean not null,
    final_newline boolean not null,
    as_written blob,                   -- zlib-packed file where the cells cannot give its bytes back
);

-- One row per row version: a row as it was written, Rank left out, and the snapshots that have
-- it, from the first to the last without a gap. The rows of any snapshot, sorted by position,
-- stand in the order of the file.
create table if not exists history.row_version (
    leaderboard_arn varchar not null,
    valid_from integer not null,       -- snapshot_no of the first snapshot with this row
    valid_to integer not null,         -- and of the last
    position integer not null,
    user_id varchar,                   -- cells as written; null where the file has no such column
    alias varchar,
    submission_time varchar,
    lap_count varchar,
    avg_lap_time varchar,
    best_lap_time varchar,
    total_lap_time varchar,
    avg_resets varchar,
    collision_count varchar,
    off_track_count varchar,
    reset_count varchar,
    submission_count varchar,
    leaderboard_submission_status_type varchar,
    ranking_score varchar,
    racing_division varchar,
    team_name varchar,
    other_columns varchar,             -- JSON of columns not named here
);

-- Rank is the number of the row in its snapshot, except where a row here says: from this row
-- on count up from this rank; rank is null where the cell was not a whole number.
create table if not exists history.rank_run (
    leaderboard_arn varchar not null,
    snapshot_no integer not null,
    from_row integer not null,
    rank bigint,
    rank_text varchar,
);

-- One row while a run is under way, and after one that was stopped: publish nothing of it.
create table if not exists history.unfinished (
    since_utc timestamp not null
);
