-- One row per racer, with all that the racer's page tells. `boards` numbers the boards.

create or replace temp table site_results as
with

described as (
    select number as board, user_id, race_outcomes.race_rank,
        -- Without the words that name the round or the race, which stand above it; null where
        -- the decisions tell the same.
        case when outcome not in (select decision from prize_decisions)
            then replace(sentence[
                length(coalesce(races.round_name || ' ' || races.season, race_name)) + 3 :
            ], chr(0), chr(65533))
        end as words,
        -- How close a racer came is not told by a ranking that decided nothing.
        case when outcome <> 'no prize known'
            and leaderboard_arn not in (from site_decided_later) then places_short
        end as places_short,
        missed_by_ms,
        ranking_score_ms - min(ranking_score_ms) over (partition by leaderboard_arn)
            as behind_first_ms,
    from race_outcomes
    inner join races using (leaderboard_arn)
    inner join race_results using (leaderboard_arn, user_id)
    inner join boards using (leaderboard_arn)
)

-- As texts and the numbers between them.
select * exclude (words),
    regexp_replace(words, '[0-9]+(,[0-9]{3})*', chr(0), 'g') as texts,
    regexp_extract_all(words, '[0-9]+(,[0-9]{3})*') as numbers,
from described;

-- A number that is the same in all sentences of these texts becomes part of the wording.
create or replace temp table site_wordings as
with

compared as (
    select board, texts, position, min(number) as number, min(number) <> max(number) as varies,
    from (
        select board, texts, unnest(numbers) as number,
            generate_subscripts(numbers, 1) as position,
        from site_results
    )
    group by all
),

varying as (
    select board, texts, list(varies order by position) as varies,
        list(number order by position) as numbers,
    from compared
    group by all
),

worded as (
    select board, texts, varies,
        texts[: position(chr(0) in texts || chr(0)) - 1] || coalesce(array_to_string(
            list_transform(
                list_zip(string_split(texts, chr(0))[2 :], varies, numbers),
                lambda part: if(part[2], chr(0), part[3]) || part[1]
            ), ''
        ), '') as wording,
    from (select distinct board, texts from site_results where texts is not null)
    left join varying using (board, texts)
)

select *, dense_rank() over (order by wording) - 1 as wording_number
from worded;

create or replace temp view site_former as
select user_id, list(distinct history.alias order by history.alias) as former,
from alias_history as history
inner join racers using (user_id)
where history.alias is distinct from racers.alias and history.alias is not null
group by user_id;

-- What the search says of a racer.
create or replace temp view site_names as
select alias, user_id, array_to_string(seasons, ' ') as seasons, boards, len(prizes) as prizes,
    coalesce(former, []) as former,
from racers
left join site_former using (user_id);

-- Those numbers that vary; null where none does. What racer.js would write otherwise than it is
-- here, with commas or without zeros in front, stays a text.
create or replace temp macro numbers_as_json(numbers, varies) as nullif(array_to_string(
    list_transform(
        list_filter(numbers, lambda _, position: varies[position]),
        lambda number: if(
            regexp_full_match(number, '0|[1-9][0-9]{0,2}(,[0-9]{3})*'),
            replace(number, ',', ''), '"' || number || '"'
        )
    ), ','
), '');

-- By the file that has the racer, one of 256: the sum of the characters of the UserId says
-- which, here and in search.js. A file that has none is there all the same.
create or replace temp view site_racers as
with

filed as (
    select user_id, list_sum(list_transform(
        regexp_extract_all(user_id, '(?s).'), lambda letter: unicode(letter)
    )) % 256 as file,
    from racers
),

raced as (
    select user_id,
        -- As JSON, because numbers and texts stand in one list.
        -- Sorted afterwards: an aggregate with an order takes twice the memory.
        list_sort(list(row(
            board,
            concat_ws(',', board, race_rank, coalesce(wording_number, -1),
                numbers_as_json(numbers, varies)),
            behind_first_ms
        ))) as results,
        arg_min(board, (places_short, coalesce(missed_by_ms, 0), board)) filter (
            texts is not null and places_short is not null
        ) as closest,
    from site_results
    left join site_wordings using (board, texts)
    group by user_id
),

won as (
    select user_id,
        list({
            season: season, round_number: round_number, round_name: round_name, prize: prize,
            award_number: award_number, race: race, race_rank: race_rank, evidence: evidence,
            is_provisional: is_provisional,
            -- The catalogue keeps names that racers no longer have.
            former: if(prize_winners.alias <> racers.alias, [prize_winners.alias], [])
        } order by season, round_number, prize_names.rowid, award_number) as awards,
    from prize_winners
    inner join racers using (user_id)
    inner join seeds.prize_names using (prize)
    group by user_id
),

decided as (
    select user_id,
        list({
            season: season, round_number: round_number, round_name: round_name, prize: prize,
            decision: decision, award_number: award_number,
            places_short: if(decision = 'beyond the quota', eligible_place - quota, null),
            missed_by_ms: missed_by_ms, sentence: sentence
        } order by season, round_number, prize_names.rowid) as decisions,
    from prize_decisions
    inner join seeds.prize_names using (prize)
    group by user_id
),

reported as (
    select user_id,
        list({said: said, sources: sources} order by season, place) as reported,
    from site_reported
    where user_id is not null
    group by user_id
)

select file, user_id, alias,
    coalesce(results, []) as results,
    coalesce(awards, []) as awards,
    coalesce(decisions, []) as decisions,
    coalesce(former, []) as former,
    coalesce(reported, []) as reported,
    closest,
from range(256) as files (file)
left join filed using (file)
left join racers using (user_id)
left join raced using (user_id)
left join won using (user_id)
left join decided using (user_id)
left join site_former using (user_id)
left join reported using (user_id)
order by file, user_id;
