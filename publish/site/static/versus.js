// Two racers face to face; their UserIds stand behind the # of the address, so that a link holds
// them. Names are untrusted: they only ever become text.
"use strict";

(() => {
  const { element, bdi, filled, link, scroll, number, counted, ordinal } = page;
  const { arrived, racer, results } = league;
  const { boards } = arrived.get("league");
  const story = document.getElementById("story");
  const title = document.title;

  function asked() {
    return location.hash.slice(1).split(",").filter(Boolean).slice(0, 2).map((id) => {
      try {
        return decodeURIComponent(id);
      } catch {
        return id;
      }
    });
  }

  // Board to rank and ms behind the first, null without a lap.
  const raced = ([, , flat, , , , , behind]) =>
    new Map(results(flat).map(([board, rank], i) => [board, { rank, behind: behind[i] }]));

  function name([userId, alias]) {
    const made = link(`racer.html#${encodeURIComponent(userId)}`, bdi(alias));
    made.className = "racer";
    return made;
  }

  function raceOf(board) {
    const [season, , roundName, race, raceName] = boards[board];
    const named = raceName.includes(season) ? raceName : `${raceName} ${season}`;
    return link(boards[board][8], race ? `${roundName} ${season}, ${race}` : named);
  }

  function between(first, second) {
    const [ahead, other] = first.behind === null || second.behind === null
      ? [] : [first.behind, second.behind].sort((a, b) => a - b);
    if (ahead === undefined) return "no lap to compare";
    return other === ahead ? "level on time" : `${((other - ahead) / 1000).toFixed(3)} s`;
  }

  function row(board, one, two) {
    const place = ({ rank }, { rank: other }) =>
      filled("td", "figure", element(rank < other ? "strong" : "span", ordinal(rank)));
    const race = filled("th", "", raceOf(board));
    race.scope = "row";
    return filled("tr", "", race, place(one, two), place(two, one), element("td", between(one, two), "figure"));
  }

  function compared(one, two) {
    const [of, against] = [raced(one), raced(two)];
    const both = [...of.keys()].filter((board) => against.has(board)).sort((a, b) => b - a);
    const heading = filled("h2", "", name(one), " and ", name(two));
    if (!both.length) return [heading, element("p", "They were never in the same race.", "lead")];
    const ahead = (mine, other) => both.filter((board) => mine.get(board).rank < other.get(board).rank).length;
    const head = (className, ...content) => {
      const made = filled("th", className, ...content);
      made.scope = "col";
      return made;
    };
    const table = filled("table", "narrow",
      element("caption", "Races that both raced, newest first; whose rank is bold was ahead", "unseen"),
      filled("thead", "", filled("tr", "", head("", "Race"), head("figure", bdi(one[1])), head("figure", bdi(two[1])),
        head("figure", "Between them"))),
      filled("tbody", "", ...both.map((board) => row(board, of.get(board), against.get(board)))));
    return [heading, filled("p", "lead", `${counted(both.length, "race", "races")} with both: `,
      bdi(one[1]), ` ahead in ${number(ahead(of, against))}, `, bdi(two[1]), ` in ${number(ahead(against, of))}.`),
      scroll("Races that both raced", table)];
  }

  async function show() {
    const ids = asked();
    const found = await Promise.all(ids.map(racer));
    if (ids.join() !== asked().join()) return;
    document.title = title;
    const unknown = ids.filter((_, i) => !found[i]);
    if (unknown.length) {
      story.replaceChildren(filled("p", "lead", "No racer has the id ", element("code", unknown[0]),
        ". Search by name above."));
    } else if (found.length < 2) {
      story.replaceChildren(found.length ? filled("p", "lead", name(found[0]), " and who else? Search by name above.")
        : element("p", "Search for one racer, then for another.", "lead"));
    } else {
      story.replaceChildren(...compared(...found));
      document.title = `${found[0][1]} and ${found[1][1]}, face to face`;
    }
  }

  // Who is found is compared with the one who is there, and does not lead to a page.
  document.getElementById("found").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const ids = asked();
    const chosen = link.querySelector("code").textContent;
    location.hash = [...(ids.length === 1 ? ids : []), chosen].map(encodeURIComponent).join(",");
  });
  window.addEventListener("hashchange", show);
  show();
})();
