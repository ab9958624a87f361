// The racer named behind the # of the address: everything in sentences, most of it written
// by the build. Names are untrusted: they only ever become text.
"use strict";

(() => {
  const { element, bdi, filled, link, scroll, number, counted, ordinal, copyButton } = page;
  const { arrived, racer, results: unpacked, script } = league;
  const { strip } = picture;
  const { boards, prizes, seasons, wordings, askable } = arrived.get("league");
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

  function award([season, round, roundName, prize, nth, race, rank, evidence, isProvisional, [named]]) {
    const [words, look] = prizes[prize];
    return filled("li", look, element("span", undefined, "mark"),
      link(`${season}.html#${prize}-${round}-${nth}`, words), ` ${roundName} ${season}`,
      race ? element("small", rank ? ` ${ordinal(rank)} in the ${race}` : ` ${race}`) : "",
      named ? filled("small", undefined, "; named ", bdi(named), " in the catalogue") : "",
      ...badges(evidence, isProvisional));
  }

  // The sentence of a result: what race_outcomes says, without the round or race it names first.
  function sentence([, , wording, ...numbers]) {
    const [first, ...rest] = wordings[wording];
    return rest.reduce((text, next, i) =>
      text + (typeof numbers[i] === "number" ? number(numbers[i]) : numbers[i]) + next, first);
  }

  // What a result came to. Where the race made the line of a prize, decisions say it.
  function outcome(result) {
    const [board, rank, wording] = result;
    if (wording >= 0) return [bdi(capital(sentence(result)))];
    return [element("b", `rank ${number(rank)}`), ` of ${field(board)}`];
  }

  // How many the ranking has, and of how many, where it has lost most of them.
  function field(board) {
    const [, , , , , , , ranked, , raced] = boards[board];
    return raced === null ? number(ranked) : `the ${number(ranked)} left of ${number(raced)}`;
  }

  function raceLink(board, label) {
    const made = link(boards[board][8], label);
    made.className = "race";
    return made;
  }

  function place(result) {
    const [board, , wording] = result;
    const [, , , race, name, type, division] = boards[board];
    const label = race || [bdiText(name), type, division && division.toLowerCase()]
      .filter(Boolean).join(", ");
    return filled("li", wording < 0 ? "result" : "result told",
      raceLink(board, label), wording < 0 ? " " : ": ", ...outcome(result));
  }

  function capital(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
  }

  // By how much of the ranking was behind: third of 2,000 is better than first of 8.
  function bestOf(results) {
    const share = ([board, rank]) => rank / boards[board][7];
    return results.reduce((best, result) => (share(result) < share(best) ? result : best));
  }

  function highlight(label, result) {
    const [board] = result;
    const [season, , roundName, race, name] = boards[board];
    return filled("p", "closest", `${label}: `,
      raceLink(board, race ? `${race}, ${roundName} ${season}` : bdiText(name)), ". ", ...outcome(result));
  }

  function bdiText(text) {
    return `\u2068${text}\u2069`;
  }

  function decision([season, round, roundName, prize, what, nth, short, , sentence]) {
    const [words, look] = prizes[prize];
    const weight = short === null ? "" : short <= NEAR ? " near" : " far";
    // The heading above names the round already.
    const before = `${roundName} ${season}: `;
    const rest = sentence.startsWith(before) ? sentence.slice(before.length) : sentence;
    return filled("li", `decision ${what === "won" ? "won" : "not"}${weight} ${look}`,
      element("span", undefined, "mark"),
      what === "won" ? link(`${season}.html#${prize}-${round}-${nth}`, words) : element("span", words, "prize"),
      " ", bdi(capital(rest)));
  }

  function roundOf(name, results, decisions) {
    return filled("section", "round", element("h3", name),
      ...(results.length ? [filled("ul", "results", ...results.map(place))] : []),
      ...(decisions.length ? [filled("ul", "decisions", ...decisions.map(decision))] : []));
  }

  // A year of the log; folded, what it holds stands in its line.
  function season(year, results, decisions, awards) {
    const facts = [counted(results.length, "race", "races"),
      results.length ? bestRank(results) : "",
      awards.length ? counted(awards.length, "prize", "prizes") : ""].filter(Boolean);
    const made = filled("details", "year printed",
      filled("summary", undefined, filled("h2", undefined, String(year), element("small", facts.join(", ")))),
      seasons.includes(year) ? link(`${year}.html`, `All of ${year}`) : "");
    const rounds = new Map();
    const of = (round, name) => {
      const key = round === null ? Infinity : round;
      if (!rounds.has(key)) rounds.set(key, { name, results: [], decisions: [] });
      return rounds.get(key);
    };
    for (const result of results) {
      const [, round, roundName] = boards[result[0]];
      of(round, round === null ? "Other races" : roundName).results.push(result);
    }
    for (const row of decisions) of(row[1], row[2]).decisions.push(row);
    for (const [, round] of [...rounds].sort(([a], [b]) => a - b)) {
      made.append(roundOf(round.name, round.results, round.decisions));
    }
    return made;
  }

  function bestRank(results) {
    const [board, rank] = bestOf(results);
    return `best rank ${number(rank)} of ${field(board)}`;
  }

  // Of all prizes just not won the one that was closest: by places, then by time.
  function closestMiss(decisions) {
    const missed = decisions.filter(([, , , , , , short]) => short !== null);
    missed.sort((a, b) => a[6] - b[6] || (a[7] ?? Infinity) - (b[7] ?? Infinity));
    return missed.length && missed[0][6] <= NEAR ? missed[0] : undefined;
  }

  // Folded, because what it works with is as large as a page: it comes when somebody asks.
  function tenth(year, userId) {
    const made = filled("details", "tenth",
      element("summary", `A tenth of a second: what if faster in ${year}?`));
    made.addEventListener("toggle", async () => {
      if (made.children.length > 1) return;
      const waits = element("p", "Loading the season …", "about");
      made.append(waits);
      let came = true;
      for (const file of ["what_if_engine", "what_if_question", "what_if_faster", `data/what-if-${year}`]) {
        came &&= await script(`${file}.js`);
      }
      if (!came) {
        waits.textContent = "The season did not arrive. Close and open this to try again.";
        made.addEventListener("toggle", () => waits.remove(), { once: true });
        return;
      }
      const season = whatIf.seasons.get(year);
      waits.replaceWith(...whatIf.faster(season).story(season.racers.findIndex(([id]) => id === userId)));
    });
    return made;
  }

  function tell([userId, alias, flat, awards, decisions, former, closest, , reported]) {
    const results = unpacked(flat);
    const parts = [filled("h1", undefined, bdi(alias)), filled("p", "about",
      element("code", userId), " ", copyButton(() => `${alias}, ${
        counted(awards.length, "prize", "prizes")}: ${location.href}`), " ",
      link(`versus.html#${encodeURIComponent(userId)}`, "Compare with …"))];
    if (former.length) {
      const names = former.flatMap((name, i) => [i ? ", " : "", bdi(name)]);
      parts.push(filled("p", undefined, "Raced before as ", ...names, "."));
    }
    for (const [said, sources] of reported) {
      const links = sources.flatMap(([by, source], i) => [i ? ", " : "", link(source, by)]);
      parts.push(filled("p", "champion", `${capital(said)}, as reported (`, ...links, ")."));
    }
    parts.push(element("p", `${
      awards.length ? counted(awards.length, "prize", "prizes") : "None of the prizes computed here"}, ${
      counted(results.length, "race", "races")}${
      results.length ? `, ${bestRank(results)}` : ""}.`, "lead"));
    if (awards.length) parts.push(filled("ul", "awards", ...awards.map(award)));
    const miss = closestMiss(decisions);
    const drawn = strip(results, awards, miss, boards, prizes);
    if (drawn) parts.push(scroll("Rank, race by race", drawn));
    if (miss) {
      parts.push(filled("p", "closest", "Closest miss: ", element("b", prizes[miss[3]][0]), ". ", bdi(miss[8])));
    }
    // Of one race its year says it all.
    if (results.length > 1) {
      const best = bestOf(results);
      const missed = miss ? undefined : results.find(([board]) => board === closest);
      if (missed && missed !== best) parts.push(highlight("Closest", missed));
      parts.push(highlight("Best place", best));
    }
    parts.push(...askable.filter((year) => decisions.some(([season]) => season === year))
      .reverse().map((year) => tenth(year, userId)));
    const years = [...new Set([...results.map(([board]) => boards[board][0]),
      ...decisions.map(([year]) => year)])].sort((a, b) => b - a);
    const folds = years.map((year) => season(year,
      results.filter(([board]) => boards[board][0] === year),
      decisions.filter((row) => row[0] === year), awards.filter((row) => row[0] === year)));
    if (folds.length) folds[0].open = true;
    parts.push(...folds);
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
      story.replaceChildren(filled("p", "lead", "No racer has the id ", element("code", userId),
        ". Search by name above."));
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
