// Find racers by any part of a name. A page from a folder may not fetch, but it may run
// scripts: the index comes in files that call a function with their names, loaded when they are needed.
"use strict";

const league = (() => {
  const SHOWN = 15;
  const ROWS_IN_A_FILE = 128;
  const arrived = new Map();
  const waiting = new Map();

  // Whether a script of the site's own could be run; again after a failure.
  function script(src) {
    if (!waiting.has(src)) {
      waiting.set(src, new Promise((resolve) => {
        const made = document.createElement("script");
        made.src = src;
        made.onload = () => resolve(true);
        made.onerror = () => {
          waiting.delete(src);
          resolve(false);
        };
        document.head.append(made);
      }));
    }
    return waiting.get(src);
  }

  const load = (name) => script(`data/${name}.js`).then(() => arrived.get(name));

  // The same as packed() in publish/site/racers.py.
  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).text();
  }

  // Lines in one text, and where each begins: one search through the text is one search
  // through all names.
  function lined(names) {
    const starts = new Uint32Array(names.length + 1);
    for (let i = 0; i < names.length; i += 1) starts[i + 1] = starts[i] + names[i].length + 1;
    return { text: `${names.join("\n")}\n`, starts };
  }

  // Called with each line that holds what was typed, and what else it holds.
  function everyLine({ text, starts }, typed, found) {
    let line = 0;
    for (let at = text.indexOf(typed); at >= 0; at = text.indexOf(typed, starts[line])) {
      while (starts[line + 1] <= at) line += 1;
      const begins = at === starts[line];
      found(line, begins, begins && starts[line + 1] - at - 1 === typed.length);
      line += 1;
    }
  }

  let current;
  function allNames() {
    current ??= load("search/names").then(async ([words, numbers]) => {
      const [lines, digits] = await Promise.all([unpacked(words), unpacked(numbers)]);
      const all = [];
      let before = "";
      let at = 0;
      for (const line of lines.split("\n")) {
        const [rest, several] = line.slice(1).split("\t");
        before = before.slice(0, line.charCodeAt(0) - 97) + rest;
        if (several) {
          for (const end = at + 4 * several; at < end; at += 4) all.push(before + digits.slice(at, at + 4));
        } else {
          all.push(before);
        }
      }
      return lined(all);
    });
    return current;
  }

  let earlier;
  function formerNames() {
    earlier ??= load("search/former").then(async ([packedNames, packedSteps]) => {
      const [text, steps] = await Promise.all([unpacked(packedNames), unpacked(packedSteps)]);
      let row = 0;
      const rows = text ? steps.split("\n").map((step) => { row += Number(step); return row; }) : [];
      return { ...lined(text ? text.split("\n") : []), rows };
    });
    return earlier;
  }

  // Numbers of the rows that match: winners first, then by how they match. Those that begin with
  // what was typed lie beside each other, so many of them are in few files, and can be ordered
  // by their races before SHOWN of them are taken.
  function matching(typed, winners, current, earlier) {
    const [exact, begins, inside] = [[], [], []];
    const seen = new Uint8Array(current.starts.length);
    let count = 0;
    const note = (row, list) => {
      seen[row] = 1;
      count += 1;
      if (list.length < (list === inside ? SHOWN : ROWS_IN_A_FILE)) list.push(row);
    };
    everyLine(current, typed, (row, isBegin, isExact) =>
      note(row, isExact ? exact : isBegin ? begins : inside));
    everyLine(earlier, typed, (line, isBegin, isExact) => {
      const row = earlier.rows[line];
      if (!seen[row]) note(row, isExact ? exact : isBegin ? begins : inside);
    });
    const won = [...winners.keys()].filter((row) => seen[row]);
    const order = new Map([...inside.map((row) => [row, 2]), ...begins.map((row) => [row, 1]),
      ...exact.map((row) => [row, 0])]);
    return { rows: [...new Set([...won, ...order.keys()])], order, count };
  }

  // Who has the very name comes first, then who won, then who matches better, won or raced more.
  async function shown({ rows, order }, winners) {
    const entries = await Promise.all(rows.map(async (row) => {
      const entry = await entryOf(row, winners);
      const match = order.get(row) ?? 2;
      return { entry, key: [-(match === 0), -winners.has(row), match, -entry[4], -entry[3], row] };
    }));
    entries.sort(({ key: a }, { key: b }) => a.reduce((found, part, i) => found || part - b[i], 0));
    return entries.slice(0, SHOWN).map(({ entry }) => entry);
  }

  // Whether a name begins with what was typed but for one letter: another one, one more, one
  // less, or two that changed places.
  function isNear(name, typed) {
    let at = 0;
    while (at < typed.length && name[at] === typed[at]) at += 1;
    const rest = typed.slice(at + 1);
    return name.startsWith(rest, at + 1) || name.startsWith(rest, at) || name.startsWith(typed.slice(at), at + 1)
      || (name[at] === typed[at + 1] && name[at + 1] === typed[at] && name.startsWith(typed.slice(at + 2), at + 2));
  }

  // Names within one letter of what was typed, those of the same length first; at most three.
  async function similar(text) {
    const typed = page.folded(text);
    if (typed.length < 4) return [];
    const [current, winners] = await Promise.all([allNames(), winnersByRow()]);
    const near = current.text.split("\n")
      .map((name, row) => ({ name, row, more: Math.abs(name.length - typed.length) }))
      .filter(({ name, more }) => more < 4 && isNear(name, typed))
      .sort((a, b) => a.more - b.more || winners.has(b.row) - winners.has(a.row) || a.row - b.row);
    const entries = await Promise.all(near.slice(0, 12).map(async ({ row, more }) => ({ more, entry: await entryOf(row, winners) })));
    entries.sort((a, b) => (a.more > 1) - (b.more > 1) || b.entry[4] - a.entry[4] || b.entry[3] - a.entry[3]);
    return entries.slice(0, 3).map(({ entry }) => entry);
  }

  // Whether all names are in the letters of ASCII, so that no other can be found.
  const isPlain = async () => /^[\x00-\x7f]*$/.test((await allNames()).text);

  async function winnersByRow() {
    const winners = await load("search/winners");
    return new Map(winners.map(([row, ...entry]) => [row, entry]));
  }

  async function entryOf(row, winners) {
    if (winners.has(row)) return winners.get(row);
    const rows = await load(`search/rows/${Math.floor(row / ROWS_IN_A_FILE)}`);
    return rows[row % ROWS_IN_A_FILE];
  }

  // The same as in publish/site/racers.sql.
  function fileOf(userId) {
    const sum = [...userId].reduce((total, letter) => total + letter.codePointAt(0), 0);
    return (sum % 256).toString(16).padStart(2, "0");
  }

  async function racer(userId) {
    const racers = await load(`racers/${fileOf(userId)}`);
    return racers && racers.find(([id]) => id === userId);
  }

  // Board, rank, wording and its numbers, board, rank …: flat, because there are so many.
  function results(flat) {
    const { wordings } = arrived.get("league");
    const found = [];
    for (let from = 0, to; from < flat.length; from = to) {
      const wording = flat[from + 2];
      to = from + 3 + (wording < 0 ? 0 : wordings[wording].length - 1);
      found.push(flat.slice(from, to));
    }
    return found;
  }

  // A whole UserId finds its racer, too: it is what tells two of one name apart.
  async function byIdentifier(text) {
    if (!/^[A-Za-z0-9_-]{6,}$/.test(text)) return undefined;
    const found = await racer(text);
    if (!found) return undefined;
    const [userId, alias, , awards, , earlier, , behind] = found;
    return [alias, userId, "", behind.length, awards.length, earlier];
  }

  // What the first key needs can be on its way before it is pressed.
  const prepare = () => Promise.all([allNames(), winnersByRow()]);

  // What is looked for in while the names of before are still on their way.
  const NONE = { ...lined([]), rows: [] };

  // What can be said before all names are here, which takes seconds on a slow line.
  async function amongWinners(text) {
    const typed = page.folded(text);
    const entries = typed ? [...(await winnersByRow()).values()] : [];
    const at = ([alias]) => page.folded(alias).indexOf(typed);
    return entries.filter((entry) => at(entry) >= 0)
      .sort((a, b) => at(a) - at(b) || b[4] - a[4] || b[3] - a[3]).slice(0, SHOWN);
  }

  async function search(text, earlier) {
    const typed = page.folded(text);
    if (!typed) return { found: [], count: 0 };
    const [current, winners, same] = await Promise.all(
      [allNames(), winnersByRow(), byIdentifier(text.trim())]);
    const matched = matching(typed, winners, current, earlier);
    const { count } = matched;
    const found = await shown(matched, winners);
    if (same && !found.some(([, userId]) => userId === same[1])) {
      return { found: [same, ...found], count: count + 1 };
    }
    return { found, count };
  }

  // The pages of their own that winners and races have.
  const pages = async () => [
    ...[...(await winnersByRow()).values()].map((entry) => entry[6]),
    ...(await load("league")).boards.map((board) => board[8]),
  ];

  // Called by the files in data/.
  const about = (boards, prizes, seasons, wordings, askable) => {
    arrived.set("league", { boards, prizes, seasons, wordings, askable });
  };
  const racers = (file, entries) => arrived.set(`racers/${file}`, entries);
  const winners = (rows) => arrived.set("search/winners", rows);
  const names = (...texts) => arrived.set("search/names", texts);
  const former = (...texts) => arrived.set("search/former", texts);
  const rows = (number, entries) => arrived.set(`search/rows/${number}`, entries);

  return {
    about, racers, winners, names, former, rows,
    arrived, script, racer, results, pages, prepare, search, amongWinners, similar, isPlain, formerNames, NONE, SHOWN,
  };
})();
