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
  ({{id, nodes}}) => `${{id}}: ${{nodes.slice(0, 3).map((node) => node.html.slice(0, 150)).join(" | ")}}`))
"""


def axe() -> Path | None:
    """The script, where it is installed: $AXE, or where `make test` puts it."""
    file = Path(os.environ.get("AXE", ROOT / ".venv/node/node_modules/axe-core/axe.min.js"))
    return file if file.is_file() else None


def violations(page: Page) -> list[str]:
    """What axe finds in an open page, a line a rule: its name, and where. First in light and
    wide, then how it looks in dark and narrow."""
    script = axe()
    assert script, "Ask axe() first: it is not installed."
    page.call("Runtime.evaluate", expression=script.read_text(encoding="utf-8"))
    found = page.ask(RUN.format(rules="{}"))
    page.emulate(scheme="dark", width=390)
    return found + page.ask(RUN.format(rules=json.dumps({"runOnly": LOOKS})))
