{#
Who is meant by the alias of a row without UserId: rules 2 and 3 of int_history_identities,
which has the CTEs it expects. Claims, in CTEs up to `bearers` and `in_final_ranking`.
#}
{% macro whoever_bore_the_name() -%}
    named as (
        select user_id, alias, first_shown_at_utc, leaderboard_arn, place from with_user_id
        union all
        select
            by_submission.user_id, without.alias, without.first_shown_at_utc,
            without.leaderboard_arn, without.place
        from without
        inner join by_submission using (leaderboard_arn, place)
    ),

    -- all names of those who ever bore one that is asked for
    asked_for as (
        select * from named
        semi join (select user_id from named semi join without using (alias)) using (user_id)
    ),

    names as (
        {{ stretches_of_one_name('asked_for') }}
    ),

    nobody_else_of_that_alias as (
        select without.*
        from without
        anti join by_submission using (leaderboard_arn, place)
        anti join without as namesake
            on without.leaderboard_arn = namesake.leaderboard_arn
            and without.alias = namesake.alias
            and without.submitted_at_utc <> namesake.submitted_at_utc
            and without.first_shown_at_utc <= namesake.last_shown_at_utc
            and namesake.first_shown_at_utc <= without.last_shown_at_utc
    ),

    bearers as (
        select without.leaderboard_arn, without.place, names.user_id
        from nobody_else_of_that_alias as without
        inner join names
            on without.alias = names.alias
            and (names.is_first or names.from_utc <= without.last_shown_at_utc)
            and (names.to_utc is null or names.to_utc > without.first_shown_at_utc)
    ),

    in_final_ranking as (
        select without.leaderboard_arn, without.place, rankings.user_id
        from nobody_else_of_that_alias as without
        anti join bearers using (leaderboard_arn, place)
        inner join rankings using (leaderboard_arn, alias)
        anti join named on rankings.user_id = named.user_id
    )
{%- endmacro %}
