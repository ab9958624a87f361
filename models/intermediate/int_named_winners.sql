-- Winners whom the catalogue names: one row per season, prize, round and race.
--
-- Rule: none of ours. In 2020 the catalogue names the winner of a race, by the name of that
-- time. Names change, so a racer is only recognised where the race's own final ranking has
-- that name today; everybody else stays a name without a user_id.
-- Source: column WinnerAlias of the catalogue.
with

named as (
    select
        prizes.season,
        prizes.prize,
        prizes.evidence,
        prize_lines.line_order,
        rounds.round_number,
        rounds.round_name,
        rounds.turn,
        round_races.race,
        catalogue.leaderboard_arn,
        catalogue.winner_alias,
    from {{ ref('prizes') }} as prizes
    inner join {{ ref('prize_lines') }} as prize_lines using (season, prize)
    inner join {{ ref('round_races') }} as round_races using (season, race)
    inner join {{ ref('int_rounds') }} as rounds using (season, round_number)
    inner join {{ ref('stg_catalogue') }} as catalogue using (leaderboard_arn)
    where prizes.evidence = 'catalogue' and catalogue.winner_alias is not null
),

recognised as (
    select
        named.leaderboard_arn,
        min(rankings.user_id) as user_id,
        min(rankings.race_rank) as race_rank,
    from named
    inner join {{ ref('int_rankings') }} as rankings
        on named.leaderboard_arn = rankings.leaderboard_arn
        and named.winner_alias = rankings.alias
    group by named.leaderboard_arn
    -- two racers of one name: nobody knows which
    having count(*) = 1
)

select
    named.*,
    recognised.user_id,
    recognised.race_rank,
    row_number() over (
        partition by season, prize, round_number
        order by line_order
    ) as award_number,
from named
left join recognised using (leaderboard_arn)
