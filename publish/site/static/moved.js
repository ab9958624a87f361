// On the page for dead links: an address whose name has changed still has its id, and leads on.
"use strict";

(async () => {
  const [id] = /(?:winner|race)-[0-9a-f]{8}(?=[.-][^/]*$)/.exec(location.pathname) ?? [];
  const page = id && (await league.pages()).find((name) => name.startsWith(`${id}-`) || name === `${id}.html`);
  if (page) location.replace(page);
})();
