{#
Today's user_id of a UserId as a file has it.

205 racers were written with 32 characters from March to August 2021 and with 22 since. Both
are URL-safe base64, of 24 and of 16 bytes, and the first 16 bytes are the same. In letters:
the first 21 characters stay, and of the 22nd only the two highest of its six bits are left,
so that it becomes A, Q, g or w. Source: the archive's own files. The same submission shows
all 205, on 391 pairs of board and UserId, under exactly these 22 characters in the final
rankings; no UserId of 22 characters there ends in another letter.
#}
{% macro todays_user_id(written) -%}
    case when length({{ written }}) = 32
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
Who stands in a line, known or not: the user_id, or else the alias. A racer whom nobody
knows keeps the place, and so does each of two who have the same alias on one board.

    number  1 for the first of an alias on a board, 2 for the second …
#}
{% macro racer_key(user_id, alias, number) -%}
    coalesce({{ user_id }}, 'alias ' || {{ alias }} || case
        when {{ number }} > 1 then ' (' || {{ number }} || ')' else ''
    end)
{%- endmacro %}
