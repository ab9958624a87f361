-- One row per board in upstream's catalogue (leaderboards.csv), typed and named.
select
    -- keys
    Arn as leaderboard_arn,

    -- names: three come with trailing spaces, no two become equal without them
    trim(Name) as race_name,
    Description as description,

    -- kind of race: the catalogue knows the division, the ranking's rows do not
    RaceType as race_type,
    nullif(RacingDivision, '') as division,
    nullif(TrackArn, '') as track_arn,
    {{ whole_number('TotalLaps') }} as total_laps,
    nullif(TimingMethod, '') as timing_method,

    -- window as catalogued; wrong for some boards (May 2021 finale: raced 9-11 June)
    {{ utc_timestamp('LaunchTime') }} as launched_at_utc,
    {{ utc_timestamp('CloseTime') }} as closed_at_utc,
    Status as status,

    -- what upstream says about the result
    {{ whole_number('ParticipantCount') }} as participants,
    nullif(WinnerAlias, '') as winner_alias
from {{ source('raw', 'catalogue') }}
