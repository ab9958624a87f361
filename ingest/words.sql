-- How messages say it, and what a cell may be.
create or replace temp macro abbreviate(cell) as
    case when cell = '' then 'an empty cell' else '''' || regexp_replace(
        case when length(cell) > 80 then cell[:80] || '…' else cell end,
        '\s+', ' ', 'g'
    ) || '''' end;

create or replace temp macro first_three(names) as
    array_to_string(names[:3], ', ')
    || case when len(names) > 3 then ' and ' || (len(names) - 3) || ' more' else '' end;

create or replace temp macro place_of_row(source_row) as
    'row ' || source_row || ' below the header';

-- What is wrong with a cell; null where nothing is.
create or replace temp macro issue_unless(fits, expected, name, cell) as
    case when not fits then
        {'expected': expected || ' as ' || name, 'found': abbreviate(cell), 'name': name}
    end;

-- Of a column of numbers a cell may be empty, and the column may be missing.
create or replace temp macro number_issue(fits, expected, name, cell) as
    issue_unless(coalesce(fits, false) or coalesce(cell, '') = '', expected, name, cell);

-- Upstream writes whole numbers as `31151` in one file and `31151.0` in the next.
create or replace temp macro count_issue(name, cell) as number_issue(
    regexp_full_match(cell, '[0-9]{1,9}(\.0*)?'), 'a whole number of at most 9 digits', name, cell
);

-- Up to 2^63, which upstream writes where a racer has no lap. NaN is greater.
create or replace temp macro measure_issue(name, cell) as number_issue(
    try_cast(cell as double) between 0 and 1e19,
    'a number of at least 0', name, cell
);

-- Upstream's are whole: `9.25` is seconds, and `9.250` has a separator of thousands.
create or replace temp macro milliseconds_issue(name, cell) as number_issue(
    try_cast(cell as double) between 0 and 1e19 and try_cast(cell as double) % 1 = 0
    and not regexp_full_match(cell, '[0-9]{1,3}(\.[0-9]{3})+'),
    'whole milliseconds, like 31151,', name, cell
);

-- Milliseconds since 1970, of the years 1973 to 5138: seconds have fewer digits.
create or replace temp macro moment_issue(name, cell) as number_issue(
    regexp_full_match(cell, '[0-9]{12,14}(\.0*)?'),
    'milliseconds since 1970 in digits, like 1614556800000,', name, cell
);

-- AWS's form of a UserId: 16 bytes in URL-safe base64, of which the last character holds two
-- bits. Some of March to August 2021 were written with 32 characters.
create or replace temp macro is_user_id(cell) as
    regexp_full_match(cell, '[A-Za-z0-9_-]{21}[AQgw]|[A-Za-z0-9_-]{32}');
