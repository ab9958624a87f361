// A racer's ranks as one strip: a column a round in which the racer raced, the first rank on
// top, prizes above, as high as they stack, and a ring around the closest miss.
"use strict";

const picture = (() => {
  const COLUMN = 30;
  const LEFT = 42;
  const PRIZE = 16;
  const HEIGHT = 88;
  const TICKS = [1, 10, 100, 1000];

  function svg(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // The beginning of one word, the initials of several.
  function short(name) {
    const words = name.split(/\s+/).filter(Boolean);
    return words.length > 1 ? words.map((word) => [...word][0].toUpperCase()).slice(0, 3).join("") : name.slice(0, 3);
  }

  function columnsOf(results, awards, boards) {
    const columns = new Map();
    const of = (season, round, name) => {
      const key = `${season} ${String(round).padStart(3, "0")}`;
      if (!columns.has(key)) columns.set(key, { key, season, round, name, ranks: [], prizes: [] });
      return columns.get(key);
    };
    for (const [board, rank] of results) {
      const [season, round, roundName, race] = boards[board];
      if (round !== null) of(season, round, roundName).ranks.push([race, rank]);
    }
    for (const [season, round, roundName, prize] of awards) of(season, round, roundName).prizes.push(prize);
    return [...columns.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  function strip(results, awards, miss, boards, prizes) {
    const columns = columnsOf(results, awards, boards);
    const ranks = columns.flatMap((column) => column.ranks.map(([, rank]) => rank));
    if (columns.length < 2 || !ranks.length) return undefined;
    const most = Math.max(10, ...ranks);
    const top = 20 + PRIZE * Math.max(...columns.map((column) => column.prizes.length));
    const bottom = top + HEIGHT;
    const y = (rank) => top + HEIGHT * (Math.log(rank) / Math.log(most));
    const x = (at) => LEFT + COLUMN * (at + 0.5);
    const width = LEFT + COLUMN * columns.length + 8;
    const made = svg("svg", { class: "strip", role: "img", viewBox: `0 0 ${width} ${bottom + 44}`, width, height: bottom + 44,
      "aria-label": `Rank by round, from ${columns[0].name} ${columns[0].season} to ${
        columns[columns.length - 1].name} ${columns[columns.length - 1].season}: best ${
        Math.min(...ranks)}, worst ${Math.max(...ranks)}.` });
    for (const tick of TICKS.filter((rank) => rank <= most)) {
      made.append(svg("path", { class: "grid", d: `M${LEFT} ${y(tick)}H${width}` }),
        svg("text", { class: "axis", x: LEFT - 6, y: y(tick), dy: 4, "text-anchor": "end" }, tick.toLocaleString("en")));
    }
    columns.forEach((column, at) => {
      const isFirst = !at || columns[at - 1].season !== column.season;
      if (isFirst) {
        if (at) made.append(svg("path", { class: "grid", d: `M${x(at) - COLUMN / 2} 8V${bottom + 24}` }));
        made.append(svg("text", { class: "axis year", x: x(at) - COLUMN / 2 + 4, y: bottom + 38 }, column.season));
      }
      const label = svg("text", { class: "axis", x: x(at), y: bottom + 18, "text-anchor": "middle" }, short(column.name));
      label.append(svg("title", {}, `${column.name} ${column.season}`));
      made.append(label);
      column.prizes.forEach((prize, nth) => {
        const [title, look, letter] = prizes[prize];
        const mark = svg("g", { class: look });
        mark.append(svg("title", {}, `${title}, ${column.name} ${column.season}`),
          svg("rect", { class: "prize", x: x(at) - 6.5, y: top - 20 - PRIZE * nth, width: 13, height: 13, rx: 3 }),
          svg("text", { class: "prize-letter", x: x(at), y: top - 10 - PRIZE * nth, "text-anchor": "middle" }, letter));
        made.append(mark);
      });
      const heights = column.ranks.map(([, rank]) => y(rank));
      if (heights.length > 1) {
        made.append(svg("path", { class: "run", d: `M${x(at)} ${Math.min(...heights)}V${Math.max(...heights)}` }));
      }
      for (const [race, rank] of column.ranks) {
        const dot = svg("circle", { class: "rank", cx: x(at), cy: y(rank), r: 3.5 });
        dot.append(svg("title", {}, `${column.name} ${column.season}, ${race}: rank ${rank.toLocaleString("en")}`));
        made.append(dot);
      }
      if (miss && miss[0] === column.season && miss[1] === column.round && heights.length) {
        made.append(svg("circle", { class: "miss", cx: x(at), cy: Math.min(...heights), r: 7.5 }));
      }
    });
    return made;
  }

  return { strip };
})();
