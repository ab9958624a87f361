-- The boards that exist: one row per board of the catalogue. Seen from a moment in the past
-- (`as_of`), a board launched later and not recorded by then does not exist, and nothing is
-- known of how a race will end.
{% if not as_of() %}
select * from {{ ref('stg_catalogue') }}
{% else %}
with

decided as (
    select distinct leaderboard_arn from {{ ref('int_rankings') }}
    where is_final
)

select
    catalogue.* replace (
        case when decided.leaderboard_arn is null then 'not decided' else status end as status,
        case when decided.leaderboard_arn is not null then participants end as participants,
        case when decided.leaderboard_arn is not null then winner_alias end as winner_alias
    ),
from {{ ref('stg_catalogue') }} as catalogue
left join decided using (leaderboard_arn)
where launched_at_utc <= {{ as_of() }}
    or leaderboard_arn in (select leaderboard_arn from {{ ref('stg_history_snapshots') }})
{% endif %}
