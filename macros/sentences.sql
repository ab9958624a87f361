{# What became of a racer in line, as a sentence; the columns are those of prize_decisions.
   Who stood in front is counted in the line, not in the race: where two rankings make the
   line, a rank says nothing of it. #}
{% macro decision_sentence() -%}
    round_name || ' ' || season || ': ' || case
        when decision = 'won'
            then 'won a ' || one || ', ' || {{ ordinal('race_rank') }} || ' in the ' || race
                || {{ passed_over() }}
        when decision = 'already has one'
            then 'no ' || one || ', because of the ' || in_the_way
        when decision = 'beyond the quota'
            then {{ ordinal('place_still_in_line') }} || ' in line for '
                || {{ counted('quota', 'one', 'many') }} || ', '
                || {{ counted('places_short', "'place'", "'places'") }} || ' short'
                || {{ missed_by() }}
        when decision = 'absent from the ' || race
            then 'no ' || one || ': invited to the ' || race || ', but no result in it'
                || case when is_final then '' else ' yet' end
        else 'no ' || one || ': ' || decision || ' (' || in_the_way || ')'
    end || '.'
    || case when is_settled then '' else ' May still change.' end
    || case when evidence = 'inferred' then ' The rule is inferred.' else '' end
{%- endmacro %}

{# How many in front did not count, and in which line where it is more than one ranking. #}
{% macro passed_over() -%}
    {%- set in_front = '(place_in_line - 1)' -%}
    {%- set passed = '(place_in_line - place_still_in_line)' -%}
    case when {{ passed }} = 0 then ''
        else '; ' || case when line_of_races like '%,%'
                then 'in line (' || line_of_races || ') ' else '' end
            || case when {{ passed }} = {{ in_front }} then '' else {{ passed }} || ' of ' end
            || 'the ' || {{ counted(in_front, "'racer'", "'racers'") }}
            || ' in front did not count'
    end
{%- endmacro %}

{# By how much the last award was missed; equal times are ranked in an order no column of
   the ranking explains. #}
{% macro missed_by() -%}
    case
        when missed_by_ms = 0
            then '. Level on time, ' || {{ seconds('ranking_score_ms') }}
                || ' each; the league ranked ' || alias || ' behind ' || in_the_way
        else coalesce('. Missed by ' || {{ seconds('missed_by_ms') }}, '')
            || coalesce('; the last went to ' || in_the_way, '')
    end
{%- endmacro %}

{# A winner whom the catalogue names; the columns are those of int_named_winners. Who is in
   front and not named is not explained by anything in the archive. #}
{% macro named_winner_sentence() -%}
    {%- set others = "'named winner' || case when named_in_front = 1 then '' else 's' end
        || ' of another race up to ' || round_name" -%}
    round_name || ' ' || season || ': won the ' || race || ' as the catalogue names it; '
    || case
        when user_id is null then 'the final ranking does not have the name'
        when race_rank = 1 then 'first in its final ranking, too'
        else {{ ordinal('race_rank') }} || ' in its final ranking, '
            || case
                when named_in_front = racers_in_front
                    then 'where ' || case when racers_in_front = 1 then 'the one in front is '
                        when racers_in_front = 2 then 'both in front are '
                        else 'all ' || racers_in_front || ' in front are ' end || {{ others }}
                when named_in_front = 0
                    then 'and the archive does not say why the '
                        || {{ counted('racers_in_front', "'racer'", "'racers'") }}
                        || ' in front did not win'
                else 'where ' || named_in_front || ' of the ' || racers_in_front
                    || ' in front ' || case when named_in_front = 1 then 'is ' else 'are ' end
                    || {{ others }} || '; why the rest did not win the archive does not say'
            end
    end || '.'
{%- endmacro %}
