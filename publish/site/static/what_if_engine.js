// The rule of macros/award_in_turns.sql and the comparison of macros/changes_of_awards.sql,
// once more, for other rules than the published ones. A browser test holds both against the
// SQL, row for row. No page in here: publish/site/what_if.py says what a season looks like.
"use strict";

const whatIf = (() => {
  const at = (...parts) => parts.join("\n");

  // A season as it was handed over, with what is looked up often by key.
  function opened(data) {
    const prizes = new Map(data.prizes.map(([prize, title, one, many, kind, quota, evidence]) =>
      [prize, { prize, title, one, many, kind, quota, evidence }]));
    const roundNames = new Map(data.rounds);
    const lines = new Map();
    for (const [prize, round, rankings, settled] of data.lines) {
      lines.set(at(prize, round), { prize, round, settled, places: inLine(data, rankings) });
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

  // Why a racer is out of line by an exception; of several the earliest counts.
  function exceptionReason({ exceptions }, racer, prize, round) {
    const found = exceptions
      .filter(([who, from, first]) => who === racer && (from === prize || from === "all") && first <= round)
      .sort((a, b) => a[2] - b[2]);
    return found.length ? found[0][3] : null;
  }

  // Who wins what: in each round whoever holds a blocking prize, or is excepted, leaves the
  // line; of those who remain the first `quota` win. What is won blocks from the next round on.
  function awards(season, rules) {
    const won = [];
    const blocked = new Set();
    for (const [round] of season.rounds) {
      const now = [];
      for (const prize of season.prizes.keys()) {
        const line = season.lines.get(at(prize, round));
        if (!line) continue;
        const quota = rules.quotas.get(prize);
        let number = 0;
        for (const { racer, race, rank } of line.places) {
          if (number === quota) break;
          if (blocked.has(at(prize, racer)) || exceptionReason(rules, racer, prize, round)) continue;
          number += 1;
          now.push({ prize, round, number, racer, race, rank });
        }
      }
      for (const { prize, racer } of now) {
        for (const [next, held] of rules.blocks) if (held === prize) blocked.add(at(next, racer));
      }
      won.push(...now);
    }
    return won;
  }

  const isBlocked = ({ blocks }, prize, held) => blocks.some(([p, h]) => p === prize && h === held);

  // The first prize won before a round that blocks another: as in int_decisions.
  function inTheWay(season, rules, won, prize, racer, round) {
    const [first] = won
      .filter((award) => award.racer === racer && award.round < round && isBlocked(rules, prize, award.prize))
      .sort((a, b) => a.round - b.round || (a.prize < b.prize ? -1 : 1));
    return first && `the ${season.prizes.get(first.prize).one} won in ${season.roundNames.get(first.round)}`;
  }

  function givenNow(before, after, prize) {
    const now = after.quotas.get(prize);
    return `${now} ${now === 1 ? "is" : "are"} given, not ${before.quotas.get(prize)}`;
  }

  function whyLost(season, before, after, wonAfter, { prize, racer, round, number }) {
    const reason = exceptionReason(after, racer, prize, round);
    if (reason) return reason;
    const held = inTheWay(season, after, wonAfter, prize, racer, round);
    if (held) return `${held} is in the way`;
    if (number > after.quotas.get(prize)) return givenNow(before, after, prize);
    return "somebody stands in front who did not before";
  }

  function whyWon(season, before, after, wonBefore, { prize, racer, round, number }) {
    const reason = exceptionReason(before, racer, prize, round);
    if (reason) return `no longer ${reason}`;
    const held = inTheWay(season, before, wonBefore, prize, racer, round);
    if (held) return `${held} is not in the way`;
    if (number > before.quotas.get(prize)) return givenNow(before, after, prize);
    return "somebody in front is out of line";
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
      const { one, evidence } = season.prizes.get(prize);
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
        said = `won in ${to} and not in ${from}`;
      }
      const sentence = `${one} ${said}.${evidence === "inferred" ? " The rule is inferred." : ""}`;
      return { prize, racer, change, before: was?.round ?? null, after: is?.round ?? null, sentence };
    });
  }

  const seasons = new Map();
  // Called by data/what-if-<season>.js.
  const load = (data) => seasons.set(data.season, opened(data));

  return { load, opened, seasons, published, awards, changes };
})();
