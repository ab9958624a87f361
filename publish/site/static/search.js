// Find racers by any part of a name. A page from a folder may not fetch, but it may run
// scripts: the index comes in files that hand over their names, loaded when they are needed.
"use strict";

const league = (() => {
  const SHOWN = 15;
  const ROWS_IN_A_FILE = 128;
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

  // The same as packed() in publish/site/search_index.py.
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

  // Numbers of the rows that match, in the order in which they are shown; rows is filled
  // with as many as are shown.
  function matching(typed, winners, current, earlier) {
    const [exact, begins, inside] = [[], [], []];
    const seen = new Uint8Array(current.starts.length);
    let count = 0;
    const note = (row, list) => {
      seen[row] = 1;
      count += 1;
      if (list.length < SHOWN) list.push(row);
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
    won.sort((a, b) => (order.get(a) ?? 2) - (order.get(b) ?? 2)
      || winners.get(b)[5] - winners.get(a)[5] || a - b);
    const rows = new Set([...exact.filter((row) => winners.has(row)), ...won,
      ...exact, ...begins, ...inside]);
    return { rows: [...rows].slice(0, SHOWN), count };
  }

  async function winnersByRow() {
    const winners = await load("search/winners");
    return new Map(winners.map(([row, ...entry]) => [row, entry]));
  }

  async function entryOf(row, winners) {
    if (winners.has(row)) return winners.get(row);
    const rows = await load(`search/rows/${Math.floor(row / ROWS_IN_A_FILE)}`);
    return rows[row % ROWS_IN_A_FILE];
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

  // A whole UserId finds its racer, too: it is what tells two of one name apart.
  async function byIdentifier(text) {
    if (!/^[\w-]{6,}$/.test(text)) return undefined;
    const found = await racer(text);
    if (!found) return undefined;
    const [userId, alias, flat, awards, , earlier] = found;
    return [alias, userId, "", flat.length / 2, null, awards.length, earlier];
  }

  // What the first key needs can be on its way before it is pressed.
  const prepare = () => Promise.all([allNames(), winnersByRow()]);

  // What is looked for in while the names of before are still on their way.
  const NONE = { ...lined([]), rows: [] };

  async function search(text, earlier) {
    const typed = page.folded(text);
    if (!typed) return { found: [], count: 0 };
    const [current, winners, same] = await Promise.all(
      [allNames(), winnersByRow(), byIdentifier(text.trim())]);
    const { rows, count } = matching(typed, winners, current, earlier);
    const found = await Promise.all(rows.map((row) => entryOf(row, winners)));
    if (same && !found.some(([, userId]) => userId === same[1])) {
      return { found: [same, ...found], count: count + 1 };
    }
    return { found, count };
  }

  // Called by the files in data/.
  const about = (boards, prizes, seasons, wordings) => {
    arrived.set("league", { boards, prizes, seasons, wordings });
  };
  const racers = (shard, entries) => arrived.set(`racers/${shard}`, entries);
  const winners = (rows) => arrived.set("search/winners", rows);
  const names = (...texts) => arrived.set("search/names", texts);
  const former = (...texts) => arrived.set("search/former", texts);
  const rows = (number, entries) => arrived.set(`search/rows/${number}`, entries);

  return {
    about, racers, winners, names, former, rows,
    arrived, racer, prepare, search, formerNames, NONE, SHOWN,
  };
})();
