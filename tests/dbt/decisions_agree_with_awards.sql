-- The reasons and the awards can never disagree: `won` is said of exactly those who are
-- awarded, and nobody stands in front of a winner without a reason.
with

decisions as (
    select * from {{ ref('int_decisions') }}
),

awards as (
    select * from {{ ref('int_awards') }}
    where scenario = 'as given'
),

problems as (
    select prize || ', ' || round_name || ' ' || season || ': ' || racer_key
        || ' is awarded, but the decision does not say so.' as problem
    from awards
    anti join (select * from decisions where decision = 'won')
        using (season, prize, round_number, racer_key, award_number)

    union all
    select prize || ', ' || round_name || ' ' || season || ': ' || racer_key
        || ' is said to have won, but is not awarded.'
    from decisions
    anti join awards using (season, prize, round_number, racer_key)
    where decision = 'won'

    union all
    select prize || ', ' || round_name || ' ' || season || ': ' || racer_key
        || ' has the eligible place ' || eligible_place || ' for ' || quota
        || ', and the decision is ' || decision || '.'
    from decisions
    where (eligible_place <= quota) <> (decision = 'won')
)

{{ say_problems() }}
