// The page "What if?": somebody asks, and the answer is shown. The question is what stands
// behind the # of the address, so that a link holds it. Names are untrusted: they become text
// and nothing else.
"use strict";

(() => {
  const root = document.getElementById("what-if");
  const season = whatIf.seasons.get(Number(root.dataset.season));
  if (!season) return;

  const SHOWN = 8;
  const UP = { "moved up": "up", "better off": "up" };
  const { element, bdi, filled, button, folded, counted } = page;
  const { MOST, rules, kept, toHash, fromHash, asking, inWords, changedRules, racesOf, raceOf } = whatIf.questions(season);
  const { before, title, table, lineUps } = whatIf.drawing(season, JSON.parse(root.dataset.looks), choose);
  const faster = whatIf.faster(season);
  const part = (id) => document.getElementById(id);
  const prizeOf = (prize) => season.prizes.get(prize);
  const isPrize = ({ prize }) => prizeOf(prize).kind === "prize";
  const nameOf = (racer) => season.racers[racer][1];

  // The question

  let question = [];
  const earlier = [];

  // While a slider moves: one step back for all of it, and none in the browser's history.
  let sliding = false;
  function slide(what) {
    if (!sliding) earlier.push(question);
    sliding = true;
    question = asking(question, "faster", what);
    location.replace(`#${toHash(question)}`);
    show([]);
  }

  const ask = (kind, what) => go(asking(question, kind, what));
  const withdraw = (asked) => go(question.filter((one) => one !== asked));

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
    const read = fromHash(location.hash);
    if (toHash(read.question) === toHash(question) && !read.leftOut.length) return;
    question = read.question;
    // Somebody went back or forth: undo goes on from there.
    earlier.length = 0;
    show(read.leftOut);
  }

  const words = (asked) => inWords(asked).map((word) => (word.name === undefined ? word : bdi(word.name)));

  function askedItem(asked) {
    const withdrawn = () => { withdraw(asked); part("question").focus(); };
    return filled("li", "", ...words(asked),
      button("", withdrawn, "Withdraw", filled("span", "unseen", ": ", ...words(asked))));
  }

  // The answer

  function show(leftOut) {
    const after = changedRules(question);
    const changes = whatIf.changes(season, rules, after);
    const won = whatIf.awards(season, after);
    part("asked").replaceChildren(...question.map(askedItem));
    part("left-out").hidden = !leftOut.length;
    part("left-out").textContent = `Not of this season, so left out of the question: ${leftOut.join(", ")}`;
    part("undo").disabled = !question.length && !earlier.length;
    part("reset").disabled = part("copy").disabled = !question.length;
    part("copied").textContent = "";
    part("summary").textContent = summary(changes);
    part("not-run").hidden = !after.faster.length || !changes.some((row) => row.change === "moved up" && !isPrize(row));
    part("changes").replaceChildren(...listed(changes));
    showRules(after);
    part("grid").replaceChildren(table(won));
    const open = [...part("line-ups").querySelectorAll("details")].map((details) => details.open);
    part("line-ups").replaceChildren(...lineUps(won, open));
    if (chosen !== null) showHolds(won);
    root.dataset.shown = location.hash;
  }

  function summary(changes) {
    if (!question.length) return "Change something above to see the result.";
    if (!changes.length) return "Nothing changes.";
    const prizes = changes.filter(isPrize);
    const places = changes.length - prizes.length;
    const numbers = [["moved up", "move up"], ["better off", "better off"], ["worse off", "worse off"], ["lost", "lost"]]
      .map(([change, said]) => [prizes.filter((row) => row.change === change).length, said])
      .filter(([many]) => many).map(([many, said]) => `${many} ${said}`);
    const invitations = `${counted(places, "place", "places")} in a line-up ${places === 1 ? "changes" : "change"}`;
    if (!numbers.length) return `No prize changes hands. ${invitations}.`;
    return `Prizes: ${numbers.join(", ")}.${places ? ` And ${invitations}.` : ""}`;
  }

  function listed(changes) {
    const order = [...season.prizes.keys()];
    const sorted = [...changes].sort((a, b) => order.indexOf(a.prize) - order.indexOf(b.prize)
      || (a.after ?? a.before) - (b.after ?? b.before));
    const prizes = sorted.filter(isPrize);
    const places = sorted.filter((change) => !isPrize(change));
    const made = prizes.length ? [list(prizes)] : [];
    if (places.length) {
      const fold = filled("details", "", element("summary",
        `Line-ups: ${counted(places.length, "place changes", "places change")}`), list(places));
      fold.open = !prizes.length;
      made.push(fold);
    }
    return made;
  }

  function list(changes) {
    return filled("ul", "change", ...changes.map(({ racer, change, sentence }) => filled("li", "",
      element("span", change, `badge ${UP[change] || "down"}`),
      filled("span", "", link(racer), ": ", bdi(sentence.replace(": ineligible.", ": taken out by you."))))));
  }

  function link(racer) {
    const [id, name, isKnown = 1] = season.racers[racer];
    if (!isKnown) return bdi(name);
    const made = filled("a", "racer", bdi(name));
    made.href = `racer.html#${encodeURIComponent(id)}`;
    return made;
  }

  // Asking about a racer

  let chosen = null;
  const input = part("racer-name");
  const keys = season.racers.map(([, alias]) => folded(alias));
  const prizesWon = new Map();
  for (const { racer } of before.filter(isPrize)) prizesWon.set(racer, (prizesWon.get(racer) || 0) + 1);

  function find() {
    const typed = folded(input.value);
    const found = typed ? keys.flatMap((key, racer) => (key.includes(typed) ? [racer] : [])) : [];
    found.sort((a, b) => (prizesWon.get(b) || 0) - (prizesWon.get(a) || 0)
      || keys[a].indexOf(typed) - keys[b].indexOf(typed) || (keys[a] < keys[b] ? -1 : 1));
    part("racer-list").replaceChildren(...found.slice(0, SHOWN).map((racer) => {
      const won = prizesWon.get(racer) || 0;
      return filled("li", "", button("", () => choose(racer), bdi(nameOf(racer)),
        element("span", won ? counted(won, "prize", "prizes") : "in line", "about")));
    }));
    const status = part("racers-found");
    status.textContent = !typed ? status.dataset.empty : !found.length
      ? `No racer of that name was in line in ${season.season}.`
      : counted(found.length, "racer", "racers") + (found.length > SHOWN ? `; ${SHOWN} are below` : "");
  }

  function choose(racer, isPressed = true) {
    chosen = racer;
    input.value = "";
    find();
    showChosen();
    if (!isPressed) return;
    part("chosen").focus();
    part("chosen").scrollIntoView({ block: "nearest" });
  }

  function showChosen() {
    const from = filled("select", "", ...season.rounds.map(([round, name]) => new Option(name, round)));
    from.setAttribute("aria-label", "From which round on");
    const heard = filled("h3", "", bdi(nameOf(chosen)));
    heard.id = "chosen-name";
    part("chosen").replaceChildren(heard,
      filled("p", "", button("", () => ask("out", { racer: chosen, round: Number(from.value) }), "Take out"),
        element("span", "from"), from, element("span", "on")),
      holds, ...isFaster());
    showHolds(whatIf.awards(season, changedRules(question)));
    part("chosen").hidden = false;
  }

  const holds = element("div");
  let showSlider;

  function showHolds(won) {
    const held = won.filter(({ racer }) => racer === chosen);
    holds.replaceChildren(...held.map(({ prize, round }) => filled("p", "",
      button("", () => ask("declines", { racer: chosen, prize, round }),
        `Declines the ${prizeOf(prize).singular} of ${season.roundNames.get(round)}`))),
    ...(held.length ? [] : [element("p", "Wins nothing by these rules, so there is nothing to decline.", "about")]));
    showSlider();
  }

  // The slider, for every race or one, and the times that would have been enough.
  function isFaster() {
    const racer = chosen;
    const races = racesOf(racer);
    const where = filled("select", "", new Option("in every race", ""),
      ...races.map((ranking, i) => new Option(`in the ${raceOf(ranking)}`, i)));
    where.setAttribute("aria-label", "In which race");
    const what = () => (where.value ? { racer, round: races[where.value].round, race: races[where.value].race } : { racer });
    const { made, show: showMs } = faster.slider("Faster by", (ms) => slide({ ...what(), ms }));
    made.addEventListener("change", () => { sliding = false; });
    showSlider = () => {
      const { round, race } = what();
      showMs(question.find((one) => one.kind === "faster" && one.racer === racer
        && one.round === round && one.race === race)?.ms ?? 0);
    };
    where.addEventListener("change", () => showSlider());
    const press = (asked, text) => button("", () => ask("faster", asked), text);
    const near = filled("details", "", element("summary", "What would have been enough?"), ...faster.enough(racer, press));
    return races.length ? [made, filled("p", "", where), near] : [near];
  }

  // Asking about a rule

  const quotas = new Map();
  const blocks = [];

  function makeRules() {
    for (const { prize } of season.prizes.values()) {
      const field = element("input");
      Object.assign(field, { type: "number", min: 1, max: MOST, step: 1, name: `quota-${prize}` });
      field.addEventListener("change", () => {
        const quota = Number(field.value);
        if (Number.isInteger(quota) && quota >= 1 && quota <= MOST) {
          part("limit").textContent = "";
          ask("quota", { prize, quota });
        } else {
          part("limit").textContent = `Expected a whole number from 1 to ${MOST}; it stays as it was.`;
          showRules(changedRules(question));
        }
      });
      quotas.set(prize, field);
      part("quotas").append(filled("label", "row many", title(prize), field));
      if (kept(prize)) part("quotas").append(filled("p", "note", bdi(`${kept(prize)}.`)));
    }
    for (const [prize, held, atOnce] of rules.blocks) {
      const field = element("input");
      Object.assign(field, { type: "checkbox", name: `block-${prize}-${held}` });
      field.addEventListener("change", () => {
        const now = question.find((one) => one.kind === "again" && one.prize === prize && one.held === held);
        if (now) withdraw(now); else ask("again", { prize, held });
      });
      blocks.push([prize, held, field]);
      part("blocks").append(filled("label", "row", field, element("span",
        `holders of a ${prizeOf(held).singular}${atOnce ? " (of the same round, too)" : ""}, for ${
          prize === held ? "another" : `a ${prizeOf(prize).singular}`}`)));
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
    part("copied").textContent = await page.copy(location.href)
      ? "Copied." : "Copy it from the address bar: it holds the question.";
  });
  window.addEventListener("hashchange", readAddress);
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  part("question").tabIndex = -1;
  makeRules();
  find();
  root.hidden = false;
  const read = fromHash(location.hash);
  question = read.question;
  show(read.leftOut);
  // Who is asked about a faster racer wants to move the slider.
  const first = question.find(({ kind }) => kind === "faster");
  if (first) choose(first.racer, false);
  // Who follows a link comes for the question and its answer.
  if (question.length) part("question").scrollIntoView();
})();
