// "What if I had been 0.4 s faster?": a slider, and the smallest times that would have been
// enough. On the pages "What if?", and on a racer's page once somebody asks.
"use strict";

whatIf.faster = (season) => {
  const MOST_S = 5;
  const SHOWN = 12;
  const { element, filled } = page;
  const { rules, racesOf, raceOf, toHash, changedRules } = whatIf.questions(season);
  const inSeconds = (ms) => `${ms / 1000} s`;
  const address = (what) => `${season.season}-what-if.html#${toHash([{ kind: "faster", ...what }])}`;

  // A field from 0 to a few seconds in tenths; ask: called with the ms whenever it is moved.
  function slider(label, ask) {
    const field = element("input");
    Object.assign(field, { type: "range", min: 0, max: MOST_S, step: 0.1, value: 0 });
    const shown = element("output", inSeconds(0));
    const made = filled("label", "slider", element("span", label), field, shown);
    const show = (ms) => {
      field.max = Math.max(MOST_S, Math.ceil(ms / 1000));
      field.value = ms / 1000;
      shown.value = inSeconds(ms);
    };
    field.addEventListener("input", () => {
      const ms = Math.round(field.value * 1000);
      shown.value = inSeconds(ms);
      ask(ms);
    });
    return { made, show };
  }

  // item: makes of { ms, racer, round, race } and its words what is pressed.
  function enough(racer, item) {
    const found = whatIf.enough(season, rules, racer).sort((a, b) => a.ms - b.ms);
    if (!racesOf(racer).length) return [element("p", "No lap in a race of the season, so no time to improve.", "about")];
    if (!found.length) return [element("p", "No time would have won another prize here.", "about")];
    const items = found.slice(0, SHOWN).map(({ ranking, prize, ms, instead }) => {
      const { round, race } = ranking;
      const had = instead === null ? "" : `, instead of the one of ${season.roundNames.get(instead)}`;
      return filled("li", "", item({ ms, racer, round, race }, `${(ms / 1000).toFixed(3)} s faster in the ${raceOf(ranking)}`),
        `: ${season.prizes.get(prize).singular}${had}`);
    });
    const more = found.length - items.length;
    return [filled("ul", "enough", ...items),
      ...(more ? [element("p", `And ${more} more, each further away.`, "about")] : [])];
  }

  // For a racer's page: what the slider gives, with a link to the season as it would have been.
  function asked(racer, ms) {
    if (!ms) return [element("p", "Move the slider: every prize of the season is given again.")];
    const changes = whatIf.changes(season, rules, changedRules([{ kind: "faster", ms, racer }]));
    const own = changes.filter((change) => change.racer === racer);
    const link = page.link(address({ ms, racer }), `The whole season, ${inSeconds(ms)} faster`);
    const others = new Set(changes.map((change) => change.racer)).size - (own.length ? 1 : 0);
    return [
      own.length ? filled("ul", "", ...own.map(({ sentence }) => element("li", sentence)))
        : element("p", "Nothing more to win."),
      filled("p", "", others ? `${page.counted(others, "other racer", "other racers")} would have gained or lost. ` : "", link, "."),
    ];
  }

  function story(racer) {
    const answer = filled("div", "answer", ...asked(racer, 0));
    answer.setAttribute("role", "status");
    const { made } = slider("Faster in every race, by", (ms) => answer.replaceChildren(...asked(racer, ms)));
    const link = (what, words) => page.link(address(what), words);
    return [made, answer, filled("p", "", element("strong", "What would have been enough:")), ...enough(racer, link),
      element("p", "We can't re-run races: an invitation gives no result in the race it is for.", "about")];
  }

  return { slider, enough, story };
};
