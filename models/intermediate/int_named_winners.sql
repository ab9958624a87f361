-- Winners named by the catalogue: one row per season, prize, round and race.
--
-- Rule: none of ours. In 2020 the catalogue names the winner of a race, by the name of
-- that time. Names change, so a racer is recognised where the race's own final ranking
-- has that name, or where seeds/named_winners.csv says who it is, with the earlier file
-- that shows it; all others stay names without a user_id.
--
-- The named winner is often not the first of the ranking. What the archive shows of
-- those in front is counted: how many there are, and how many of them are named winners
-- of another race of this or an earlier round.
-- Source: column WinnerAlias of the catalogue.
with

rankings as (
    select * from {{ ref('int_rankings') }}
),

named as (
    select
        prizes.season, prizes.prize, prizes.quota, prizes.evidence,
        prize_lines.line_order, prize_lines.decided_by, round_races.race,
        rounds.round_number, rounds.round_name, rounds.turn,
        catalogue.leaderboard_arn, catalogue.winner_alias
    from {{ ref('prizes') }} as prizes
    inner join {{ ref('prize_lines') }} as prize_lines using (season, prize)
    inner join {{ ref('round_races') }} as round_races using (season, race)
    inner join {{ ref('int_rounds') }} as rounds using (season, round_number)
    inner join {{ ref('stg_catalogue') }} as catalogue using (leaderboard_arn)
    where prizes.evidence = 'catalogue' and catalogue.winner_alias is not null
),

recognised as (
    select named.leaderboard_arn, min(rankings.user_id) as user_id
    from named
    inner join rankings
        on named.leaderboard_arn = rankings.leaderboard_arn
        and named.winner_alias = rankings.alias
    group by named.leaderboard_arn
    -- two racers of one name: it is not known which
    having count(*) = 1
),

winners as (
    select named.*, rankings.user_id, rankings.race_rank
    from named
    left join recognised using (leaderboard_arn)
    left join {{ ref('named_winners') }} as found
        using (season, leaderboard_arn, winner_alias)
    left join rankings
        on named.leaderboard_arn = rankings.leaderboard_arn
        and coalesce(recognised.user_id, found.user_id) = rankings.user_id
),

in_front as (
    select winners.leaderboard_arn, count(distinct others.user_id) as named_in_front
    from winners
    inner join rankings
        on winners.leaderboard_arn = rankings.leaderboard_arn
        and rankings.race_rank < winners.race_rank
    inner join winners as others
        on winners.season = others.season
        and winners.prize = others.prize
        and rankings.user_id = others.user_id
        and others.turn <= winners.turn
    group by winners.leaderboard_arn
)

select
    winners.*,
    race_rank - 1 as racers_in_front,
    coalesce(named_in_front, 0) as named_in_front,
    row_number() over (
        partition by season, prize, round_number
        order by line_order
    ) as award_number
from winners
left join in_front using (leaderboard_arn)
