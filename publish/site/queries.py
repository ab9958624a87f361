"""The questions that the pages ask of the published tables. No rule is applied here."""

from __future__ import annotations

# Passed over in front of the last winner, and so many of those who just missed.
JUST_MISSED = 3
# So many of a ranking stand on the page of its race; the rest is in its CSV file.
MOST_RANKED = 100

COVERAGE = """
    select season, prize, title, singular, plural, coverage, winners, reason, source
    from season_coverage
    inner join seeds.prize_names using (prize, title)
    order by season, prize_names.rowid
"""
RULES = """
    select
        season, prize, season_coverage.title, singular, plural, prizes.kind, prizes.quota,
        prizes.evidence, invites_to,
        season_coverage.reason, season_coverage.source, prize_rules.sentence,
        (
            select list(race order by line_order) from seeds.prize_lines
            where prize_lines.season = prizes.season and prize_lines.prize = prizes.prize
        ) as races,
        (
            select string_agg(held.singular, ' or a ' order by held.rowid)
            from seeds.prize_blocks
            inner join seeds.prize_names as held on held_prize = held.prize
            where prize_blocks.season = prizes.season and prize_blocks.prize = prizes.prize
        ) as held
    from seeds.prizes
    inner join prize_rules using (season, prize)
    inner join season_coverage using (season, prize)
    inner join seeds.prize_names using (prize)
    order by season, prize_names.rowid
"""
# One row per round and prize that the round gives, whether somebody has won it or not.
CELLS = """
    select season, round_number, round_name, prize, title, evidence,
        bool_and(has_final_ranking) as is_decided
    from seeds.rounds
    inner join seeds.prizes using (season)
    inner join seeds.prize_lines using (season, prize)
    inner join races using (season, round_number, round_name, race)
    inner join seeds.prize_names using (prize)
    where kind = 'prize'
    group by all
    order by season, round_number, any_value(prize_names.rowid)
"""
AWARDS = """
    select season, round_number, round_name, prize, title, singular, award_number,
        user_id, alias, race, race_rank, leaderboard_arn, sentence, evidence, is_provisional,
        exists(
            select 1
            from races
            inner join race_results using (leaderboard_arn)
            where races.season = prize_winners.season
                and races.round_number = prize_winners.round_number
                and races.race = prize_winners.race
                and race_results.user_id = prize_winners.user_id
                and ranking_score_ms is null
        ) as has_no_lap
    from prize_winners
    inner join seeds.prize_names using (prize)
    order by season, round_number, prize_names.rowid, award_number
"""
# Everybody who won something: won, and why not the rest.
DECISIONS_OF_WINNERS = """
    select user_id, season, round_number, round_name, prize, title, decision, award_number,
        sentence
    from prize_decisions
    inner join seeds.prize_names using (prize)
    where user_id in (select user_id from prize_winners)
    order by user_id, season, round_number, prize_names.rowid
"""
# Who just missed a prize, not an invitation, by how many places and how much time.
CLOSEST = """
    select season, round_name, prize, singular, user_id, alias, missed_by_ms
    from prize_decisions
    inner join seeds.prizes using (season, prize)
    inner join seeds.prize_names using (prize)
    where kind = 'prize' and missed_by_ms is not null
    qualify row_number() over (
        partition by season order by missed_by_ms, eligible_place - prizes.quota, user_id
    ) = 1
    order by season
"""
LINEUPS = """
    select
        season, round_number, round_name, user_id, award_number, prize,
        coalesce(invited.alias, attendance.alias) as alias,
        invited.race_rank as month_rank,
        attendance.finale_rank,
        attendance.attendance,
        coalesce(invited.is_provisional, false) as is_provisional
    from finale_lineups as invited
    full join finale_attendance as attendance
        using (season, round_number, round_name, prize, user_id)
    order by season, prize, round_number, award_number nulls last, finale_rank nulls last
"""
LINE = f"""
    with

    measured as (
        select *, max(place_in_line) filter (decision = 'won') over (
            partition by season, prize, round_number
        ) as last_place_to_win
        from prize_decisions
    )

    select
        season, round_number, round_name, prize, title, place_in_line, user_id, alias, race,
        race_rank, decision, award_number, sentence, is_provisional,
        coalesce(place_in_line < last_place_to_win, true) and decision <> 'won'
            as is_passed_over
    from measured
    inner join seeds.prize_names using (prize)
    where place_in_line is null or place_in_line <= last_place_to_win + {JUST_MISSED}
    order by season, prize_names.rowid, round_number, place_in_line nulls last, user_id
"""
BOARDS = """
    select leaderboard_arn, races.season, round_number, round_name, race, race_name,
        coalesce(race_type, '') as race_type, division, track_arn, description,
        launched_at_utc::date as launched_on, closed_at_utc::date as closed_on,
        first_submitted_at_utc::date as first_raced_on,
        last_submitted_at_utc::date as last_raced_on, ranking_of, ranked_racers,
        has_final_ranking
    from races
    order by races.season, coalesce(last_submitted_at_utc, launched_at_utc), race_name,
        leaderboard_arn
"""
PODIUMS = """
    select leaderboard_arn, podiums.race_rank, user_id, podiums.alias, ranking_score_ms,
        behind_first_ms, podiums.season, podiums.round_name, race_name, sentence
    from podiums
    inner join race_outcomes as outcomes using (leaderboard_arn, user_id)
    order by leaderboard_arn, podiums.race_rank
"""
RANKINGS = f"""
    select leaderboard_arn, race_rank, user_id, alias, ranking_score_ms,
        ranking_score_ms - min(ranking_score_ms) over (partition by leaderboard_arn)
            as behind_first_ms
    from race_results
    where is_final and race_rank <= {MOST_RANKED}
    order by leaderboard_arn, race_rank
"""
# Prizes and invitations, by the board whose ranking gave them.
GIVEN = """
    with

    awards as (
        select season, round_number, round_name, prize, award_number, user_id, alias,
            race_rank, leaderboard_arn, sentence, evidence, is_provisional
        from prize_winners
        union all by name
        select season, round_number, round_name, prize, award_number, user_id, alias,
            race_rank, leaderboard_arn, sentence, evidence, is_provisional
        from finale_lineups
    )

    select awards.*, title
    from awards
    inner join seeds.prize_names using (prize)
    order by leaderboard_arn, prize_names.rowid, award_number
"""
# Who came next: in line for a prize of the race, or for what else it is measured by.
NEXT_IN_LINE = f"""
    with

    in_line as (
        select leaderboard_arn, prize_decisions.season, prize_decisions.round_name, title,
            prize_names.rowid as title_number,
            user_id, alias, eligible_place - quota as places_short, sentence
        from prize_decisions
        inner join races using (season, round_number, race)
        inner join seeds.prize_names using (prize)
        where decision = 'beyond the quota'
        union all by name
        select leaderboard_arn, season, round_name,
            case outcome when 'not promoted' then 'Promotion'
                when 'not seen in the bracket' then 'Bracket' else 'Race winner' end as title,
            0 as title_number, user_id, alias, places_short, sentence
        from race_outcomes
        where outcome in (
            'not promoted', 'not seen in the bracket', 'behind the named winner'
        )
    )

    select * from in_line
    where places_short between 1 and {JUST_MISSED}
    order by leaderboard_arn, title_number, title, places_short
"""
CHAMPIONSHIP = """
    select championship_attendance.season, user_id, alias, seat, title as seat_title, seat_round, knockout_rank,
        is_in_bracket, bracket_rank, attendance, prizes.evidence
    from championship_attendance
    left join seeds.prize_names on seat = prize_names.prize
    left join seeds.prizes on championship_attendance.season = prizes.season
        and seat = prizes.prize
    order by championship_attendance.season, seat is null, prize_names.rowid, bracket_rank nulls last, knockout_rank
"""
PROMOTIONS = """
    select season, from_race, to_race, share, evidence, source
    from seeds.promotion_rules
    semi join season_coverage using (season)
    order by season
"""
RECORDS = """
    select record, place, season, user_id, alias, sentence from records order by record, place
"""
CUTOFFS = """
    select cutoffs.season, cutoffs.prize, cutoffs.round_number, cutoffs.round_name,
        snapshot_at_utc, cutoff_user_id, cutoff_score_ms, next_user_id, next_score_ms,
        coalesce(at_cutoff.alias, cutoff_alias) as cutoff_alias,
        cutoff_alias as cutoff_then, next_alias as next_then
    from cutoff_history as cutoffs
    left join racers as at_cutoff on cutoff_user_id = at_cutoff.user_id
    order by cutoffs.season, cutoffs.prize, cutoffs.round_number, snapshot_at_utc
"""
LEAGUE = "select name, notice, issues_address from seeds.league"
NEWEST = "select max(last_submitted_at_utc) from races"
# By the final ranking: the last one in, and the next.
FINALS = """
    with

    decided as (
        select
            decisions.*, races.total_laps, races.last_submitted_at_utc,
            results.ranking_score_ms as score_ms
        from prize_decisions as decisions
        inner join seeds.prizes using (season, prize)
        inner join races using (season, round_number, round_name, race)
        inner join race_results as results using (leaderboard_arn, user_id)
        where kind = 'invitation' and eligible_place between decisions.quota
            and decisions.quota + 1
    )

    select last_in.season, last_in.prize, last_in.round_number, last_in.round_name,
        last_in.quota as places, last_in.total_laps,
        last_in.last_submitted_at_utc as ended_at_utc,
        last_in.user_id as cutoff_user_id, last_in.alias as cutoff_alias,
        last_in.score_ms as cutoff_score_ms,
        first_out.user_id as next_user_id, first_out.alias as next_alias,
        first_out.score_ms as next_score_ms,
        first_out.score_ms - last_in.score_ms as gap_ms
    from decided as last_in
    left join decided as first_out
        on last_in.season = first_out.season
        and last_in.prize = first_out.prize
        and last_in.round_number = first_out.round_number
        and first_out.eligible_place > first_out.quota
    where last_in.decision = 'won' and last_in.score_ms is not null
"""
# Place 1 of a championship is the champion (seeds/_seeds.yml, winner_reports).
CHAMPIONS = """
    select season, user_id, name_as_reported, coalesce(alias, name_as_reported) as alias, source,
        reported_by
    from reported_winners
    where prize = 'champion' and place = 1
    order by season, user_id is null, source_date nulls last, source
"""
LOOKS = "select prize, title from seeds.prize_names order by rowid"
CHANGES = "select * from prize_changes order by season, prize, user_id"
