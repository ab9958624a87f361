-- One row per season and round, and its turn in the season.
select
    season,
    round_number,
    round_name,
    -- dense, so that a gap in the round numbers is no turn without a round
    row_number() over (partition by season order by round_number) as turn
from {{ ref('rounds') }}
