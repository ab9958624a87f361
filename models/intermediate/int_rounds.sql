-- One row per season and round, and its turn in the season.
--
-- Nothing is computed from rows that do not make sense:
-- depends_on: {{ ref('int_seed_problems') }}
select
    season,
    round_number,
    round_name,
    -- dense, so that a gap in the round numbers is no turn without a round
    row_number() over (partition by season order by round_number) as turn
from {{ ref('rounds') }}
