// Sort a table by a press on a heading, and show only the rows with a word in them. For tables
// with the class "sortable"; without this script they are complete, in the order of the page.
"use strict";

(() => {
  // A filter is worth its place above this many rows.
  const MANY = 10;
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const isRow = (row) => row.parentElement.localName === "tbody";

  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  };

  // What is empty comes last, whichever the direction.
  function sort(table, column, direction) {
    const isEmpty = (value) => value === "" || value === "–";
    const rows = [...table.rows].filter(isRow).map((row) => [valueOf(row, column), row]);
    rows.sort(([a], [b]) => isEmpty(a) - isEmpty(b)
      || direction * collator.compare(a.replaceAll(",", ""), b.replaceAll(",", "")));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }

  function sortable(table) {
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      const press = page.button("sort", () => {
        const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
        sort(table, column, direction);
      }, ...heading.childNodes);
      heading.append(press);
    });
  }

  function filterable(table) {
    const rows = [...table.rows].filter(isRow);
    if (rows.length <= MANY) return;
    const status = page.element("span", "");
    status.setAttribute("role", "status");
    const field = page.element("input");
    field.type = "search";
    field.addEventListener("input", () => {
      const typed = page.folded(field.value);
      for (const row of rows) row.hidden = !page.folded(row.textContent).includes(typed);
      if (table.tFoot) table.tFoot.hidden = typed !== "";
      status.textContent = typed ? page.counted(rows.filter((row) => !row.hidden).length, "row", "rows") : "";
    });
    (table.closest(".scroll") || table).before(
      page.filled("p", "filter", page.filled("label", "", "Only rows with ", field), " ", status));
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    sortable(table);
    filterable(table);
  }
})();
