-- Who won by what others report, where no board of the archive decides it: one row per
-- season, prize, place and source. Two sources of one place are two rows; none is
-- preferred.
--
-- Looking back (AS_OF), a report counts from the day of its source; one without a day,
-- not at all.
with

reports as (
    select * from {{ ref('winner_reports') }}
),

moment as (
    select cast(max(as_of_utc) as date) as as_of_date from {{ ref('stg_source') }}
),

racers as (
    select user_id, alias from {{ ref('racers') }}
)

select
    reports.season,
    reports.prize,
    reports.place,
    reports.name_as_reported,
    reports.user_id,
    racers.alias,
    reports.source,
    reports.source_date,
    reports.reported_by,
    reports.evidence
from reports
cross join moment
left join racers using (user_id)
where moment.as_of_date is null or reports.source_date <= moment.as_of_date
order by reports.season, reports.prize, reports.place, reports.source
