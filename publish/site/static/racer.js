// The racer named behind the # of the address: everything in sentences, most of it written
// by the build. Names are untrusted: they only ever become text.
"use strict";

(() => {
  const { element, bdi, number, counted, copyButton } = page;
  const { arrived, racer } = league;
  const { strip } = picture;
  const { boards, prizes, seasons } = arrived.get("league");
  const story = document.getElementById("story");
  const start = [...story.childNodes];
  const title = document.title;
  // So many places short is a near miss.
  const NEAR = 3;
  const EVIDENCE = { inferred: "inferred", catalogue: "as catalogued" };

  function asked() {
    if (story.dataset.racer) return story.dataset.racer;
    let hash = location.hash.slice(1);
    try {
      hash = decodeURIComponent(hash);
    } catch {
      // A % that means itself.
    }
    return hash;
  }

  function badges(evidence, isProvisional) {
    const made = [];
    if (EVIDENCE[evidence]) made.push(" ", element("span", EVIDENCE[evidence], `badge ${evidence}`));
    if (isProvisional) made.push(" ", element("span", "provisional", "badge provisional"));
    return made;
  }

  function award([season, round, roundName, prize, nth, race, rank, evidence, isProvisional]) {
    const [words, look] = prizes[prize];
    const made = element("li", undefined, look);
    const link = element("a", words);
    link.href = `${season}.html#${prize}-${round}-${nth}`;
    made.append(element("span", undefined, "mark"), link, ` ${roundName} ${season}`);
    if (race) made.append(element("small", ` ${race}${rank ? ` ${rank}` : ""}`));
    made.append(...badges(evidence, isProvisional));
    return made;
  }

  function place([board, rank]) {
    const [, , , race, name, type, division, ranked] = boards[board];
    const made = element("li", undefined, "result");
    const label = race || [bdiText(name), type, division && division.toLowerCase()]
      .filter(Boolean).join(", ");
    made.append(element("span", label, "race"), " ",
      element("b", `rank ${number(rank)}`),
      ` of ${number(ranked)}`);
    return made;
  }

  function bdiText(text) {
    return `\u2068${text}\u2069`;
  }

  function decision([season, round, roundName, prize, what, nth, short, , sentence]) {
    const [words, look] = prizes[prize];
    const weight = short === null ? "" : short <= NEAR ? " near" : " far";
    const made = element("li", undefined, `decision ${what === "won" ? "won" : "not"}${weight} ${look}`);
    made.append(element("span", undefined, "mark"));
    if (what === "won") {
      const link = element("a", words);
      link.href = `${season}.html#${prize}-${round}-${nth}`;
      made.append(link);
    } else {
      made.append(element("span", words, "prize"));
    }
    // The heading above names the round already.
    const before = `${roundName} ${season}: `;
    const rest = sentence.startsWith(before) ? sentence.slice(before.length) : sentence;
    made.append(" ", bdi(rest.charAt(0).toUpperCase() + rest.slice(1)));
    return made;
  }

  function roundOf(name, results, decisions) {
    const made = element("section", undefined, "round");
    made.append(element("h3", name));
    if (results.length) {
      const list = element("ul", undefined, "results");
      list.append(...results.map(place));
      made.append(list);
    }
    if (decisions.length) {
      const list = element("ul", undefined, "decisions");
      list.append(...decisions.map(decision));
      made.append(list);
    }
    return made;
  }

  // A year of the log, folded: what it holds stands in its line.
  function season(year, results, decisions, awards) {
    const made = element("details", undefined, "year printed");
    const summary = element("summary");
    const facts = [counted(results.length, "race", "races"),
      results.length ? `best rank ${number(Math.min(...results.map(([, rank]) => rank)))}` : "",
      awards.length ? counted(awards.length, "prize", "prizes") : ""].filter(Boolean);
    const heading = element("h2", String(year));
    heading.append(element("small", facts.join(", ")));
    summary.append(heading);
    made.append(summary);
    if (seasons.includes(year)) {
      const link = element("a", `The ${year} season`);
      link.href = `${year}.html`;
      made.append(link);
    }
    const rounds = new Map();
    const of = (round, name) => {
      const key = round === null ? Infinity : round;
      if (!rounds.has(key)) rounds.set(key, { name, results: [], decisions: [] });
      return rounds.get(key);
    };
    for (const [board, rank] of results) {
      const [, round, roundName] = boards[board];
      of(round, round === null ? "Other races" : roundName).results.push([board, rank]);
    }
    for (const row of decisions) of(row[1], row[2]).decisions.push(row);
    for (const [, round] of [...rounds].sort(([a], [b]) => a - b)) {
      made.append(roundOf(round.name, round.results, round.decisions));
    }
    return made;
  }

  // Of all prizes just not won the one that was closest: by places, then by time.
  function closestMiss(decisions) {
    const missed = decisions.filter(([, , , , , , short]) => short !== null);
    missed.sort((a, b) => a[6] - b[6] || (a[7] ?? Infinity) - (b[7] ?? Infinity));
    return missed.length && missed[0][6] <= NEAR ? missed[0] : undefined;
  }

  function tell([userId, alias, flat, awards, decisions, former]) {
    const results = [];
    for (let i = 0; i < flat.length; i += 2) results.push([flat[i], flat[i + 1]]);
    const heading = element("h1");
    heading.append(bdi(alias));
    const about = element("p", undefined, "about");
    about.append(element("code", userId), " ", copyButton(() => `${alias}, ${
      counted(awards.length, "prize", "prizes")}: ${location.href}`));
    const parts = [heading, about];
    if (former.length) {
      const names = element("p", "Raced before as ");
      former.forEach((name, i) => names.append(i ? ", " : "", bdi(name)));
      names.append(".");
      parts.push(names);
    }
    const best = Math.min(...results.map(([, rank]) => rank));
    parts.push(element("p", `${awards.length ? counted(awards.length, "prize", "prizes") : "No prize"}, ${
      counted(results.length, "race", "races")}${
      results.length ? `, best rank ${number(best)}` : ""}.`, "lead"));
    if (awards.length) {
      const list = element("ul", undefined, "awards");
      list.append(...awards.map(award));
      parts.push(list);
    }
    const miss = closestMiss(decisions);
    const drawn = strip(results, awards, miss, boards, prizes);
    if (drawn) {
      const scroll = element("div", undefined, "scroll");
      scroll.tabIndex = 0;
      scroll.setAttribute("role", "region");
      scroll.setAttribute("aria-label", "Rank by round");
      scroll.append(drawn);
      parts.push(scroll);
    }
    if (miss) {
      const words = element("p", "Closest miss: ", "closest");
      words.append(element("b", prizes[miss[3]][0]), ". ", bdi(miss[8]));
      parts.push(words);
    }
    const years = [...new Set([...results.map(([board]) => boards[board][0]),
      ...decisions.map(([year]) => year)])].sort((a, b) => a - b);
    const folds = years.map((year) => season(year,
      results.filter(([board]) => boards[board][0] === year),
      decisions.filter((row) => row[0] === year), awards.filter((row) => row[0] === year)));
    if (folds.length === 1) folds[0].open = true;
    parts.push(...folds);
    if (!decisions.length) {
      parts.push(element("p", "Not in line for any prize that can be computed.", "note"));
    }
    story.replaceChildren(...parts);
    document.title = `${alias} – ${title}`;
  }

  async function show() {
    const userId = asked();
    document.title = title;
    if (!userId) {
      story.replaceChildren(...start);
      return;
    }
    const found = await racer(userId);
    if (userId !== asked()) return;
    if (found) {
      tell(found);
    } else {
      const nobody = element("p", "Nobody with the identifier ", "lead");
      nobody.append(element("code", userId), " raced. Search by name above.");
      story.replaceChildren(nobody);
    }
  }

  window.addEventListener("hashchange", async () => {
    await show();
    story.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  });
  // The address behind the # is the racer's; skipping must not lose it.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("content").focus();
  });
  show();
})();
