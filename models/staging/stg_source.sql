-- One row: where the data is from, and the moment that is looked back from (`AS_OF`),
-- null for the real result. What was not known at that moment is not in the other
-- tables.
select
    source,
    ref,
    loaded_at_utc,
    as_of_utc
from {{ source('raw', 'source') }}
