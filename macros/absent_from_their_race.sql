{#
Who won a place in a race and has no result in it, or none yet in one that still runs
(`is_final`): nowhere in line for what that race gives. CTEs up to `absent`: one row per
season, prize that the race gives, round and racer.

Expects CTEs `line` (int_prize_lines) and `awards` (int_awards). While an unknown racer is in
a race nobody can be said to be missing there.
#}
{% macro absent_from_their_race() -%}
    given_there as (
        select
            line.season, line.prize, line.round_number, line.kind, line.race, line.evidence,
            line.is_settled, line.is_final, invitations.prize as invitation
        from line
        inner join {{ ref('prizes') }} as invitations
            on line.season = invitations.season and line.race = invitations.invites_to
        group by all
        having count(*) = count(line.user_id)
    ),

    absent as (
        select
            given.season, given.prize, given.round_number, given.kind, given.race,
            given.evidence, given.is_settled, given.is_final,
            invited.turn, invited.round_name, invited.racer_key, invited.user_id,
            min(invited.alias) as alias
        from awards as invited
        inner join given_there as given
            on invited.season = given.season
            and invited.round_number = given.round_number
            and invited.prize = given.invitation
        anti join line
            on invited.season = line.season
            and invited.round_number = line.round_number
            and given.prize = line.prize
            and invited.racer_key = line.racer_key
        group by all
    )
{%- endmacro %}
