// The page "What if?": a question is what stands behind the # of the address, so that a link
// holds it. Names are untrusted: they become text and nothing else.
"use strict";

(() => {
  const root = document.getElementById("what-if");
  // Prize to the class that colours it.
  const looks = JSON.parse(root.dataset.looks);
  const season = whatIf.seasons.get(Number(root.dataset.season));
  if (!season) return;

  const SHOWN = 8;
  const MOST = 999;
  const UP = { "moved up": "up", "better off": "up" };
  const rules = whatIf.published(season);
  const numberOf = new Map(season.racers.map(([id], number) => [id, number]));
  const first = season.rounds[0][0];
  const part = (id) => document.getElementById(id);
  const prizeOf = (prize) => season.prizes.get(prize);
  const roundOf = (round) => season.roundNames.get(round);
  const nameOf = (racer) => season.racers[racer][1];

  // What may be asked: how it stands in the address, in words, and what it does to the rules.
  const KINDS = {
    out: {
      read: ([round, id]) => ({ round: knownRound(round), racer: known(numberOf.get(id)) }),
      write: ({ round, racer }) => [round, season.racers[racer][0]],
      same: ({ racer }) => racer,
      say: ({ round, racer }) => [bdi(nameOf(racer)), round === first
        ? " is out of the whole season." : ` is out from ${roundOf(round)} on.`],
      apply: (to, { round, racer }) => to.exceptions.push([racer, "all", round, "ineligible"]),
    },
    declines: {
      read: ([prize, round, id]) => ({ prize: knownPrize(prize), round: knownRound(round),
        racer: known(numberOf.get(id)) }),
      write: ({ prize, round, racer }) => [prize, round, season.racers[racer][0]],
      same: ({ prize, racer }) => `${prize}\n${racer}`,
      say: ({ prize, round, racer }) => [bdi(nameOf(racer)),
        ` declines the ${prizeOf(prize).one} of ${roundOf(round)}, and any later one.`],
      apply: (to, { prize, round, racer }) => to.exceptions.push([racer, prize, round, "declined"]),
    },
    quota: {
      read: ([prize, quota]) => ({ prize: knownPrize(prize), quota: knownQuota(quota) }),
      write: ({ prize, quota }) => [prize, quota],
      same: ({ prize }) => prize,
      say: ({ prize, quota }) => [`${counted(quota, prizeOf(prize).one, prizeOf(prize).many)} a round, `
        + `not ${rules.quotas.get(prize)}.`],
      apply: (to, { prize, quota }) => to.quotas.set(prize, quota),
      isAsBefore: ({ prize, quota }) => rules.quotas.get(prize) === quota,
    },
    again: {
      read: ([prize, held]) => ({ prize: known(rules.blocks.find(([p, h]) => p === prize && h === held))[0], held }),
      write: ({ prize, held }) => [prize, held],
      same: ({ prize, held }) => `${prize}\n${held}`,
      say: ({ prize, held }) => [`Whoever holds a ${prizeOf(held).one} stays in line for ${
        prize === held ? "another" : `a ${prizeOf(prize).one}`}.`],
      apply: (to, { prize, held }) => {
        to.blocks = to.blocks.filter(([p, h]) => p !== prize || h !== held);
      },
    },
  };

  function known(value) {
    if (value === undefined) throw new RangeError("not of this season");
    return value;
  }
  const knownPrize = (prize) => known(prizeOf(prize)).prize;
  const knownRound = (text) => known(season.rounds.find(([round]) => String(round) === text))[0];
  const knownQuota = (text) => known(/^[1-9][0-9]{0,2}$/.test(text) ? Number(text) : undefined);

  const element = (name, className, ...content) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content);
    return made;
  };
  const { bdi, counted } = page;
  const button = (className, press, ...content) => {
    const made = element("button", className, ...content);
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  };

  // The question and the address

  let question = [];
  const earlier = [];

  function toHash(asked) {
    return asked.map(({ kind, ...what }) =>
      `${kind}=${KINDS[kind].write(what).map(encodeURIComponent).join(",")}`).join("&");
  }

  function fromHash(hash) {
    const asked = [];
    const leftOut = [];
    for (const text of hash.replace(/^#/, "").split("&").filter(Boolean)) {
      const [kind, fields = ""] = text.split("=");
      try {
        if (!Object.hasOwn(KINDS, kind)) throw new RangeError("no such kind");
        asked.push({ kind, ...KINDS[kind].read(fields.split(",").map(decodeURIComponent)) });
      } catch {
        leftOut.push(text);
      }
    }
    return { asked, leftOut };
  }

  // Asks something; what was asked about the same racer, prize or rule before gives way.
  function ask(kind, what) {
    const { same, isAsBefore } = KINDS[kind];
    const asked = question.filter((q) => q.kind !== kind || same(q) !== same(what));
    if (!isAsBefore?.(what)) asked.push({ kind, ...what });
    go(asked);
  }

  function withdraw(asked) {
    go(question.filter((q) => q !== asked));
  }

  function go(asked) {
    earlier.push(question);
    question = asked;
    location.hash = toHash(asked);
    show([]);
  }

  function undo() {
    question = earlier.length ? earlier.pop() : question.slice(0, -1);
    location.hash = toHash(question);
    show([]);
    if (part("undo").disabled) part("question").focus();
  }

  function readAddress() {
    const { asked, leftOut } = fromHash(location.hash);
    if (toHash(asked) === toHash(question) && !leftOut.length) return;
    question = asked;
    // Somebody went back or forth: undo goes on from there.
    earlier.length = 0;
    show(leftOut);
  }

  // The answer

  function changedRules() {
    const to = { quotas: new Map(rules.quotas), blocks: rules.blocks, exceptions: [...rules.exceptions] };
    for (const { kind, ...what } of question) KINDS[kind].apply(to, what);
    return to;
  }

  function show(leftOut) {
    const after = changedRules();
    const changes = whatIf.changes(season, rules, after);
    const won = whatIf.awards(season, after);
    part("asked").replaceChildren(...question.map((asked) => element("li", "",
      ...KINDS[asked.kind].say(asked), button("", () => { withdraw(asked); part("question").focus(); },
        "Withdraw", element("span", "unseen", ": ", ...KINDS[asked.kind].say(asked))))));
    part("left-out").hidden = !leftOut.length;
    part("left-out").textContent = `Not of this season, so left out of the question: ${leftOut.join(", ")}`;
    part("undo").disabled = !question.length && !earlier.length;
    part("reset").disabled = part("copy").disabled = !question.length;
    part("copied").textContent = "";
    part("summary").textContent = summary(changes);
    part("changes").replaceChildren(...listed(changes));
    showRules(after);
    showSeason(won);
    if (chosen !== null) showChosen(won);
    root.dataset.shown = location.hash;
  }

  function summary(changes) {
    if (!question.length) return "Ask something, and the answer stands here.";
    const prizes = changes.filter(({ prize }) => prizeOf(prize).kind === "prize");
    const places = changes.length - prizes.length;
    const numbers = [["moved up", "move up"], ["better off", "better off"], ["worse off", "worse off"], ["lost", "lost"]]
      .map(([change, words]) => [prizes.filter((row) => row.change === change).length, words])
      .filter(([many]) => many).map(([many, words]) => `${many} ${words}`);
    if (!changes.length) return "Nobody gains and nobody loses.";
    const invitations = `${counted(places, "place", "places")} in a line-up ${places === 1 ? "changes" : "change"}`;
    if (!numbers.length) return `No prize changes hands. ${invitations}.`;
    return `Prizes: ${numbers.join(", ")}.${places ? ` And ${invitations}.` : ""}`;
  }

  function listed(changes) {
    const order = [...season.prizes.keys()];
    const sorted = [...changes].sort((a, b) => order.indexOf(a.prize) - order.indexOf(b.prize)
      || (a.after ?? a.before) - (b.after ?? b.before));
    const prizes = sorted.filter(({ prize }) => prizeOf(prize).kind === "prize");
    const places = sorted.filter(({ prize }) => prizeOf(prize).kind !== "prize");
    const made = [];
    if (prizes.length) made.push(list(prizes));
    if (places.length) {
      const folded = element("details", "", element("summary", "",
        `Line-ups: ${counted(places.length, "place changes", "places change")}`), list(places));
      folded.open = !prizes.length;
      made.push(folded);
    }
    return made;
  }

  function list(changes) {
    return element("ul", "change", ...changes.map(({ racer, change, sentence }) => {
      const said = element("span", "", link(racer), ": ", element("bdi", "", sentence));
      return element("li", "", element("span", `badge ${UP[change] || "down"}`, change), said);
    }));
  }

  function link(racer) {
    const [id, name, isKnown = 1] = season.racers[racer];
    if (!isKnown) return bdi(name);
    const made = element("a", "racer", bdi(name));
    made.href = `racer.html#${encodeURIComponent(id)}`;
    return made;
  }

  // The season as it would have been

  const before = whatIf.awards(season, rules);
  const has = (awards, { prize, round, racer }) =>
    awards.some((award) => award.prize === prize && award.round === round && award.racer === racer);

  function showSeason(won) {
    const given = [...season.prizes.values()].filter(({ kind }) => kind === "prize");
    const columns = [];
    for (const { prize } of given) {
      const apart = columns.find((column) => column.every((other) =>
        season.rounds.every(([round]) => !line(prize, round) || !line(other, round))));
      if (apart) apart.push(prize); else columns.push([prize]);
    }
    const rounds = season.rounds.filter(([round]) => given.some(({ prize }) => line(prize, round)));
    const table = element("table", "grid",
      element("caption", "unseen", "Prizes by the changed rules; new names are marked, names that lost theirs are struck out"),
      roled("thead", "rowgroup", roled("tr", "row", heading("Round"), ...columns.map((prizes) =>
        heading(...prizes.map((prize) => title(prize)))))),
      roled("tbody", "rowgroup", ...rounds.map(([round, name]) => roled("tr", "row",
        scoped("th", "row", "rowheader", bdi(name)), ...columns.map((prizes) => cell(prizes, round, won))))));
    table.setAttribute("role", "table");
    part("grid").replaceChildren(table);

    const invitations = [...season.prizes.values()].filter(({ kind }) => kind !== "prize");
    const open = [...part("line-ups").querySelectorAll("details")].map((details) => details.open);
    part("line-ups").replaceChildren(...invitations.map(({ prize }, i) => {
      const folded = element("details", "", element("summary", "", title(prize)),
        ...season.rounds.filter(([round]) => line(prize, round)).flatMap(([round, name]) =>
          [element("h3", "", bdi(name), provisional(prize, round)), names("line-up", prize, round, won)]));
      folded.open = Boolean(open[i]);
      return folded;
    }));
  }

  const line = (prize, round) => season.lines.get(`${prize}\n${round}`);

  function title(prize) {
    const { title: words, evidence } = prizeOf(prize);
    const made = element("span", looks[prize], element("span", "mark"), words);
    if (evidence === "inferred") made.append(" ", element("span", "badge inferred", "inferred"));
    return made;
  }

  function provisional(prize, round) {
    return line(prize, round).settled ? "" : element("span", "badge provisional", "provisional");
  }

  function roled(name, role, ...content) {
    const made = element(name, "", ...content);
    made.setAttribute("role", role);
    return made;
  }

  function scoped(name, scope, role, ...content) {
    const made = roled(name, role, ...content);
    made.scope = scope;
    return made;
  }

  const heading = (...content) => scoped("th", "col", "columnheader", ...content);

  function cell(prizes, round, won) {
    const prize = prizes.find((one) => line(one, round));
    const made = roled("td", "cell");
    if (!prize) {
      made.append(element("span", "unseen", "none in this round"));
      return made;
    }
    made.className = looks[prize];
    made.append(element("p", prize === prizes[0] ? "what narrow-only" : "what",
      element("span", "mark"), prizeOf(prize).title), names("", prize, round, won), provisional(prize, round));
    return made;
  }

  // The winners of a prize in a round: those who are new marked, those who lost it struck out.
  function names(className, prize, round, won) {
    const here = (awards) => awards.filter((award) => award.prize === prize && award.round === round);
    const items = here(won).map((award) => {
      const isNew = !has(before, award);
      const item = element("li", isNew ? "new" : "", className ? "" : element("span", "number", award.number), " ",
        name(award), " ", element("small", "", `${award.race} ${award.rank}`));
      if (isNew) item.append(" ", element("span", "badge", "new"));
      return item;
    });
    const gone = here(before).filter((award) => !has(won, award)).map((award) =>
      element("li", "gone", className ? "" : element("span", "number"), " ",
        element("del", "", element("span", "unseen", "no longer: "), name(award))));
    return element("ol", className || (items.length > 6 ? "many" : ""), ...items, ...gone);
  }

  function name({ racer }) {
    return button("name", () => choose(racer), bdi(nameOf(racer)));
  }

  // Asking about a racer

  let chosen = null;
  const input = part("racer-name");
  // The same as in search.js: no case, no accents, no punctuation.
  const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "") || text.trim().toLowerCase();
  const keys = season.racers.map(([, alias]) => folded(alias));
  const prizesWon = new Map();
  for (const { prize, racer } of before) {
    if (prizeOf(prize).kind === "prize") prizesWon.set(racer, (prizesWon.get(racer) || 0) + 1);
  }

  function find() {
    const typed = folded(input.value);
    const found = typed ? keys.flatMap((key, racer) => (key.includes(typed) ? [racer] : [])) : [];
    found.sort((a, b) => (prizesWon.get(b) || 0) - (prizesWon.get(a) || 0)
      || keys[a].indexOf(typed) - keys[b].indexOf(typed) || (keys[a] < keys[b] ? -1 : 1));
    part("racer-list").replaceChildren(...found.slice(0, SHOWN).map((racer) => {
      const won = prizesWon.get(racer) || 0;
      return element("li", "", button("", () => choose(racer), bdi(nameOf(racer)),
        element("span", "about", won ? counted(won, "prize", "prizes") : "in line")));
    }));
    const status = part("racers-found");
    status.textContent = !typed ? status.dataset.empty : !found.length
      ? `Nobody of that name stood in line in ${season.season}.`
      : counted(found.length, "racer", "racers") + (found.length > SHOWN ? `; ${SHOWN} are below` : "");
  }

  function choose(racer) {
    chosen = racer;
    input.value = "";
    find();
    showChosen(whatIf.awards(season, changedRules()));
    part("chosen").focus();
    part("chosen").scrollIntoView({ block: "nearest" });
  }

  function showChosen(won) {
    const holds = won.filter(({ racer }) => racer === chosen);
    const from = element("select", "", ...season.rounds.map(([round, name]) => {
      const option = element("option", "", name);
      option.value = round;
      return option;
    }));
    from.setAttribute("aria-label", "From which round on");
    const heard = element("h3", "", bdi(nameOf(chosen)));
    heard.id = "chosen-name";
    part("chosen").replaceChildren(heard,
      element("p", "", button("", () => ask("out", { racer: chosen, round: Number(from.value) }), "Take out"),
        element("span", "", "from"), from, element("span", "", "on")),
      ...holds.map(({ prize, round }) => element("p", "",
        button("", () => ask("declines", { racer: chosen, prize, round }), `Declines the ${prizeOf(prize).one} of ${roundOf(round)}`))),
      ...(holds.length ? [] : [element("p", "about", "Wins nothing by these rules, so there is nothing to decline.")]));
    part("chosen").hidden = false;
  }

  // Asking about a rule

  const quotas = new Map();
  const blocks = [];

  function makeRules() {
    for (const { prize } of season.prizes.values()) {
      const field = element("input", "");
      Object.assign(field, { type: "number", min: 1, max: MOST, step: 1, name: `quota-${prize}` });
      field.addEventListener("change", () => {
        const quota = Math.min(MOST, Math.max(1, Math.round(Number(field.value)) || rules.quotas.get(prize)));
        ask("quota", { prize, quota });
      });
      quotas.set(prize, field);
      part("quotas").append(element("label", "row many", title(prize), field));
    }
    for (const [prize, held] of rules.blocks) {
      const field = element("input", "");
      Object.assign(field, { type: "checkbox", name: `block-${prize}-${held}` });
      field.addEventListener("change", () => {
        const now = question.find((q) => q.kind === "again" && q.prize === prize && q.held === held);
        if (now) withdraw(now); else ask("again", { prize, held });
      });
      blocks.push([prize, held, field]);
      part("blocks").append(element("label", "row", field, element("span", "",
        `holders of a ${prizeOf(held).one}, for ${prize === held ? "another" : `a ${prizeOf(prize).one}`}`)));
    }
    if (!rules.blocks.length) part("blocks").hidden = true;
  }

  function showRules(after) {
    for (const [prize, field] of quotas) field.value = after.quotas.get(prize);
    for (const [prize, held, field] of blocks) {
      field.checked = after.blocks.some(([p, h]) => p === prize && h === held);
    }
  }

  input.addEventListener("input", find);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") part("racer-list").querySelector("button")?.click();
    if (event.key === "Escape") { input.value = ""; find(); }
  });
  part("undo").addEventListener("click", undo);
  part("reset").addEventListener("click", () => { go([]); part("question").focus(); });
  part("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      part("copied").textContent = "Copied.";
    } catch {
      part("copied").textContent = "Copy it from the address bar: it holds the question.";
    }
  });
  window.addEventListener("hashchange", readAddress);
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  part("question").tabIndex = -1;
  makeRules();
  find();
  root.hidden = false;
  const { asked, leftOut } = fromHash(location.hash);
  question = asked;
  show(leftOut);
})();
