-- What does not make sense in the rows of seeds/: one row per problem, a sentence that names
-- the file, the row, what was found and what was expected. A build stops unless it is empty
-- (tests/dbt/seeds_make_sense.sql): a row that fits nothing would lose winners without a
-- word, as a misspelt race puts no one in line and a quota of null awards nothing.
--
-- That the files are CSV and each cell is of its column's type is checked before the seeds are
-- loaded (macros/require_readable_seeds.sql).
--
-- For each file, which columns a row
--   is found by    they stand in the sentence
--   filled         these are never empty
--   one_of         a value is one of these words
--   expected       what a value must fulfil, and how to say so
--   once           no two rows have the same of these
--   known          a value stands in one of these columns, in the same season
--   also           or is one of these words
--   hint           what else a reader of that sentence should know
{% set year = ('season between 1000 and 9999', 'a year like 2021') %}
{% set arn =
    'arn:aws:deepracer:[a-z0-9-]*:[0-9]*:leaderboard/[A-Za-z0-9_-]+'
%}
{% set checks = {
    'league': {
        'found_by': ['name'],
        'filled': ['name'],
        'expected': {'issues_address': (
            matches('issues_address', 'https://[^ ]+'),
            'an address like https://example.org/issues/new'
        )}
    },
    'rounds': {
        'found_by': ['season', 'round_number'],
        'filled': ['season', 'round_number', 'round_name'],
        'expected': {
            'season': year, 'round_number': ('round_number >= 0', 'a number from 0 on')
        },
        'once': [['season', 'round_number'], ['season', 'round_name']],
        'known': [('round_number', ['round_races.round_number'])],
        'hint': ' A round without a race has no row here, and numbers may have gaps; one '
            ~ 'whose race was cancelled keeps both rows, and the race ParticipantCount 0 in '
            ~ 'the catalogue.'
    },
    'round_races': {
        'found_by': ['season', 'round_number', 'race'],
        'filled': ['season', 'round_number', 'race', 'leaderboard_arn'],
        'expected': {'leaderboard_arn': (
            matches('leaderboard_arn', arn), 'an Arn like arn:aws:deepracer:::leaderboard/name'
        )},
        'once': [['leaderboard_arn']],
        'known': [
            ('round_number', ['rounds.round_number']),
            ('race', [
                'prize_lines.race', 'prizes.invites_to', 'promotion_rules.from_race',
                'promotion_rules.to_race'
            ])
        ],
        'also': {'race': ['knockouts', 'bracket', 'final']}
    },
    'prizes': {
        'found_by': ['season', 'prize'],
        'filled': ['season', 'prize', 'kind', 'quota', 'evidence', 'reason', 'source'],
        'one_of': {
            'kind': ['prize', 'invitation'],
            'evidence': ['published', 'inferred', 'catalogue']
        },
        'expected': {'quota': ('quota >= 1', 'a number from 1 on')},
        'once': [['season', 'prize']],
        'known': [
            ('prize', ['prize_names.prize']),
            ('prize', ['prize_lines.prize']),
            ('invites_to', ['round_races.race'])
        ]
    },
    'prize_lines': {
        'found_by': ['season', 'prize', 'line_order'],
        'filled': ['season', 'prize', 'line_order', 'race'],
        'expected': {'line_order': ('line_order >= 1', 'a number from 1 on')},
        'once': [['season', 'prize', 'line_order'], ['season', 'prize', 'race']],
        'known': [('prize', ['prizes.prize']), ('race', ['round_races.race'])]
    },
    'prize_blocks': {
        'found_by': ['season', 'prize', 'held_prize'],
        'filled': ['season', 'prize', 'held_prize'],
        'one_of': {'applies': ['from the next round', 'at once']},
        'once': [['season', 'prize', 'held_prize']],
        'known': [('prize', ['prizes.prize']), ('held_prize', ['prizes.prize'])]
    },
    'round_quotas': {
        'found_by': ['season', 'round_number', 'prize'],
        'filled': ['season', 'round_number', 'prize', 'quota'],
        'expected': {'quota': ('quota >= 1', 'a number from 1 on')},
        'once': [['season', 'round_number', 'prize']],
        'known': [('round_number', ['rounds.round_number']), ('prize', ['prizes.prize'])]
    },
    'prize_names': {
        'found_by': ['prize'],
        'filled': ['prize', 'title', 'singular', 'plural'],
        'expected': {'prize': (
            matches('prize', '[a-z][a-z0-9_]*') ~ " and prize != 'all'",
            'small letters, digits and _, like wildcard_seat, and not all'
        )},
        'once': [['prize'], ['title']]
    },
    'named_winners': {
        'found_by': ['season', 'winner_alias'],
        'filled': ['season', 'leaderboard_arn', 'winner_alias', 'user_id', 'source'],
        'once': [['season', 'leaderboard_arn']],
        'known': [('leaderboard_arn', ['round_races.leaderboard_arn'])]
    },
    'exceptions': {
        'found_by': ['season', 'user_id', 'prize'],
        'filled': ['season', 'user_id', 'prize', 'from_round', 'reason', 'source'],
        'one_of': {'reason': ['ineligible', 'declined']},
        'once': [['season', 'user_id', 'prize', 'from_round']],
        'known': [
            ('prize', ['prizes.prize']),
            ('from_round', ['rounds.round_number']),
            ('to_round', ['rounds.round_number'])
        ],
        'also': {'prize': ['all']}
    },
    'promotion_rules': {
        'found_by': ['season'],
        'filled': ['season', 'from_race', 'to_race', 'share', 'evidence', 'source'],
        'one_of': {'evidence': ['published', 'inferred']},
        'expected': {'share': ('share between 0 and 1', 'a number from 0 to 1')},
        'once': [['season']],
        'known': [('from_race', ['round_races.race']), ('to_race', ['round_races.race'])]
    },
    'not_computable': {
        'found_by': ['season', 'prize'],
        'filled': ['season', 'prize', 'reason', 'source'],
        'expected': {'season': year},
        'once': [['season', 'prize']],
        'known': [('prize', ['prize_names.prize'])]
    },
    'winner_reports': {
        'found_by': ['season', 'prize', 'place'],
        'filled': [
            'season', 'prize', 'place', 'name_as_reported', 'source', 'reported_by', 'evidence'
        ],
        'expected': {
            'season': year,
            'place': ('place >= 1', 'a number from 1 on'),
            'source': (
                matches('source', 'https://[^ ]+'), 'an address like https://example.org/winners'
            )
        },
        'one_of': {'evidence': ['reported']},
        'once': [['season', 'prize', 'place', 'source']],
        'known': [('prize', ['prize_names.prize'])]
    }
} %}
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
{% for seed in checks %}
union all
{{ seed_problems(seed, checks) }}
{% endfor %}

union all
select 'round_races.csv: season "' || season || '" and round_number "' || round_number
    || '" and race "' || race || '" stand together in ' || count(*) || ' rows; expected once. '
    || 'Two boards of one race would be one ranking; call the races by two names.'
from {{ ref('round_races') }}
where race not in ('knockouts', 'bracket', 'final')
group by season, round_number, race
having count(*) > 1

union all
select {{ seed_row('prizes', checks) }} || ': kind is ' || kind || ' and invites_to is '
    || coalesce(invites_to, 'empty') || '; expected the race it invites to of an invitation, '
    || 'and of nothing else.'
from {{ ref('prizes') }} as checked
where (kind = 'invitation') != (invites_to is not null)

union all
select distinct {{ seed_row('prize_blocks', checks) }} || ': ' || held_prize
    || ' blocks ' || prize || ' at once, so it is given first, and ' || prize || ' is given before it by other rows; '
    || 'expected blocks at once without a circle. Let one of them apply from the next round.'
from {{ ref('prize_blocks') }} as checked
semi join given_before as circles
    on checked.season = circles.season
    and checked.prize = circles.prize
    and checked.prize = circles.given_first
where applies = 'at once'

union all
select {{ seed_row('round_quotas', checks) }} || ': the catalogue names who has it; '
    || 'expected a prize that is computed.'
from {{ ref('round_quotas') }} as checked
semi join {{ ref('prizes') }} as prizes
    on checked.season = prizes.season
    and checked.prize = prizes.prize
    and prizes.evidence = 'catalogue'

union all
select {{ seed_row('exceptions', checks) }} || ': to_round is ' || to_round || '; expected '
    || from_round || ', which is from_round, or a later round.'
from {{ ref('exceptions') }} as checked
where to_round < from_round

union all
select {{ seed_row('exceptions', checks) }} || ': the catalogue names who has '
    || prizes.prize || ' of ' || prizes.season || ', and an exception cannot take that away; expected a prize that is '
    || 'computed, one row for each.'
from {{ ref('exceptions') }} as checked
inner join {{ ref('prizes') }} as prizes
    on checked.season = prizes.season
    and checked.prize in (prizes.prize, 'all')
    and prizes.evidence = 'catalogue'

union all
select {{ seed_row('not_computable', checks) }} || ': is in prizes.csv, too; '
    || 'expected a prize that cannot be computed.'
from {{ ref('not_computable') }} as checked
semi join {{ ref('prizes') }} as prizes
    on checked.season = prizes.season and checked.prize = prizes.prize
