-- How well the promotion rule predicts who is seen in Pro: one row per season. Counted are
-- racers not yet Pro who raced again in the next round.
select
    season,
    count(*) filter (where is_promoted and raced_pro_next)::integer as promoted_seen_in_pro,
    count(*) filter (where is_promoted and not raced_pro_next)::integer
        as promoted_not_seen_in_pro,
    count(*) filter (where not is_promoted and raced_pro_next)::integer
        as not_promoted_seen_in_pro,
    count(*) filter (where not is_promoted and not raced_pro_next)::integer
        as not_promoted_not_seen_in_pro,
    round((promoted_seen_in_pro + not_promoted_not_seen_in_pro) / count(*), 4) as match_rate,
from {{ ref('promotions') }}
where raced_pro_next or raced_open_next
group by season
order by season
