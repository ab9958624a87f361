// The field in which one looks for a racer, and the list below it.
"use strict";

(() => {
  const { element, bdi, filled, link, folded, number, counted } = page;
  const { prepare, search, amongWinners, similar, isPlain, formerNames, NONE, SHOWN } = league;

  function years(text) {
    const runs = [];
    for (const year of text.split(" ").filter(Boolean).map(Number)) {
      const run = runs[runs.length - 1];
      if (run && run[1] === year - 1) run[1] = year;
      else runs.push([year, year]);
    }
    return runs.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(", ");
  }

  function item([alias, userId, seasons, raced, prizes, former, own], typed) {
    const name = filled("span", "name", bdi(alias));
    const then = folded(alias).includes(typed) ? undefined
      : former.find((earlier) => folded(earlier).includes(typed));
    if (then) name.append(" ", element("small", "once "), bdi(then));
    if (prizes) name.append(" ", element("span", counted(prizes, "prize", "prizes"), "badge prize"));
    const facts = [years(seasons), counted(raced, "race", "races")].filter(Boolean);
    const about = filled("span", "about", facts.join(" · "), " ", element("code", userId));
    return filled("li", undefined, link(own || `racer.html#${encodeURIComponent(userId)}`, name, about));
  }

  async function nothing(text) {
    const isOther = /[^\x00-\x7f]/.test(folded(text)) && await isPlain();
    return `No racer's name contains “${text.trim()}”. ${isOther
      ? "All names here are in Latin letters, digits and signs."
      : "Check the spelling, or try a former name."}`;
  }

  function say(count, isWhole) {
    if (!count) return isWhole ? "" : LOOKING;
    if (count > SHOWN) return `${number(count)} racers; the first ${SHOWN} are below.`;
    return counted(count, "racer", "racers");
  }

  const LOOKING = "Looking through all names …";

  function cannot() {
    return globalThis.DecompressionStream
      ? "The search cannot work: the list of racers did not arrive. Load the page again."
      : "The search cannot work: this browser does not know DecompressionStream. "
        + "Chrome 80, Firefox 113, Safari 16.4 and later ones do.";
  }

  function attach(form) {
    const input = form.querySelector("input");
    const status = form.querySelector("[role=status]");
    const list = form.querySelector("ul");
    let latest = 0;
    // Names of before come after the first answer, which does not wait for them.
    let earlier = NONE;

    const shownNow = () => [...list.children].map((one) => one.textContent).join("\n");

    function replace(entries, text) {
      const items = entries.map((entry) => item(entry, folded(text)));
      // The same racers stay where they are: one of them may have the focus.
      if (items.map((one) => one.textContent).join("\n") !== shownNow()) list.replaceChildren(...items);
    }

    async function show() {
      latest += 1;
      const mine = latest;
      const text = input.value;
      let found, count;
      let isThere = false;
      if (text.trim() && earlier === NONE) status.textContent = LOOKING;
      amongWinners(text).then((first) => {
        if (mine === latest && !isThere && first.length) replace(first, text);
      }).catch(() => {});
      try {
        ({ found, count } = await search(text, earlier));
        isThere = true;
      } catch {
        if (mine === latest) status.textContent = text.trim() ? cannot() : "";
        return;
      }
      if (mine !== latest) return;
      replace(found, text);
      status.textContent = text.trim() ? say(count, earlier !== NONE) : "";
      if (earlier === NONE && text.trim()) {
        try {
          earlier = await formerNames();
        } catch {
          status.textContent = cannot();
          return;
        }
        show();
      } else if (text.trim() && !count) {
        const [words, near] = await Promise.all([nothing(text), similar(text)]);
        if (mine !== latest) return;
        replace(near, text);
        status.textContent = near.length ? `${words} Did you mean:` : words;
      }
    }

    function empty() {
      latest += 1;
      input.value = "";
      list.replaceChildren();
      status.textContent = "";
    }

    // The history remembers what was typed, so that Back finds it again.
    function remember() {
      history.replaceState({ ...history.state, typed: input.value }, "");
    }

    function recall() {
      const typed = history.state?.typed ?? "";
      if (typed === input.value) return;
      empty();
      input.value = typed;
      if (typed) show();
    }

    input.addEventListener("focus", () => prepare().catch(() => {}), { once: true });
    input.addEventListener("input", () => {
      remember();
      show();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await show();
      list.querySelector("a")?.click();
    });
    list.addEventListener("click", (event) => {
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
      // On the racers' own page the story opens below, where the list was.
      if (event.target.closest("a") && !elsewhere && document.getElementById("story")) empty();
    });
    form.addEventListener("keydown", (event) => {
      const links = [...list.querySelectorAll("a")];
      const at = links.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: at < 0 ? NaN : 0,
        End: at < 0 ? NaN : links.length - 1 }[event.key];
      if (event.key === "Escape") {
        empty();
        remember();
        input.focus();
      } else if (to >= -1 && to < links.length && links.length) {
        event.preventDefault();
        (to < 0 ? input : links[to]).focus();
      }
    });
    window.addEventListener("popstate", recall);
    window.addEventListener("pageshow", recall);
    if (input.value) show();
    else recall();
  }

  document.querySelectorAll("[data-search]").forEach(attach);
})();
