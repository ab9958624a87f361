-- Which boards the rows in seeds/ require, and for what: temp table required_boards, one row
-- per board that a season counts.
create or replace temp table required_boards as
    select
        round_races.leaderboard_arn,
        -- a prize draws on its ranking or on its winner
        coalesce(bool_or(prize_lines.prize is not null), false) as decides_a_prize,
        -- the catalogue names its winner
        coalesce(bool_or(prizes.evidence = 'catalogue'), false) as has_named_winner
    from round_races
    left join prize_lines using (season, race)
    left join prizes using (season, prize)
    group by all
