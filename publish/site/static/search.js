// Find racers by name. A page from a folder may not fetch, but it may run scripts: the index
// comes in parts, each a script that hands over its names, loaded when they are asked for.
"use strict";

const deepracer = (() => {
  const SHOWN = 25;
  const MOST_PARTS = 4;
  const arrived = new Map();
  const waiting = new Map();

  function load(name) {
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((resolve) => {
        const script = document.createElement("script");
        script.src = `data/${name}.js`;
        script.onload = () => resolve(arrived.get(name));
        script.onerror = () => {
          waiting.delete(name);
          resolve(undefined);
        };
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  }

  // The same as in publish/site/text.py: what is typed has to meet what was written.
  function folded(name) {
    const lower = name.toLowerCase();
    const plain = lower.normalize("NFKD").replace(/\p{M}/gu, "");
    return plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim() || plain.trim();
  }

  const table = Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest >>> 0;
  });

  function shardOf(userId) {
    let crc = 0xffffffff;
    for (const byte of new TextEncoder().encode(userId)) {
      crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
    }
    return ((crc ^ 0xffffffff) & 255).toString(16).padStart(2, "0");
  }

  async function racer(userId) {
    const shard = await load(`racers/${shardOf(userId)}`);
    return shard && shard.find(([id]) => id === userId);
  }

  // The parts in which a name that begins like this can stand.
  function partsFor(key, begins) {
    let last = begins.length - 1;
    while (last > 0 && begins[last] > key && !begins[last].startsWith(key)) last -= 1;
    let first = last;
    while (first > 0 && begins[first] >= key) first -= 1;
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }

  const LONGEST_KEY = 24;
  const SURE = { exact: 1, begins: 2, inside: 3 };

  function ranked(entries, typed) {
    const unique = new Map();
    for (const entry of entries) {
      const [alias, userId, , , , prizes, former] = entry;
      const name = folded(former || alias);
      if (!name.includes(typed)) continue;
      const fit = name === typed ? SURE.exact : name.startsWith(typed) ? SURE.begins : SURE.inside;
      const before = unique.get(userId);
      if (!before || fit < before.fit) unique.set(userId, { entry, name, fit, prizes });
    }
    return [...unique.values()].sort((a, b) =>
      (a.fit === SURE.exact ? 0 : 1) - (b.fit === SURE.exact ? 0 : 1)
      || b.prizes - a.prizes || a.fit - b.fit || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
      || (a.entry[1] < b.entry[1] ? -1 : 1));
  }

  async function search(text) {
    const typed = folded(text);
    if (!typed) return { found: [], whole: true };
    const [begins, winners] = await load("names");
    const key = typed.slice(0, LONGEST_KEY);
    const parts = partsFor(key, begins);
    const read = parts.slice(0, MOST_PARTS);
    const loaded = await Promise.all(read.map((part) => load(`names/${part}`)));
    const found = ranked([...winners, ...loaded.flat()], typed).map(({ entry }) => entry);
    // A whole UserId finds its racer, too: it is what tells two of one name apart.
    const byId = /^[\w-]{6,}$/.test(text.trim()) ? await racer(text.trim()) : undefined;
    if (byId) found.unshift([byId[1], byId[0], "", byId[2].length / 2, null, byId[3].length]);
    return { found, whole: read.length === parts.length };
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function bdi(text) {
    return element("bdi", text);
  }

  function counted(many, one, more) {
    return `${many.toLocaleString("en")} ${many === 1 ? one : more}`;
  }

  function years(text) {
    const all = text.split(" ").filter(Boolean).map(Number);
    const runs = [];
    for (const year of all) {
      const run = runs[runs.length - 1];
      if (run && run[1] === year - 1) run[1] = year;
      else runs.push([year, year]);
    }
    return runs.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(", ");
  }

  function item([alias, userId, seasons, raced, best, prizes, former]) {
    const link = element("a");
    link.href = `racer.html#${encodeURIComponent(userId)}`;
    const name = element("span", undefined, "name");
    name.append(bdi(former || alias));
    if (former) name.append(" (now ", bdi(alias), ")");
    if (prizes) name.append(" ", element("span", counted(prizes, "prize", "prizes"), "badge prize"));
    const facts = [years(seasons), counted(raced, "race", "races"),
      best ? `best rank ${best.toLocaleString("en")}` : ""].filter(Boolean);
    const about = element("span", facts.join(" · "), "about");
    about.append(" ", element("code", userId));
    link.append(name, about);
    const made = element("li");
    made.append(link);
    return made;
  }

  function say(found, whole, typed) {
    if (!typed) return "";
    if (!found) return whole ? "Nobody of that name raced." : "Nobody yet: type more of the name.";
    const shown = Math.min(found, SHOWN);
    if (!whole) return `More than ${shown} racers; the first ${shown} are below. Type more of the name.`;
    if (found > SHOWN) return `${found.toLocaleString("en")} racers; the first ${SHOWN} are below.`;
    return counted(found, "racer", "racers");
  }

  function attach(form) {
    const input = form.querySelector("input");
    const status = form.querySelector("[role=status]");
    const list = form.querySelector("ul");
    let latest = 0;

    async function show() {
      latest += 1;
      const mine = latest;
      const text = input.value;
      const { found, whole } = await search(text);
      if (mine !== latest) return;
      list.replaceChildren(...found.slice(0, SHOWN).map(item));
      status.textContent = say(found.length, whole, text.trim());
    }

    function close() {
      latest += 1;
      input.value = "";
      list.replaceChildren();
      status.textContent = "";
    }

    input.addEventListener("input", show);
    input.addEventListener("focus", () => load("names"));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await show();
      list.querySelector("a")?.click();
    });
    list.addEventListener("click", (event) => {
      if (event.target.closest("a") && !event.ctrlKey && !event.metaKey && !event.shiftKey) close();
    });
    form.addEventListener("keydown", (event) => {
      const links = [...list.querySelectorAll("a")];
      const at = links.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: at < 0 ? NaN : 0,
        End: at < 0 ? NaN : links.length - 1 }[event.key];
      if (event.key === "Escape") {
        close();
        input.focus();
      } else if (to >= -1 && to < links.length && links.length) {
        event.preventDefault();
        (to < 0 ? input : links[to]).focus();
      }
    });
    if (input.value) show();
  }

  // Called by the files in data/.
  const league = (boards, prizes, seasons) => arrived.set("league", { boards, prizes, seasons });
  const directory = (begins, winners) => arrived.set("names", [begins, winners]);
  const names = (part, entries) => arrived.set(`names/${part}`, entries);
  const racers = (shard, entries) => arrived.set(`racers/${shard}`, entries);

  document.querySelectorAll("[data-search]").forEach(attach);

  return { league, directory, names, racers, racer, element, bdi, counted, arrived, folded };
})();
