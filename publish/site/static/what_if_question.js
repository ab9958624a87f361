// What may be asked of a season: in words, behind the # of an address, and as rules. No page in
// here. A question is a list of changes, each { kind, … }.
"use strict";

whatIf.questions = (season) => {
  const MOST = 999;
  const { counted } = page;
  const rules = whatIf.published(season);
  const numberOf = new Map(season.racers.map(([id], number) => [id, number]));
  const first = season.rounds[0][0];
  const prizeOf = (prize) => season.prizes.get(prize);
  const roundOf = (round) => season.roundNames.get(round);
  // Rounds with a quota of their own keep it, whatever is asked: "March keeps 3".
  const kept = (prize) => [...season.lines.values()]
    .filter((line) => line.prize === prize && line.quota !== undefined)
    .map(({ round, quota }) => `${roundOf(round)} keeps ${quota}`).join(", ");
  // A name among the words: it is untrusted, and is shown apart.
  const nameOf = (racer) => ({ name: season.racers[racer][1] });

  function known(value) {
    if (value === undefined) throw new RangeError("not of this season");
    return value;
  }
  const knownPrize = (prize) => known(prizeOf(prize)).prize;
  const knownRound = (text) => known(season.rounds.find(([round]) => String(round) === text))[0];
  const knownMs = (text) => known(/^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : undefined);
  const raceOf = ({ race, round }) =>
    (race === roundOf(round).toLowerCase() ? race : `${race} of ${roundOf(round)}`);
  // The races of a racer, in order, in which so much faster is a time above zero.
  const racesOf = (racer, ms = 0) => season.rankings
    .filter(({ results }) => results.some((result) => result.racer === racer && result.score > ms))
    .sort((a, b) => a.round - b.round);
  // In one race, or in every race of the season.
  const inRaces = (racer, ms, round, race) => racesOf(racer, ms)
    .filter((ranking) => race === undefined || (ranking.round === round && ranking.race === race));
  const knownQuota = (text) => known(/^[1-9][0-9]{0,2}$/.test(text) ? Number(text) : undefined);

  // How each stands in the address, which others of its kind it takes the place of, how it
  // sounds, and what it does to the rules.
  const KINDS = {
    out: {
      read: ([round, id]) => ({ round: knownRound(round), racer: known(numberOf.get(id)) }),
      write: ({ round, racer }) => [round, season.racers[racer][0]],
      same: ({ racer }) => racer,
      say: ({ round, racer }) => [nameOf(racer), round === first
        ? " is out of the whole season." : ` is out from ${roundOf(round)} on.`],
      apply: (to, { round, racer }) => to.exceptions.push([racer, "all", round, null, "ineligible"]),
    },
    declines: {
      read: ([prize, round, id]) => ({ prize: knownPrize(prize), round: knownRound(round),
        racer: known(numberOf.get(id)) }),
      write: ({ prize, round, racer }) => [prize, round, season.racers[racer][0]],
      same: ({ prize, racer }) => `${prize}\n${racer}`,
      say: ({ prize, round, racer }) => [nameOf(racer),
        ` declines the ${prizeOf(prize).singular} of ${roundOf(round)}, and any later one.`],
      apply: (to, { prize, round, racer }) => to.exceptions.push([racer, prize, round, null, "declined"]),
    },
    quota: {
      read: ([prize, quota]) => ({ prize: knownPrize(prize), quota: knownQuota(quota) }),
      write: ({ prize, quota }) => [prize, quota],
      same: ({ prize }) => prize,
      say: ({ prize, quota }) => [`${counted(quota, prizeOf(prize).singular, prizeOf(prize).plural)} a round, `
        + `not ${rules.quotas.get(prize)}${kept(prize) && `; ${kept(prize)}`}.`],
      apply: (to, { prize, quota }) => to.quotas.set(prize, quota),
      isAsBefore: ({ prize, quota }) => rules.quotas.get(prize) === quota,
    },
    again: {
      read: ([prize, held]) => ({ prize: known(rules.blocks.find(([p, h]) => p === prize && h === held))[0], held }),
      write: ({ prize, held }) => [prize, held],
      same: ({ prize, held }) => `${prize}\n${held}`,
      say: ({ prize, held }) => [`A racer who holds a ${prizeOf(held).singular} stays in line for ${
        prize === held ? "another" : `a ${prizeOf(prize).singular}`}.`],
      apply: (to, { prize, held }) => {
        to.blocks = to.blocks.filter(([p, h]) => p !== prize || h !== held);
      },
    },
    faster: {
      read: ([text, id, round, race]) => {
        const ms = knownMs(text);
        const racer = known(numberOf.get(id));
        const where = round === undefined ? {} : { round: knownRound(round), race };
        known(inRaces(racer, ms, where.round, race)[0]);
        return { ms, racer, ...where };
      },
      write: ({ ms, racer, round, race }) =>
        [ms, season.racers[racer][0], ...(race === undefined ? [] : [round, race])],
      same: ({ racer, round, race }) => `${racer}\n${round}\n${race}`,
      say: ({ ms, racer, round, race }) => [nameOf(racer), ` is ${ms / 1000} s faster in ${
        race === undefined ? "every race" : `the ${raceOf({ race, round })}`}.`],
      apply: (to, { ms, racer, round, race }) =>
        to.faster.push(...inRaces(racer, ms, round, race).map((ranking) => [ranking, racer, ms])),
      isAsBefore: ({ ms }) => ms === 0,
    },
  };

  function toHash(question) {
    return question.map(({ kind, ...what }) =>
      `${kind}=${KINDS[kind].write(what).map(encodeURIComponent).join(",")}`).join("&");
  }

  // The question, and the parts of the address that are unknown.
  function fromHash(hash) {
    const question = [];
    const leftOut = [];
    for (const text of hash.replace(/^#/, "").split("&").filter(Boolean)) {
      const [kind, fields = ""] = text.split("=");
      try {
        if (!Object.hasOwn(KINDS, kind)) throw new RangeError("no such kind");
        question.push({ kind, ...KINDS[kind].read(fields.split(",").map(decodeURIComponent)) });
      } catch {
        leftOut.push(text);
      }
    }
    return { question, leftOut };
  }

  // A question with one change more; what it says of the same racer, prize or rule gives way.
  function asking(question, kind, what) {
    const { same, isAsBefore } = KINDS[kind];
    const others = question.filter((other) => other.kind !== kind || same(other) !== same(what));
    return isAsBefore?.(what) ? others : [...others, { kind, ...what }];
  }

  const inWords = ({ kind, ...what }) => KINDS[kind].say(what);

  function changedRules(question) {
    const to = { quotas: new Map(rules.quotas), blocks: rules.blocks,
      exceptions: [...rules.exceptions], faster: [] };
    for (const { kind, ...what } of question) KINDS[kind].apply(to, what);
    return to;
  }

  return { MOST, rules, kept, racesOf, raceOf, toHash, fromHash, asking, inWords, changedRules };
};
