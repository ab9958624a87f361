{#
Today's user_id of a UserId as a file has it.

205 racers were written with 32 characters from March to August 2021 and with 22 since. Both
are URL-safe base64, of 24 and of 16 bytes, and the first 16 bytes are the same. In letters:
the first 21 characters stay, and of the 22nd only the two highest of its six bits are left,
so that it becomes A, Q, g or w. Source: the archive's own files. The same submission shows
all 205, on 391 pairs of board and UserId, under exactly these 22 characters in the final
rankings; no UserId of 22 characters there ends in another letter. Where final rankings have
UserIds of 32 characters themselves (another league's MD5 or UUID), all stay as they are.
#}
{% macro todays_user_id(written) -%}
    case
        when length({{ written }}) = 32
            and not exists (
                select 1 from {{ source('raw', 'rankings') }} where length(UserId) = 32
            )
        then substr({{ written }}, 1, 21) || case
            when instr('ABCDEFGHIJKLMNOP', substr({{ written }}, 22, 1)) > 0 then 'A'
            when instr('QRSTUVWXYZabcdef', substr({{ written }}, 22, 1)) > 0 then 'Q'
            when instr('ghijklmnopqrstuv', substr({{ written }}, 22, 1)) > 0 then 'g'
            else 'w'
        end
        else nullif({{ written }}, '')
    end
{%- endmacro %}

{#
Rows of rankings, and with each its `racer_key`: who stands in a line, known or not, which is
the user_id, or else the alias. An unknown racer keeps the place, and so does each of two who
have the same alias in one ranking. A select.

    ranking  the columns that tell one ranking from another; in each, rows go by `place`
#}
{% macro with_racer_keys(standings, ranking) -%}
    {%- set number = "row_number() over (partition by " ~ ranking ~ ", alias order by place)" -%}
    select *, user_id as racer_key
    from {{ standings }}
    where user_id is not null
    union all
    select *, 'alias ' || alias || case
        when {{ number }} > 1 then ' (' || {{ number }} || ')' else ''
    end
    from {{ standings }}
    where user_id is null
{%- endmacro %}

{# The hours of the first and the last snapshot that show a row of stg_history_row_versions (or of
   int_history_row_versions), as `first_shown` and `last_shown`. #}
{% macro join_hours_shown(versions) -%}
    inner join {{ ref('stg_history_snapshots') }} as first_shown
        on {{ versions }}.leaderboard_arn = first_shown.leaderboard_arn
        and {{ versions }}.first_snapshot = first_shown.snapshot_no
    inner join {{ ref('stg_history_snapshots') }} as last_shown
        on {{ versions }}.leaderboard_arn = last_shown.leaderboard_arn
        and {{ versions }}.last_snapshot = last_shown.snapshot_no
{%- endmacro %}

{# The stretches of time in which a racer had one name, from rows that have user_id, alias,
   first_shown_at_utc, leaderboard_arn and place: one row per racer and stretch. A select. #}
{% macro stretches_of_one_name(shown) -%}
    select
        user_id,
        alias,
        first_shown_at_utc as from_utc,
        lead(first_shown_at_utc) over (
            partition by user_id order by first_shown_at_utc, leaderboard_arn, place
        ) as to_utc,
        alias_before is null as is_first
    from (
        select
            *,
            lag(alias) over (
                partition by user_id order by first_shown_at_utc, leaderboard_arn, place
            ) as alias_before
        from {{ shown }}
    ) as with_the_name_before
    where alias is distinct from alias_before
{%- endmacro %}

{# Of rows that say who may be meant by a row (`place`) of a board, those that are agreed: one
   row per board and place of which all say the same. A select. #}
{% macro those_that_agree(claims) -%}
    select leaderboard_arn, place, min(user_id) as user_id
    from {{ claims }}
    group by leaderboard_arn, place
    having count(distinct user_id) = 1
{%- endmacro %}
