"""axe-core, which knows what keeps people out of a page (https://github.com/dequelabs/axe-core).

Only tests use it, so it is installed beside them and not kept here: `make test` does so, where
there is npm.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.helpers.browser import Page
from tests.helpers.pipeline import ROOT

# What an element looks like, and not what it says or is.
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
# More than the laws ask for: what axe calls best practices as well.
RUN = """
axe.run({{...{rules}, resultTypes: ["violations"], preload: false}}).then(({{violations}}) => violations.map(
  ({{id, nodes}}) => `{where}${{id}}: ${{nodes.slice(0, 3).map((node) => node.html.slice(0, 150)).join(" | ")}}`))
"""
# Leaves two of a kind, wherever in the page they are: the style sheets know elements by their
# names, classes and attributes and by those they are in, so that two of a kind look the same.
TWO_OF_A_KIND = """
(() => {
  const text = (element) => [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  const self = ({localName, attributes}) => [localName,
    ...[...attributes].map(({name, value}) => /^(class|type|role)$/.test(name) ? `${name}=${value}` : name)].join();
  const inside = new Map();
  const kind = (element) => {
    if (!inside.has(element)) {
      inside.set(element, `${self(element)} ${text(element)} (${[...new Set([...element.children].map(kind))]})`);
    }
    return inside.get(element);
  };
  const seen = new Map();
  // A row stays whole: without its cells it would be a row that axe finds empty.
  const thin = (parent, path) => parent.localName === "tr" || [...parent.children].forEach((child) => {
    const what = `${path} ${kind(child)}`;
    seen.set(what, (seen.get(what) ?? 0) + 1);
    if (seen.get(what) > 2) child.remove();
    else thin(child, `${path} ${self(child)}`);
  });
  thin(document.body, "");
})()
"""


def axe() -> Path | None:
    """The script, where it is installed: $AXE, or where `make test` puts it."""
    file = Path(os.environ.get("AXE", ROOT / ".venv/node/node_modules/axe-core/axe.min.js"))
    return file if file.is_file() else None


def violations(page: Page) -> list[str]:
    """What axe finds in an open page, a line a rule: its name, and where.

    First all that the page says, in light and wide; then, for axe takes long over it, how two
    elements of each kind look; then all of those two in dark and narrow, as they stay.
    """
    script = axe()
    assert script, "Ask axe() first: it is not installed."
    page.call("Runtime.evaluate", expression=script.read_text(encoding="utf-8"))

    def run(where: str = "", **rules: object) -> list[str]:
        return page.ask(RUN.format(where=where, rules=json.dumps(rules)))

    found = run(rules={rule: {"enabled": False} for rule in LOOKS})
    page.ask(TWO_OF_A_KIND)
    found += run(runOnly=LOOKS)
    page.emulate(scheme="dark", width=390)
    return found + run("dark, 390 pixels wide: ")
