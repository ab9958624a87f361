-- What was known at a moment, copied from the build database (attached as `built`). The
-- moment is the variable `moment`, in UTC.

create or replace table raw.source as
select * replace (getvariable('moment') as as_of_utc) from built.raw.source;

-- Snapshots are named by their hour.
insert into history.snapshot
select * from built.history.snapshot
where snapshot_at <= getvariable('moment');

-- Rows as they stood in them. A row version that went on ends at the last snapshot. Who
-- is who is a fact and no result, so here later files may tell it: where a row has no UserId,
-- the racer's of today is written, if the build of all hours knows it.
insert into history.row_version
select row_version.* replace (
    least(row_version.valid_to, known.last_snapshot) as valid_to,
    coalesce(row_version.user_id, identities.user_id) as user_id
)
from built.history.row_version
inner join (
    select leaderboard_arn, max(snapshot_no) as last_snapshot
    from history.snapshot
    group by all
) as known
    on row_version.leaderboard_arn = known.leaderboard_arn
    and row_version.valid_from <= known.last_snapshot
left join built.intermediate.int_history_identities as identities
    on row_version.leaderboard_arn = identities.leaderboard_arn
    and row_version.position = identities.place;

insert into history.rank_run
select rank_run.* from built.history.rank_run
semi join history.snapshot using (leaderboard_arn, snapshot_no);

-- A race is decided when its newest submission, its last snapshot and its closing time have
-- all passed; the closing time alone is wrong for some boards. Of others no final ranking is
-- known. For all 33 Pro qualifiers, finales and wildcards of 2021 and 2022 that is 0 to 3.4
-- hours before the archive had the final ranking.
create temp table decided as
select rankings.leaderboard_arn
from (
    select leaderboard_arn, max(SubmissionTime::double)::bigint as newest
    from built.raw.rankings
    group by all
) as rankings
left join built.raw.catalogue on rankings.leaderboard_arn = catalogue.Arn
left join (
    select leaderboard_arn, max(snapshot_at) as last_snapshot_at
    from built.history.snapshot
    group by all
) as snapshots on rankings.leaderboard_arn = snapshots.leaderboard_arn
where greatest(
    epoch_ms(newest), epoch_ms(CloseTime::double::bigint), last_snapshot_at
) <= getvariable('moment');

create or replace table raw.rankings as
select rankings.* from built.raw.rankings
semi join decided using (leaderboard_arn);

-- A board launched later and not recorded by then does not exist, and nothing is known of how
-- a race will end.
create or replace table raw.catalogue as
select catalogue.* replace (
    case when decided.leaderboard_arn is null then 'not decided' else Status end as Status,
    case when decided.leaderboard_arn is not null then ParticipantCount end as ParticipantCount,
    case when decided.leaderboard_arn is not null then WinnerAlias end as WinnerAlias
)
from built.raw.catalogue
left join decided on Arn = decided.leaderboard_arn
where epoch_ms(LaunchTime::double::bigint) <= getvariable('moment')
    or Arn in (select leaderboard_arn from history.snapshot);

-- A file in quarantine stops the build as it does without a moment.
create or replace table raw.outcomes as
select outcomes.* from built.raw.outcomes
left join decided using (leaderboard_arn)
where outcome = 'quarantined' or decided.leaderboard_arn is not null
