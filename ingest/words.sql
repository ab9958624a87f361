-- How messages say it, and what a cell of a number or a moment may be.
create or replace temp macro abbreviate(cell) as
    '''' || regexp_replace(
        case when length(cell) > 80 then cell[:80] || '…' else cell end,
        '\s+', ' ', 'g'
    ) || '''';

create or replace temp macro first_three(names) as
    array_to_string(names[:3], ', ')
    || case when len(names) > 3 then ' and ' || (len(names) - 3) || ' more' else '' end;

-- Upstream writes whole numbers as `31151` in one file and `31151.0` in the next.
create or replace temp macro is_count(cell) as coalesce(
    try_cast(cell as double) between 0 and 1e9
    and try_cast(cell as double) = floor(try_cast(cell as double)),
    cell is null or cell = ''
);

-- Up to 2^63, which upstream writes where a racer has no lap. NaN is greater.
create or replace temp macro is_measure(cell) as coalesce(
    try_cast(cell as double) between 0 and 1e19, cell is null or cell = ''
);

-- Upstream's are whole: `9.25` is seconds, and `9.250` has a separator of thousands.
create or replace temp macro is_milliseconds(cell) as
    is_measure(cell) and not coalesce(
        try_cast(cell as double) <> floor(try_cast(cell as double))
        or regexp_full_match(cell, '[0-9]{1,3}(\.[0-9]{3})+'), false
    );

-- Milliseconds since 1970, of the years 1973 to 5138: seconds have fewer digits.
create or replace temp macro is_moment(cell) as coalesce(
    cell = '' or regexp_full_match(cell, '[0-9]{12,14}(\.0*)?'), true
);

create or replace temp macro expected_of(kind) as case kind
    when 'count' then 'a whole number'
    when 'milliseconds' then 'whole milliseconds, like 31151,'
    when 'measure' then 'a number of at least 0'
    else 'milliseconds since 1970 in digits, like 1614556800000,'
end;

-- AWS's form of a UserId: 16 bytes in URL-safe base64, of which the last character holds two
-- bits. Some of March to August 2021 were written with 32 characters.
create or replace temp macro is_user_id(cell) as
    regexp_full_match(cell, '[A-Za-z0-9_-]{21}[AQgw]|[A-Za-z0-9_-]{32}');

create or replace temp macro is_rank(cell) as regexp_full_match(cell, '[0-9]{1,9}');
