// The rule of models/intermediate/int_awards.sql and the comparison of macros/changes_of_awards.sql,
// once more, for other rules than the published ones. A browser test holds both against the
// SQL, row for row. No page in here: publish/site/what_if.py says what a season looks like.
"use strict";

const whatIf = (() => {
  const at = (...parts) => parts.join("\n");

  // A season as it was given, with what is looked up often by key.
  function opened(data) {
    const prizes = new Map(data.prizes.map(([prize, title, singular, plural, kind, quota, evidence]) =>
      [prize, { prize, title, singular, plural, kind, quota, evidence }]));
    const roundNames = new Map(data.rounds);
    const rankings = data.rankings.map(([race, racers, behind, ranks]) => {
      let before = 0;
      const scores = behind.map((ms) => (ms === null ? null : before += ms));
      return { race, ranks, results: racers.map((racer, i) => ({ racer, score: scores[i] })) };
    });
    const lines = new Map();
    for (const [prize, round, numbers, settled, quota] of data.lines) {
      const of = numbers.map((number) => rankings[number]);
      for (const ranking of of) ranking.round = round;
      lines.set(at(prize, round), { prize, round, settled, quota, rankings: of, places: inLine(of) });
    }
    return { ...data, prizes, roundNames, rankings, lines };
  }

  // Who is in two rankings stands once, at the better place.
  function inLine(rankings) {
    const places = new Map();
    for (const { race, ranks, results } of rankings) {
      results.forEach(({ racer }, i) => {
        if (!places.has(racer)) places.set(racer, { racer, race, rank: ranks ? ranks[i] : i + 1 });
      });
    }
    return [...places.values()];
  }

  // A ranking with one racer so many ms faster. Level on time is behind: no column explains how
  // the league ranked equal times. Who has no lap has no time to improve.
  function withFaster(ranking, racer, ms) {
    const from = ranking.results.findIndex((result) => result.racer === racer);
    const score = ranking.results[from]?.score ?? null;
    if (score === null) return ranking;
    const results = ranking.results.filter((_, i) => i !== from);
    const to = results.findIndex((other, i) => i >= from || other.score === null || other.score > score - ms);
    results.splice(to < 0 ? from : to, 0, { racer, score: score - ms });
    return { ...ranking, results };
  }

  // Who stands in a line, in order, by the changed times.
  function placesOf(line, { faster }) {
    if (!faster.some(([ranking]) => line.rankings.includes(ranking))) return line.places;
    return inLine(line.rankings.map((ranking) => faster.reduce((changed, [of, racer, ms]) =>
      (of === ranking ? withFaster(changed, racer, ms) : changed), ranking)));
  }

  // The rules a season was published with.
  function published(season) {
    return {
      quotas: new Map([...season.prizes.values()].map(({ prize, quota }) => [prize, quota])),
      blocks: season.blocks,
      exceptions: season.exceptions,
      // [ranking, racer, by so many ms]
      faster: [],
    };
  }

  // How many a round gives: a quota of its own goes before that of the prize.
  const quotaOf = (season, { quotas }, prize, round) =>
    season.lines.get(at(prize, round)).quota ?? quotas.get(prize);

  // Why a racer is out of line by an exception; of several the earliest counts.
  function exceptionReason({ exceptions }, racer, prize, round) {
    const found = exceptions
      .filter(([who, from, first, last]) => who === racer && (from === prize || from === "all")
        && first <= round && (last === null || last >= round))
      .sort((a, b) => a[2] - b[2] || (a[1] < b[1] ? -1 : 1));
    return found.length ? found[0][4] : null;
  }

  // In which order a round gives its prizes: one that another blocks at once comes a step after
  // that other, as in int_prize_steps. No chain of blocks has more steps than there are prizes.
  function inSteps(season, { blocks }) {
    const steps = new Map([...season.prizes.keys()].map((prize) => [prize, 0]));
    for (let i = 0; i < steps.size; i += 1) {
      for (const [prize, held, atOnce] of blocks) {
        if (atOnce && steps.has(prize) && steps.has(held)) {
          steps.set(prize, Math.max(steps.get(prize), steps.get(held) + 1));
        }
      }
    }
    return [...steps.keys()].sort((a, b) => steps.get(a) - steps.get(b));
  }

  // Who wins what: in each round racers who hold a blocking prize, or are excepted, leave the
  // line; of those who remain the first `quota` win. What is won blocks from the next round on,
  // or at once.
  function awards(season, rules) {
    const won = [];
    const blocked = new Set();
    const block = (held, racer, now) => {
      for (const [prize, by, atOnce] of rules.blocks) {
        if (by === held && Boolean(atOnce) === now) blocked.add(at(prize, racer));
      }
    };
    const prizes = inSteps(season, rules);
    for (const [round] of season.rounds) {
      const now = [];
      for (const prize of prizes) {
        const line = season.lines.get(at(prize, round));
        if (!line) continue;
        const quota = quotaOf(season, rules, prize, round);
        let number = 0;
        for (const { racer, race, rank } of placesOf(line, rules)) {
          if (number === quota) break;
          if (blocked.has(at(prize, racer)) || exceptionReason(rules, racer, prize, round)) continue;
          number += 1;
          now.push({ prize, round, number, racer, race, rank });
          block(prize, racer, true);
        }
      }
      for (const { prize, racer } of now) block(prize, racer, false);
      won.push(...now);
    }
    return won;
  }

  const isBlocked = ({ blocks }, prize, held) => blocks.some(([p, h]) => p === prize && h === held);

  // The first prize that keeps a racer out of another's line in a round, as in int_decisions:
  // won before it, or in it where the block applies at once.
  function inTheWay(season, rules, won, prize, racer, round) {
    const [first] = won
      .filter((award) => award.racer === racer && rules.blocks.some(([p, held, atOnce]) =>
        p === prize && held === award.prize && (award.round < round || (atOnce && award.round === round))))
      .sort((a, b) => a.round - b.round || (a.prize < b.prize ? -1 : 1));
    return first && `the ${season.prizes.get(first.prize).singular} won in ${season.roundNames.get(first.round)}`;
  }

  function givenNow(season, before, after, prize, round) {
    const now = quotaOf(season, after, prize, round);
    return `${now} ${now === 1 ? "is" : "are"} given, not ${quotaOf(season, before, prize, round)}`;
  }

  function whyLost(season, before, after, wonAfter, { prize, racer, round, number }) {
    const reason = exceptionReason(after, racer, prize, round);
    if (reason) return reason;
    const held = inTheWay(season, after, wonAfter, prize, racer, round);
    if (held) return `${held} is in the way`;
    if (number > quotaOf(season, after, prize, round)) return givenNow(season, before, after, prize, round);
    return "someone is now ahead";
  }

  function whyWon(season, before, after, wonBefore, { prize, racer, round, number }) {
    const reason = exceptionReason(before, racer, prize, round);
    if (reason) return `no longer ${reason}`;
    const held = inTheWay(season, before, wonBefore, prize, racer, round);
    if (held) return `${held} is not in the way`;
    if (number > quotaOf(season, before, prize, round)) return givenNow(season, before, after, prize, round);
    const faster = after.faster.find(([ranking, who]) => who === racer
      && season.lines.get(at(prize, round)).rankings.includes(ranking));
    if (faster) return `${faster[2] / 1000} s faster in the ${faster[0].race}`;
    return "someone ahead no longer counts";
  }

  // The smallest improvements by which a racer wins something that another won: for each race
  // and prize of its round, with the round of the award that the racer has instead. Only those
  // who won something are in the way, so no other time needs to be tried.
  function enough(season, rules, racer) {
    const won = awards(season, rules);
    const found = [];
    for (const ranking of season.rankings) {
      const { round, results } = ranking;
      const own = results.findIndex((result) => result.racer === racer);
      if (own < 0 || results[own].score === null) continue;
      const inTheWay = new Set(won.filter((award) => award.round === round).map((award) => award.racer));
      const steps = results.slice(0, own).filter((result) => inTheWay.has(result.racer))
        .map(({ score }) => results[own].score - score + 1);
      const already = new Set(won.filter((award) => award.round === round && award.racer === racer)
        .map(({ prize }) => prize));
      for (const ms of [...new Set(steps)].sort((a, b) => a - b)) {
        for (const award of awards(season, { ...rules, faster: [[ranking, racer, ms]] })) {
          const { prize } = award;
          if (award.racer !== racer || award.round !== round || already.has(prize)) continue;
          already.add(prize);
          const instead = isBlocked(rules, prize, prize)
            ? won.find((other) => other.prize === prize && other.racer === racer)?.round ?? null : null;
          found.push({ ranking, prize, ms, instead });
        }
      }
    }
    return found;
  }

  // Who has another award by the rules `after` than by the rules `before`, and why.
  function changes(season, before, after) {
    const wonBefore = awards(season, before);
    const wonAfter = awards(season, after);
    const once = (prize) => isBlocked(before, prize, prize) && isBlocked(after, prize, prize);
    const pairs = new Map();
    const pair = (award) => {
      const key = at(award.prize, award.racer, once(award.prize) ? "" : award.round);
      if (!pairs.has(key)) pairs.set(key, {});
      return pairs.get(key);
    };
    for (const award of wonBefore) pair(award).was = award;
    for (const award of wonAfter) pair(award).is = award;

    return [...pairs.values()].filter(({ was, is }) => was?.round !== is?.round).map(({ was, is }) => {
      const { prize, racer } = was || is;
      const { singular, evidence } = season.prizes.get(prize);
      const [from, to] = [was, is].map((award) => award && season.roundNames.get(award.round));
      let change;
      let said;
      if (!is) {
        change = exceptionReason(after, racer, prize, was.round) ? "lost" : "worse off";
        said = `loses the ${singular} of ${from}: ${whyLost(season, before, after, wonAfter, was)}`;
      } else if (!was) {
        change = "moved up";
        said = `wins the ${singular} of ${to}: ${whyWon(season, before, after, wonBefore, is)}`;
      } else {
        change = is.round < was.round ? "better off" : "worse off";
        said = `wins the ${singular} in ${to} instead of ${from}`;
      }
      const sentence = `${said}.${evidence === "inferred" ? " The rule is inferred." : ""}`;
      return { prize, racer, change, before: was?.round ?? null, after: is?.round ?? null, sentence };
    });
  }

  const seasons = new Map();
  // Called by data/what-if-<season>.js.
  const load = (data) => seasons.set(data.season, opened(data));

  return { load, opened, seasons, published, awards, enough, changes };
})();
