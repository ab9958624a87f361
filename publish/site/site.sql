-- What the pages show: a temporary view for each list of rows, in the order of the page. No rule
-- is applied here. `site_awards` is `league.awards` in a template; what has a column `season` is
-- there for each season's page as well.

create or replace temp macro pluralize(number, one, more) as
    format('{:,} ', number) || if(number = 1, one, more);

create or replace temp macro join_list(words) as
    case when len(words) < 2 then words[1]
        else array_to_string(words[:-2], ', ') || ' and ' || words[-1] end;

create or replace temp macro capital(words) as upper(words[1]) || words[2:];

create or replace temp macro ordinal(number) as format('{:,}', number) || case
    when number % 100 in (11, 12, 13) then 'th'
    when number % 10 in (1, 2, 3) then ['st', 'nd', 'rd'][(number % 10)::int] else 'th' end;

-- So many who just missed stand behind the last winner.
create or replace temp macro just_missed() as 3;

-- A colour of site.css for each prize, by its order: it has eight.
create or replace temp view site_named as
select prize, title, 'prize-' || (row_number() over (order by rowid) - 1) % 8 + 1 as look
from seeds.prize_names
order by rowid;

create or replace temp view site_coverage as
select season, prize, title, singular, plural, coverage, winners, season_coverage.reason,
    season_coverage.source, kind, prizes.evidence,
    exists (
        select 1 from prize_winners as won
        where won.season = season_coverage.season and won.prize = season_coverage.prize
            and is_provisional
    ) as is_provisional,
from season_coverage
inner join seeds.prize_names using (prize, title)
left join seeds.prizes using (season, prize)
order by season, prize_names.rowid;

create or replace temp view site_rules as
select
    season, prize, season_coverage.title, singular, plural, prizes.kind, prizes.quota,
    prizes.evidence, invites_to,
    season_coverage.reason, season_coverage.source, prize_rules.sentence,
    (
        select list(race order by line_order) from seeds.prize_lines
        where prize_lines.season = prizes.season and prize_lines.prize = prizes.prize
    ) as races,
    -- Of what blocks a prize by the rule, what did.
    (
        select string_agg(held.singular, ' or a ' order by held.rowid)
        from seeds.prize_blocks
        inner join seeds.prize_names as held on held_prize = held.prize
        where prize_blocks.season = prizes.season and prize_blocks.prize = prizes.prize
            and exists (
                select 1
                from prize_decisions as skipped
                where skipped.season = prizes.season and skipped.prize = prizes.prize
                    and decision = 'already has one'
                    and starts_with(blocked_by, held.singular || ' ')
            )
    ) as held,
from seeds.prizes
inner join prize_rules using (season, prize)
inner join season_coverage using (season, prize)
inner join seeds.prize_names using (prize)
order by season, prize_names.rowid;

create or replace temp view site_promotions as
select season, from_race, to_race, share, evidence, source
from seeds.promotion_rules
semi join season_coverage using (season)
order by season;

-- Seasons, and years of which the archive has nothing but races.
create or replace temp view site_seasons as
with

said as (
    select
        season,
        join_list(list(pluralize(winners, singular, plural) order by prize_names.rowid) filter (
            winners > 0 and coverage <> 'reported' and kind is distinct from 'invitation'
        )) as won,
        array_to_string(list(plural order by prize_names.rowid) filter (
            coverage = 'not computable'
        ), ' or ') as missing,
    from season_coverage
    inner join seeds.prize_names using (prize, title)
    left join seeds.prizes using (season, prize)
    group by season
)

select
    season,
    said.season is not null as is_covered,
    missing,
    case
        when not is_covered
            then 'The archive has races of ' || season || ', and names no prize.'
        when won is null and missing is null
            then 'No race that gives a prize is decided yet.'
        else concat_ws(' ', 'Who won all ' || won || '.',
            -- Not "the cars": perhaps there were none.
            'The archive doesn''t say who won ' || missing || ' in ' || season || '.')
    end as headline,
from said
full join (select distinct season from races) using (season)
order by season;

create or replace temp view site_league as
select
    name, notice, issues_address,
    coalesce((
        select capital(join_list(list(plural order by rowid)))
        from seeds.prize_names
        where prize in (select prize from site_rules)
    ), 'Prizes') as all_prizes,
from seeds.league;

-- Who others say came where in a championship, each once; place 1 is the champion. Sources
-- that name one place differently may well mean one racer.
create or replace temp view site_reported as
with

reports as (
    select
        season, place, user_id, name_as_reported, coalesce(alias, name_as_reported) as alias,
        source, reported_by,
        coalesce(user_id, alias, name_as_reported) as racer,
        row_number() over (
            order by season, place, user_id is null, source_date nulls last, source
        ) as number,
    from reported_winners
    where prize = 'champion'
),

named as (
    select *, number = min(number) over (partition by season, place, racer, name_as_reported)
        as is_new_name,
    from reports
)

select
    season, place, any_value(user_id) as user_id, arg_min(alias, number) as alias,
    if(place = 1, 'champion', ordinal(place) || ' in the championship') || ' of ' || season
        as said,
    coalesce(
        list(name_as_reported order by number) filter (
            is_new_name and name_as_reported <> alias
        ),
        []
    ) as also,
    list(row(reported_by, source) order by number) as sources,
from named
group by season, place, racer
order by season, place, min(number);

create or replace temp view site_champions as from site_reported where place = 1;

-- One row per round and prize that the round gives, whether somebody has won it or not.
create or replace temp view site_cells as
select season, round_number, round_name, prize, title, evidence,
    bool_and(has_final_ranking) as is_decided,
from seeds.rounds
inner join seeds.prizes using (season)
inner join seeds.prize_lines using (season, prize)
inner join races using (season, round_number, round_name, race)
inner join seeds.prize_names using (prize)
where kind = 'prize'
group by all
order by season, round_number, any_value(prize_names.rowid);

create or replace temp view site_awards as
select season, round_number, round_name, prize, title, singular, award_number,
    -- A winner of 2020 who is no longer found has a name only.
    user_id, alias, coalesce(user_id, alias) as racer,
    race, race_rank, leaderboard_arn, sentence, evidence, is_provisional,
    exists (
        select 1
        from races
        inner join race_results using (leaderboard_arn)
        where races.season = prize_winners.season
            and races.round_number = prize_winners.round_number
            and races.race = prize_winners.race
            and race_results.user_id = prize_winners.user_id
            and ranking_score_ms is null
    ) as has_no_lap,
from prize_winners
inner join seeds.prize_names using (prize)
order by season, round_number, prize_names.rowid, award_number;

-- Who won most: at least three racers, and how many are level. Of each season, and of all in
-- the rows without one.
create or replace temp view site_most as
with

racer as (
    select season, user_id, any_value(racers.alias) as alias, count(*) as prizes,
        min((season, round_number, prize_names.rowid, award_number)) as first_award,
    from prize_winners
    inner join racers using (user_id)
    inner join seeds.prize_names using (prize)
    group by grouping sets ((season, user_id), user_id)
)

select season, prizes, count(*) as racers,
    list({user_id: user_id, alias: alias} order by first_award)[: if(count(*) <= 4, 4, 3)]
        as named,
from racer
group by season, prizes
qualify coalesce(sum(count(*)) over (
    partition by season order by prizes desc rows between unbounded preceding and 1 preceding
), 0) < 3
order by season, prizes desc;

-- Each winner: the first prize, how many more, and all of them.
create or replace temp view site_winners as
with

won as (
    select user_id, racers.alias, title, round_name || ' ' || season as round, singular,
        row_number() over (order by season, round_number, prize_names.rowid, award_number)
            as number,
    from prize_winners
    inner join racers using (user_id)
    inner join seeds.prize_names using (prize)
)

select
    user_id, any_value(alias) as alias,
    arg_min(title || ', ' || round, number) || case when count(*) > 1
        then ' and ' || pluralize(count(*) - 1, 'more prize', 'more prizes') else ''
    end as heading,
    if(count(*) = 1, 'a ', count(*) || ' prizes: ')
    || join_list(list(singular || ' (' || round || ')' order by number)) as prizes,
from won
group by user_id
order by min(number);

-- Everybody who won something: won, and why not the rest.
create or replace temp view site_decisions as
select user_id, season, round_number, round_name, prize, title, decision, award_number,
    sentence,
from prize_decisions
inner join seeds.prize_names using (prize)
where user_id in (select user_id from prize_winners)
order by user_id, season, round_number, prize_names.rowid;

-- Who just missed a prize, not an invitation, by how many places and how much time.
create or replace temp view site_closest as
select season, round_name, prize, singular, user_id, alias, missed_by_ms, prizes.evidence,
from prize_decisions
inner join seeds.prizes using (season, prize)
inner join seeds.prize_names using (prize)
where kind = 'prize' and missed_by_ms is not null
qualify row_number() over (
    partition by season
    order by missed_by_ms, eligible_place - prizes.quota, user_id, round_number, prize
) = 1
order by season;

create or replace temp view site_lineups as
select
    season, round_number, round_name, user_id, award_number, prize,
    coalesce(invited.alias, attendance.alias) as alias,
    -- Who came in place of another was not invited, and has a rank all the same.
    coalesce(invited.race_rank, results.race_rank) as race_rank,
    attendance.finale_rank,
    attendance.attendance,
    coalesce(invited.is_provisional, false) as is_provisional,
from finale_lineups as invited
full join finale_attendance as attendance
    using (season, round_number, round_name, prize, user_id)
left join (
    select season, prize, round_number, leaderboard_arn
    from seeds.prize_lines
    inner join races using (season, race)
    where line_order = 1
) as earned using (season, prize, round_number)
left join race_results as results
    on earned.leaderboard_arn = results.leaderboard_arn
    and coalesce(invited.user_id, attendance.user_id) = results.user_id
order by season, prize, round_number, award_number nulls last, finale_rank nulls last;

-- What became of those who were invited to a round.
create or replace temp view site_lineup_rounds as
with

came as (
    select season, prize, round_number, round_name, attendance, count(*) as racers,
        bool_or(is_provisional) as is_provisional,
        min(coalesce(award_number, 1000 + finale_rank)) as first_row,
    from site_lineups
    group by all
)

select season, prize, round_number, round_name,
    bool_or(is_provisional) as is_provisional,
    coalesce(
        string_agg(
            format('{:,} ', racers) || attendance
            || if(racers > 1 and attendance in ('no-show', 'replacement'), 's', ''),
            ', ' order by racers desc, first_row
        ),
        sum(racers) || ' invited, not held yet'
    ) as summary,
from came
group by all
order by season, prize, round_number;

-- How a prize rolled down its line: who was passed over, who won, who just missed. Who was
-- invited and did not race has no place in line, and stands apart.
create or replace temp view site_rolled as
with

measured as (
    select *, max(place_in_line) filter (decision = 'won') over (
        partition by season, prize, round_number
    ) as last_place_to_win
    from prize_decisions
),

line as (
    select season, prize, title, prize_names.rowid as title_number, round_number, round_name,
        place_in_line, decision,
        coalesce(place_in_line < last_place_to_win, true) and decision <> 'won'
            as is_passed_over,
        {
            season: season, round_name: round_name, place_in_line: place_in_line,
            user_id: user_id, alias: alias, sentence: sentence,
            look: case decision when 'won' then 'won' when 'already has one' then 'held'
                when 'beyond the quota' then 'beyond' else 'other' end
        } as racer,
        row_number() over (order by round_number, place_in_line nulls last, user_id) as number,
    from measured
    inner join seeds.prize_names using (prize)
    where place_in_line is null or place_in_line <= last_place_to_win + just_missed()
),

rounds as (
    select season, prize, title, title_number, round_number, round_name,
        count(*) filter (is_passed_over and decision = 'already has one') as skipped,
        count(*) filter (is_passed_over and decision <> 'already has one') as ruled_out,
        count(place_in_line) filter (decision = 'won') as winners,
        coalesce(max(place_in_line) filter (decision = 'won'), 0) as last_place,
        list(racer order by number) filter (place_in_line is not null) as squares,
        list(racer order by number) filter (is_passed_over and place_in_line is null) as apart,
        list(racer order by number) filter (
            decision = 'beyond the quota' and place_in_line is not null
        ) as just_missed,
        list(racer order by number) filter (is_passed_over) as passed_over,
    from line
    group by season, prize, title, title_number, round_number, round_name
),

told as (
    select *,
        if(skipped > 0, skipped::varchar, 'no one') || ' skipped'
        || if(ruled_out > 0, ', ' || ruled_out || ' absent or ruled out', '')
        || case
            when winners = 0 then ''
            when winners = 1 then '; place ' || last_place || ' got in'
            when winners = last_place then '; places 1 to ' || last_place || ' got in'
            else '; ' || winners || ' of the first ' || last_place || ' got in'
        end as summary,
    from rounds
),

passed as (
    select season, prize, join_list(list(words order by racers desc, first_row)) as passed_over
    from (
        select season, prize, count(*) as racers, min(number) as first_row,
            count(*) || ' ' || case when decision = 'already has one'
                then 'skipped because they already had a ' || any_value(held) else decision
            end as words,
        from line
        inner join site_rules using (season, prize)
        where is_passed_over
        group by season, prize, decision
    )
    group by season, prize
)

select season, prize, told.title, evidence, held, passed.passed_over,
    told.title || ': places in line, one row a round. '
    || string_agg(round_name || ': ' || summary || '.', ' ' order by round_number) as label,
    list({
        name: round_name, summary: summary, last_place: last_place,
        squares: coalesce(squares, []), apart: coalesce(apart, []),
        just_missed: coalesce(just_missed, []), passed_over: coalesce(told.passed_over, [])
    } order by round_number) as rounds,
from told
inner join passed using (season, prize)
inner join site_rules using (season, prize)
group by season, prize, told.title, title_number, evidence, held, passed.passed_over
order by season, title_number;

-- The prize that rolled down farthest, of the season with most winners by a published rule.
create or replace temp view site_finding as
with

best as (
    select season
    from season_coverage
    left join seeds.prizes using (season, prize)
    left join prize_winners using (season, prize)
    group by season
    order by
        count(award_number) filter (prizes.evidence = 'published') desc,
        season desc
    limit 1
)

select rolled.*, round, rules.singular
from (select *, unnest(rounds) as round from site_rolled) as rolled
inner join best using (season)
inner join site_rules as rules using (season, prize)
where round.last_place > 0
order by round.last_place desc
limit 1;

create or replace temp view site_boards as
select leaderboard_arn, races.season, round_number, round_name, race, race_name,
    coalesce(race_type, '') as race_type, division, track_arn, description,
    launched_at_utc::date as launched_on, closed_at_utc::date as closed_on,
    first_submitted_at_utc::date as first_raced_on,
    last_submitted_at_utc::date as last_raced_on, ranking_of, ranked_racers,
    participants, has_final_ranking,
    coalesce(nullif(trim(race_name), ''), '(no name)')
    || coalesce(', ' || race || ' of ' || round_name, '') as name_and_round,
    -- The year is said where the name does not say it.
    name_and_round
    || case
        when contains(name_and_round, races.season::varchar) then ''
        when regexp_matches(name_and_round, '\b20[0-9][0-9]\b')
            then ' (season ' || races.season || ')'
        else ' ' || races.season
    end as title,
    -- A few may be missing because two counted at different moments.
    participants > ranked_racers + 10 as is_cut,
    if(is_cut, format('{:,} of {:,} racers are left', ranked_racers, participants),
        pluralize(ranked_racers, 'racer', 'racers')) || ' in the ranking' as racers,
from races
order by races.season, coalesce(last_submitted_at_utc, launched_at_utc), race_name,
    leaderboard_arn;

create or replace temp view site_podiums as
select leaderboard_arn, podiums.race_rank, user_id, podiums.alias, ranking_score_ms,
    behind_first_ms, podiums.season, podiums.round_name, race_name, sentence,
from podiums
inner join race_outcomes as outcomes using (leaderboard_arn, user_id)
order by leaderboard_arn, podiums.race_rank;

-- The first of each ranking; the rest is in its CSV file.
create or replace temp view site_rankings as
select leaderboard_arn, race_rank, user_id, alias, ranking_score_ms,
    ranking_score_ms - min(ranking_score_ms) over (partition by leaderboard_arn)
        as behind_first_ms,
from race_results
where is_final and race_rank <= 100
order by leaderboard_arn, race_rank;

-- Prizes and invitations, by the board whose ranking gave them.
create or replace temp view site_given as
with

awards as (
    select season, round_number, round_name, prize, award_number, user_id, alias,
        race_rank, leaderboard_arn, sentence, evidence, is_provisional,
    from prize_winners
    union all by name
    select season, round_number, round_name, prize, award_number, user_id, alias,
        race_rank, leaderboard_arn, sentence, evidence, is_provisional,
    from finale_lineups
)

select awards.*, title
from awards
inner join seeds.prize_names using (prize)
order by leaderboard_arn, prize_names.rowid, award_number;

-- What was raced after the ranking decided the race.
create or replace temp view site_decided_later as
select leaderboard_arn
from races
semi join (select season, race from seeds.prize_lines where decided_by is not null)
    using (season, race);

-- Who came next: in line for a prize of the race, or for what else it is measured by.
create or replace temp view site_missed as
with

in_line as (
    select leaderboard_arn, prize_decisions.season, prize_decisions.round_name, title,
        prize_names.rowid as title_number,
        user_id, alias, eligible_place - quota as places_short, sentence,
    from prize_decisions
    inner join races using (season, round_number, race)
    inner join seeds.prize_names using (prize)
    where decision = 'beyond the quota'
    union all by name
    select leaderboard_arn, season, round_name,
        case outcome when 'not promoted' then 'Promotion'
            when 'not seen in the bracket' then 'Bracket' else 'Race winner' end as title,
        0 as title_number, user_id, alias, places_short, sentence,
    from race_outcomes
    where outcome in ('not promoted', 'not seen in the bracket')
        -- Behind a winner who was not first, those in front did not win either.
        or outcome = 'behind the named winner' and race_rank - places_short = 1
            and leaderboard_arn not in (from site_decided_later)
)

select * from in_line
where places_short between 1 and just_missed()
order by leaderboard_arn, title_number, title, places_short;

create or replace temp view site_championship as
select championship_attendance.season, championship_attendance.user_id, alias, seat, title as seat_title, seat_round,
    knockout_rank, is_in_bracket, bracket_rank, attendance, prizes.evidence, also_won,
from championship_attendance
left join seeds.prize_names on seat = prize_names.prize
left join seeds.prizes
    on championship_attendance.season = prizes.season
    and seat = prizes.prize
-- No seat that is computed: what the catalogue says they won.
left join (
    select season, user_id, any_value(singular || ', ' || round_name) as also_won,
    from prize_winners
    inner join seeds.prize_names using (prize)
    where evidence = 'catalogue'
    group by season, user_id
) as catalogued
    on seat is null
    and championship_attendance.season = catalogued.season
    and championship_attendance.user_id = catalogued.user_id
order by championship_attendance.season, seat is null, prize_names.rowid,
    bracket_rank nulls last, knockout_rank, user_id;

create or replace temp view site_finales_checked as from finale_attendance_summary;

create or replace temp view site_seats_checked as
select *,
    (
        select count(also_won) from site_championship as one
        where one.season = summary.season and knockout_rank is not null
    ) as others_who_won,
from championship_attendance_summary as summary;

-- How many of the promoted and of the others raced again.
create or replace temp view site_promotions_checked as
select *,
    promoted_seen_in_pro + promoted_not_seen_in_pro as promoted,
    not_promoted_seen_in_pro + not_promoted_not_seen_in_pro as others,
from promotions_summary
where promoted + others > 0;

create or replace temp view site_changes as
from prize_changes order by season, prize, user_id;

create or replace temp view site_records as
select record, place, season, user_id, alias, sentence from records order by record, place;

create or replace temp view site_cutoffs as
select cutoffs.season, cutoffs.prize, cutoffs.round_number, cutoffs.round_name,
    snapshot_at_utc, cutoff_user_id, cutoff_score_ms, next_user_id, next_score_ms,
    coalesce(at_cutoff.alias, cutoff_alias) as cutoff_alias,
    cutoff_alias as cutoff_then, next_alias as next_then,
from cutoff_history as cutoffs
left join racers as at_cutoff on cutoff_user_id = at_cutoff.user_id
order by cutoffs.season, cutoffs.prize, cutoffs.round_number, snapshot_at_utc;

-- By the final ranking: the last one in, and the next.
create or replace temp view site_finals as
with

decided as (
    select
        decisions.*, races.total_laps, races.last_submitted_at_utc,
        results.ranking_score_ms as score_ms,
    from prize_decisions as decisions
    inner join seeds.prizes using (season, prize)
    inner join races using (season, round_number, round_name, race)
    inner join race_results as results using (leaderboard_arn, user_id)
    where kind = 'invitation'
        and eligible_place between decisions.quota and decisions.quota + 1
)

select last_in.season, last_in.prize, last_in.round_number, last_in.round_name,
    last_in.quota as places, last_in.total_laps,
    last_in.last_submitted_at_utc as ended_at_utc,
    last_in.user_id as cutoff_user_id, last_in.alias as cutoff_alias,
    last_in.score_ms as cutoff_score_ms,
    first_out.user_id as next_user_id, first_out.alias as next_alias,
    first_out.score_ms as next_score_ms,
    first_out.score_ms - last_in.score_ms as gap_ms,
from decided as last_in
left join decided as first_out
    on last_in.season = first_out.season
    and last_in.prize = first_out.prize
    and last_in.round_number = first_out.round_number
    and first_out.eligible_place > first_out.quota
where last_in.decision = 'won' and last_in.score_ms is not null;
