// A racer's ranks as one strip: a column for each round or other race of the racer's, in the order
// of their dates, the first rank on top, prizes above, as high as they stack, and a ring around
// the closest miss.
"use strict";

const picture = (() => {
  const COLUMN = 30;
  const LEFT = 62;
  const PRIZE = 16;
  const HEIGHT = 96;
  const LABEL = 100;
  const LONGEST = 19;
  const SHORT = { "time trial": "TT", "object avoidance": "OA", "head to head": "H2H" };
  const TICKS = [1, 10, 100, 1000];

  function svg(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // The year stands below.
  function short(name, season) {
    const letters = [...name.replace(season, "").replace(new RegExp(Object.keys(SHORT).join("|")), (type) => SHORT[type]).replace(/\s+/g, " ").trim()];
    return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("")}…` : letters.join("");
  }

  function columnsOf(results, awards, boards) {
    const columns = new Map();
    // Boards are numbered by their dates; a round stands where its first board does.
    const firstOf = (season, round) => boards.findIndex(([year, number]) => year === season && number === round);
    const of = (at, season, round, name) => {
      if (!columns.has(at)) columns.set(at, { at, season, round, name, ranks: [], prizes: [] });
      return columns.get(at);
    };
    for (const [board, rank] of results) {
      const [season, round, roundName, race, name] = boards[board];
      if (round === null) of(board, season, round, name).ranks.push(["", rank]);
      else of(firstOf(season, round), season, round, roundName).ranks.push([race, rank]);
    }
    for (const [season, round, roundName, prize] of awards) {
      of(firstOf(season, round), season, round, roundName).prizes.push(prize);
    }
    return [...columns.values()].sort((a, b) => a.season - b.season || a.at - b.at);
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
    const made = svg("svg", { class: "strip", role: "img", viewBox: `0 0 ${width} ${bottom + LABEL + 24}`, width, height: bottom + LABEL + 24,
      "aria-label": `Rank, race by race, from ${columns[0].name} ${columns[0].season} to ${
        columns[columns.length - 1].name} ${columns[columns.length - 1].season}: best ${
        Math.min(...ranks)}, worst ${Math.max(...ranks)}.` });
    made.append(svg("text", { class: "axis", transform: `translate(14 ${(top + bottom) / 2}) rotate(-90)`,
      "text-anchor": "middle" }, "Rank (1 = best)"));
    for (const tick of TICKS.filter((rank) => rank <= most)) {
      made.append(svg("path", { class: "grid", d: `M${LEFT} ${y(tick)}H${width}` }),
        svg("text", { class: "axis", x: LEFT - 6, y: y(tick), dy: 4, "text-anchor": "end" }, tick.toLocaleString("en")));
    }
    columns.forEach((column, at) => {
      const isFirst = !at || columns[at - 1].season !== column.season;
      if (isFirst) {
        if (at) made.append(svg("path", { class: "grid", d: `M${x(at) - COLUMN / 2} 8V${bottom + LABEL + 4}` }));
        made.append(svg("text", { class: "axis year", x: x(at) - COLUMN / 2 + 4, y: bottom + LABEL + 16 }, column.season));
      }
      const label = svg("text", { class: "axis", transform: `translate(${x(at) + 4} ${bottom + 12}) rotate(-60)`,
        "text-anchor": "end" }, short(column.name, column.season));
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
        dot.append(svg("title", {}, `${column.name} ${column.season}${race && `, ${race}`}: rank ${rank.toLocaleString("en")}`));
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
