create schema if not exists raw;

-- One row per board of the catalogue, every column text. The Arn of a raw row is the same in all
-- rows of a file; all else is loaded as it is (load.py), so that needs a compression of its own.
create table if not exists raw.catalogue (
    {catalogue},
    other_columns varchar,             -- columns that upstream has never had: a JSON object
    leaderboard_arn varchar using compression dictionary,  -- null
    source_row integer
);

-- One row per board and racer, every column text.
create table if not exists raw.rankings (
    {rankings},
    other_columns varchar,             -- as above
    leaderboard_arn varchar using compression dictionary,  -- whose ranking it is
    source_row integer                 -- 1 is the first below the header
);

-- One row per file of the last run, and what became of it.
create table if not exists raw.outcomes (
    file varchar,
    leaderboard_arn varchar,           -- null of the catalogue
    outcome varchar,                   -- loaded, unchanged, empty, not_published, quarantined
    expected varchar,                  -- quarantined only, like the next two
    found varchar,
    place varchar,
    row_count integer,                 -- of a file in quarantine: how many it had before
    sha256 varchar,
    new_columns varchar[],
    checked_at_utc timestamp
);

-- One row: where the last run took its files from.
create table if not exists raw.source (
    source varchar,
    ref varchar,
    loaded_at_utc timestamp,
    as_of_utc timestamp,               -- the moment of a look back
    seeds varchar                      -- the folder of the rows it was loaded for; null for those
                                       -- of this project. A path, so it is not published
);

-- Differs where any file that a build draws on does. Building and publishing both ask.
create or replace macro raw.content() as (
    select md5(concat_ws(
        ' ',
        (select string_agg(file || replace(outcome, 'unchanged', 'loaded')
            || coalesce(sha256, ''), ' ' order by file)
            from raw.outcomes),
        (select max(as_of_utc) from raw.source),
        (select bit_xor(md5_number(leaderboard_arn || file_name || outcome
            || coalesce(git_blob, ''))) from history.file)
    ))
);
