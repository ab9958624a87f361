// The season as it would have been: who wins what, round by round, the new ones marked and
// those who lost it struck out.
"use strict";

// looks: prize to the class that colours it; choose: called with the racer whose name is pressed.
whatIf.drawing = (season, looks, choose) => {
  const { element, bdi, filled, button, ordinal } = page;
  // A cell of more names than this has two columns.
  const MANY = 6;
  const before = whatIf.awards(season, whatIf.published(season));
  const line = (prize, round) => season.lines.get(`${prize}\n${round}`);
  const prizes = [...season.prizes.values()];
  const has = (awards, { prize, round, racer }) =>
    awards.some((award) => award.prize === prize && award.round === round && award.racer === racer);

  function roled(name, role, ...content) {
    const made = filled(name, undefined, ...content);
    made.setAttribute("role", role);
    return made;
  }

  function scoped(name, scope, role, ...content) {
    const made = roled(name, role, ...content);
    made.scope = scope;
    return made;
  }

  const heading = (...content) => scoped("th", "col", "columnheader", ...content);

  function title(prize) {
    const { title: words, evidence } = season.prizes.get(prize);
    const made = filled("span", looks[prize], element("span", undefined, "mark"), words);
    if (evidence === "inferred") made.append(" ", element("span", "inferred", "badge inferred"));
    return made;
  }

  function provisional(prize, round) {
    return line(prize, round).settled ? "" : element("span", "provisional", "badge provisional");
  }

  // Prizes never given in the same round share a column.
  function columnsOf(given) {
    const columns = [];
    for (const { prize } of given) {
      const apart = columns.find((column) => column.every((other) =>
        season.rounds.every(([round]) => !line(prize, round) || !line(other, round))));
      if (apart) apart.push(prize); else columns.push([prize]);
    }
    return columns;
  }

  function table(won) {
    const given = prizes.filter(({ kind }) => kind === "prize");
    const columns = columnsOf(given);
    const rounds = season.rounds.filter(([round]) => given.some(({ prize }) => line(prize, round)));
    const made = roled("table", "table",
      element("caption", "Prizes by the changed rules; new names are marked, names that lost theirs are struck out", "unseen"),
      roled("thead", "rowgroup", roled("tr", "row", heading("Round"),
        ...columns.map((column) => heading(...column.map(title))))),
      roled("tbody", "rowgroup", ...rounds.map(([round, name]) => roled("tr", "row",
        scoped("th", "row", "rowheader", bdi(name)), ...columns.map((column) => cell(column, round, won))))));
    made.className = "grid";
    return made;
  }

  function cell(column, round, won) {
    const prize = column.find((one) => line(one, round));
    const made = roled("td", "cell");
    if (!prize) {
      made.append(element("span", "none in this round", "unseen"));
      return made;
    }
    made.className = looks[prize];
    made.append(filled("p", prize === column[0] ? "what narrow-only" : "what",
      element("span", undefined, "mark"), season.prizes.get(prize).title),
    names("", prize, round, won), provisional(prize, round));
    return made;
  }

  function names(className, prize, round, won) {
    const here = (awards) => awards.filter((award) => award.prize === prize && award.round === round);
    const number = (text) => (className ? "" : element("span", text, "number"));
    const items = here(won).map((award) => {
      const isNew = !has(before, award);
      const item = filled("li", isNew ? "new" : "", number(award.number), " ", name(award), " ",
        element("small", `${ordinal(award.rank)} in the ${award.race}`));
      if (isNew) item.append(" ", element("span", "new", "badge"));
      return item;
    });
    const gone = here(before).filter((award) => !has(won, award)).map((award) =>
      filled("li", "gone", number(""), " ",
        filled("del", "", element("span", "no longer: ", "unseen"), name(award))));
    return filled("ol", className || (items.length > MANY ? "many" : ""), ...items, ...gone);
  }

  function name({ racer }) {
    return button("name", () => choose(racer), bdi(season.racers[racer][1]));
  }

  // A fold for each kind of invitation; open: which of them are.
  function lineUps(won, open) {
    return prizes.filter(({ kind }) => kind !== "prize").map(({ prize }, i) => {
      const folded = filled("details", "", filled("summary", "", title(prize)),
        ...season.rounds.filter(([round]) => line(prize, round)).flatMap(([round, roundName]) =>
          [filled("h3", "", bdi(roundName), provisional(prize, round)), names("line-up", prize, round, won)]));
      folded.open = Boolean(open[i]);
      return folded;
    });
  }

  return { before, title, table, lineUps };
};
