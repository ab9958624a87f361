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
    const lines = new Map();
    for (const [prize, round, rankings, settled, quota] of data.lines) {
      lines.set(at(prize, round), { prize, round, settled, quota, places: inLine(data, rankings) });
    }
    return { ...data, prizes, roundNames, lines };
  }

  // Who is in two rankings stands once, at the better place.
  function inLine(data, rankings) {
    const places = new Map();
    for (const number of rankings) {
      const [race, racers, ranks] = data.rankings[number];
      racers.forEach((racer, i) => {
        if (!places.has(racer)) places.set(racer, { racer, race, rank: ranks ? ranks[i] : i + 1 });
      });
    }
    return [...places.values()];
  }

  // The rules a season was published with.
  function published(season) {
    return {
      quotas: new Map([...season.prizes.values()].map(({ prize, quota }) => [prize, quota])),
      blocks: season.blocks,
      exceptions: season.exceptions,
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
        for (const { racer, race, rank } of line.places) {
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
    return "someone ahead no longer counts";
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
        said = `of ${from} lost: ${whyLost(season, before, after, wonAfter, was)}`;
      } else if (!was) {
        change = "moved up";
        said = `of ${to} won: ${whyWon(season, before, after, wonBefore, is)}`;
      } else {
        change = is.round < was.round ? "better off" : "worse off";
        said = `won in ${to} instead of ${from}`;
      }
      const sentence = `${singular} ${said}.${evidence === "inferred" ? " The rule is inferred." : ""}`;
      return { prize, racer, change, before: was?.round ?? null, after: is?.round ?? null, sentence };
    });
  }

  const seasons = new Map();
  // Called by data/what-if-<season>.js.
  const load = (data) => seasons.set(data.season, opened(data));

  return { load, opened, seasons, published, awards, changes };
})();
