-- The rows of seeds/ make a season. All that reads them waits for this test.
with

problems as (
    select problem from {{ ref('int_seed_problems') }}
)

{{ say_problems() }}
