// On the page for dead links: an address whose name has changed still has its id, and leads on.
// So does a winner's of before there were ids, where only one winner has the name.
"use strict";

(async () => {
  const name = location.pathname.split("/").pop();
  if (!/^(winner|race)-/.test(name)) return;
  const pages = await league.pages();
  const [id] = /^(winner|race)-[0-9a-f]{8}(?=[.-])/.exec(name) ?? [];
  const found = pages.filter((page) => (id ? page.startsWith(id)
    : page.replace(/^winner-[0-9a-f]{8}-/, "winner-") === name));
  if (found.length === 1) location.replace(found[0]);
})();
