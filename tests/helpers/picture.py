"""The picture in the README: the site of the fictional season.

`make demo DATA=… && python -m tests.helpers.picture DATA/demo` takes it again, with Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.helpers.browser import browser
from tests.helpers.pipeline import ROOT
from tests.helpers.site import make_site

PICTURE = ROOT / "docs/site.png"


def main() -> None:
    data = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        make_site(data / "league.duckdb", Path(folder) / "site")
        with browser(Path(folder) / "profile") as page, page.drawn():
            page.emulate(width=1100, height=760)
            page.open((Path(folder) / "site/2121.html").as_uri())
            page.screenshot(PICTURE)


if __name__ == "__main__":
    main()
