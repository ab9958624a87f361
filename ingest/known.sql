-- What is known apart from the files, before they are judged.

-- what the last run left, before this one replaces it
create or replace temp table known_files as
    select file, sha256, row_count, outcome in ('loaded', 'unchanged') as is_loaded
    from raw.outcomes;

create or replace temp table known_boards as
    select Arn as leaderboard_arn, coalesce(WinnerAlias, '') as winner
    from raw.catalogue;

-- the content of every file in upstream's last commit
create or replace temp table pinned as
    from read_csv(getvariable('pinned_files'), header = true, delim = ',', all_varchar = true);

-- which boards the rows in seeds/ require, and for what: one row per board that a season counts
create or replace temp table required_boards as
    select
        round_races.leaderboard_arn,
        -- a prize draws on its ranking or on its winner
        coalesce(bool_or(prize_lines.prize is not null), false) as decides_a_prize,
        -- the catalogue names its winner
        coalesce(bool_or(prizes.evidence = 'catalogue'), false) as has_named_winner
    from round_races
    left join prize_lines using (season, race)
    left join prizes using (season, prize)
    group by all;
