-- What does not make sense in the rows of seeds/: one row per problem, a sentence that names
-- the file, the row, what was found and what was expected. A build stops unless it is empty
-- (tests/dbt/seeds_make_sense.sql): a row that fits nothing would lose winners without a
-- word, as a misspelt race puts no one in line and a quota of null awards nothing.
--
-- That the files are CSV and each cell is of its column's type is checked before the seeds are
-- loaded (macros/require_readable_seeds.sql).
with recursive

-- which prize is given before which, when blocks apply at once; a circle has no order
given_before as (
    select season, prize, held_prize as given_first, 1 as steps
    from {{ ref('prize_blocks') }}
    where applies = 'at once'

    union all

    select given_before.season, given_before.prize, blocks.held_prize, given_before.steps + 1
    from given_before
    inner join {{ ref('prize_blocks') }} as blocks
        on given_before.season = blocks.season
        and given_before.given_first = blocks.prize
        and blocks.applies = 'at once'
    where given_before.prize != given_before.given_first
        and given_before.steps < (select count(*) from {{ ref('prize_names') }})
)

select 'league.csv: expected one row, found ' || count(*) || '.' as problem
from {{ ref('league') }}
having count(*) != 1
union all
{{ expect_cells('league', ['name']) }}
union all
{{ expect_that(
    'league', 'issues_address', matches('issues_address', 'https://[^ ]+'),
    'an address like https://example.org/issues/new'
) }}

-- rounds.csv
union all
{{ expect_cells('rounds', ['season', 'round_number', 'round_name']) }}
union all
{{ expect_that('rounds', 'season', 'season between 1000 and 9999', 'a year like 2021') }}
union all
{{ expect_that('rounds', 'round_number', 'round_number >= 0', 'a number from 0 on') }}
union all
{{ expect_once('rounds', ['season', 'round_number']) }}
union all
{{ expect_once('rounds', ['season', 'round_name']) }}
union all
{{ expect_known(
    'rounds', 'round_number', [('round_races', 'round_number')],
    hint=' A round without a race has no row here, and numbers may have gaps; one whose race was '
        ~ 'cancelled keeps both rows, and the race ParticipantCount 0 in the catalogue.'
) }}

-- round_races.csv
union all
{{ expect_cells('round_races', ['season', 'round_number', 'race', 'leaderboard_arn']) }}
union all
{{ expect_that(
    'round_races', 'leaderboard_arn',
    matches('leaderboard_arn', 'arn:aws:deepracer:[a-z0-9-]*:[0-9]*:leaderboard/[A-Za-z0-9_-]+'),
    'an Arn like arn:aws:deepracer:::leaderboard/name'
) }}
union all
{{ expect_once('round_races', ['leaderboard_arn']) }}
union all
{{ expect_once(
    'round_races', ['season', 'round_number', 'race'],
    where="race not in ('knockouts', 'bracket', 'final')",
    hint=' Two boards of one race would be one ranking; call the races by two names.'
) }}
union all
{{ expect_known('round_races', 'round_number', [('rounds', 'round_number')]) }}
union all
{{ expect_known(
    'round_races', 'race',
    [
        ('prize_lines', 'race'), ('prizes', 'invites_to'),
        ('promotion_rules', 'from_race'), ('promotion_rules', 'to_race')
    ],
    words=['knockouts', 'bracket', 'final']
) }}

-- prizes.csv
union all
{{ expect_cells(
    'prizes', ['season', 'prize', 'kind', 'quota', 'evidence', 'reason', 'source']
) }}
union all
{{ expect_once('prizes', ['season', 'prize']) }}
union all
{{ expect_known('prizes', 'prize', [('prize_names', 'prize')]) }}
union all
{{ expect_known('prizes', 'prize', [('prize_lines', 'prize')]) }}
union all
{{ expect_one_of('prizes', 'kind', ['prize', 'invitation']) }}
union all
{{ expect_known('prizes', 'invites_to', [('round_races', 'race')]) }}
union all
{{ expect_that('prizes', 'quota', 'quota >= 1', 'a number from 1 on') }}
union all
{{ expect_one_of('prizes', 'evidence', ['published', 'inferred', 'catalogue']) }}
union all
select {{ seed_row('prizes') }} || ': kind is ' || kind || ' and invites_to is '
    || coalesce(invites_to, 'empty') || '; expected the race it invites to of an invitation, '
    || 'and of nothing else.'
from {{ ref('prizes') }} as checked
where (kind = 'invitation') != (invites_to is not null)

-- prize_lines.csv
union all
{{ expect_cells('prize_lines', ['season', 'prize', 'line_order', 'race']) }}
union all
{{ expect_that('prize_lines', 'line_order', 'line_order >= 1', 'a number from 1 on') }}
union all
{{ expect_once('prize_lines', ['season', 'prize', 'line_order']) }}
union all
{{ expect_once('prize_lines', ['season', 'prize', 'race']) }}
union all
{{ expect_known('prize_lines', 'prize', [('prizes', 'prize')]) }}
union all
{{ expect_known('prize_lines', 'race', [('round_races', 'race')]) }}

-- prize_blocks.csv
union all
{{ expect_cells('prize_blocks', ['season', 'prize', 'held_prize']) }}
union all
{{ expect_once('prize_blocks', ['season', 'prize', 'held_prize']) }}
union all
{{ expect_known('prize_blocks', 'prize', [('prizes', 'prize')]) }}
union all
{{ expect_known('prize_blocks', 'held_prize', [('prizes', 'prize')]) }}
union all
{{ expect_one_of('prize_blocks', 'applies', ['from the next round', 'at once']) }}
union all
select distinct {{ seed_row('prize_blocks') }} || ': ' || held_prize || ' blocks ' || prize
    || ' at once, so it is given first, and ' || prize || ' is given before it by other rows; '
    || 'expected blocks at once without a circle. Let one of them apply from the next round.'
from {{ ref('prize_blocks') }} as checked
semi join given_before as circles
    on checked.season = circles.season
    and checked.prize = circles.prize
    and checked.prize = circles.given_first
where applies = 'at once'

-- round_quotas.csv
union all
{{ expect_cells('round_quotas', ['season', 'round_number', 'prize', 'quota']) }}
union all
{{ expect_that('round_quotas', 'quota', 'quota >= 1', 'a number from 1 on') }}
union all
{{ expect_once('round_quotas', ['season', 'round_number', 'prize']) }}
union all
{{ expect_known('round_quotas', 'round_number', [('rounds', 'round_number')]) }}
union all
{{ expect_known('round_quotas', 'prize', [('prizes', 'prize')]) }}
union all
select {{ seed_row('round_quotas') }} || ': the catalogue names who has it; expected a prize '
    || 'that is computed.'
from {{ ref('round_quotas') }} as checked
semi join {{ ref('prizes') }} as prizes
    on checked.season = prizes.season
    and checked.prize = prizes.prize
    and prizes.evidence = 'catalogue'

-- prize_names.csv
union all
{{ expect_cells('prize_names', ['prize', 'title', 'singular', 'plural']) }}
union all
{{ expect_that(
    'prize_names', 'prize', matches('prize', '[a-z][a-z0-9_]*') ~ " and prize != 'all'",
    'small letters, digits and _, like wildcard_seat, and not all'
) }}
union all
{{ expect_once('prize_names', ['prize']) }}
union all
{{ expect_once('prize_names', ['title']) }}

-- named_winners.csv
union all
{{ expect_cells(
    'named_winners', ['season', 'leaderboard_arn', 'winner_alias', 'user_id', 'source']
) }}
union all
{{ expect_once('named_winners', ['season', 'leaderboard_arn']) }}
union all
{{ expect_known('named_winners', 'leaderboard_arn', [('round_races', 'leaderboard_arn')]) }}

-- exceptions.csv
union all
{{ expect_cells(
    'exceptions', ['season', 'user_id', 'prize', 'from_round', 'reason', 'source']
) }}
union all
{{ expect_once('exceptions', ['season', 'user_id', 'prize', 'from_round']) }}
union all
{{ expect_known('exceptions', 'prize', [('prizes', 'prize')], words=['all']) }}
union all
{{ expect_known('exceptions', 'from_round', [('rounds', 'round_number')]) }}
union all
{{ expect_known('exceptions', 'to_round', [('rounds', 'round_number')]) }}
union all
{{ expect_one_of('exceptions', 'reason', ['ineligible', 'declined']) }}
union all
select {{ seed_row('exceptions') }} || ': to_round is ' || to_round || '; expected '
    || from_round || ', which is from_round, or a later round.'
from {{ ref('exceptions') }} as checked
where to_round < from_round
union all
select {{ seed_row('exceptions') }} || ': the catalogue names who has ' || prizes.prize || ' of '
    || prizes.season || ', and an exception cannot take that away; expected a prize that is '
    || 'computed, one row for each.'
from {{ ref('exceptions') }} as checked
inner join {{ ref('prizes') }} as prizes
    on checked.season = prizes.season
    and checked.prize in (prizes.prize, 'all')
    and prizes.evidence = 'catalogue'

-- promotion_rules.csv
union all
{{ expect_cells(
    'promotion_rules', ['season', 'from_race', 'to_race', 'share', 'evidence', 'source']
) }}
union all
{{ expect_once('promotion_rules', ['season']) }}
union all
{{ expect_known('promotion_rules', 'from_race', [('round_races', 'race')]) }}
union all
{{ expect_known('promotion_rules', 'to_race', [('round_races', 'race')]) }}
union all
{{ expect_that('promotion_rules', 'share', 'share between 0 and 1', 'a number from 0 to 1') }}
union all
{{ expect_one_of('promotion_rules', 'evidence', ['published', 'inferred']) }}

-- not_computable.csv
union all
{{ expect_cells('not_computable', ['season', 'prize', 'reason', 'source']) }}
union all
{{ expect_that('not_computable', 'season', 'season between 1000 and 9999', 'a year like 2021') }}
union all
{{ expect_once('not_computable', ['season', 'prize']) }}
union all
{{ expect_known('not_computable', 'prize', [('prize_names', 'prize')]) }}
union all
select {{ seed_row('not_computable') }} || ': is in prizes.csv, too; expected a prize that '
    || 'cannot be computed.'
from {{ ref('not_computable') }} as checked
semi join {{ ref('prizes') }} as prizes
    on checked.season = prizes.season and checked.prize = prizes.prize

-- winner_reports.csv
union all
{{ expect_cells(
    'winner_reports',
    [
        'season', 'prize', 'place', 'name_as_reported', 'source', 'reported_by', 'evidence'
    ]
) }}
union all
{{ expect_that('winner_reports', 'season', 'season between 1000 and 9999', 'a year like 2021') }}
union all
{{ expect_that('winner_reports', 'place', 'place >= 1', 'a number from 1 on') }}
union all
{{ expect_once('winner_reports', ['season', 'prize', 'place', 'source']) }}
union all
{{ expect_known('winner_reports', 'prize', [('prize_names', 'prize')]) }}
union all
{{ expect_that(
    'winner_reports', 'source', matches('source', 'https://[^ ]+'),
    'an address like https://example.org/winners'
) }}
union all
{{ expect_one_of('winner_reports', 'evidence', ['reported']) }}
