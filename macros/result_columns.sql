{# What a board says of a racer's result, as stg_rankings names it, of the table `of`. #}
{% macro result_columns(of) -%}
    {%- for column in [
        'team_name', 'ranking_score_ms', 'average_lap_ms', 'best_lap_ms', 'total_time_ms',
        'laps', 'average_resets', 'collisions', 'off_tracks', 'resets', 'submissions',
        'submitted_at_utc'
    ] -%}
    {{ of }}.{{ column }}
    {{- ", " if not loop.last }}
    {%- endfor %}
{%- endmacro %}
