"""Known vulnerabilities of the locked packages, or that nobody could look them up.

pip-audit asks pypi.org for each package. Where it gets no answer it passes the package over
and says "No known vulnerabilities found", which is true and means nothing. So what was really
looked up is counted here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
NOT_LOOKED_UP = 2


def judge(report: dict) -> tuple[int, str]:
    """Exit code and sentences for what pip-audit reports as JSON: 0 nothing known, 1 something
    known, 2 not all could be looked up."""
    packages = report["dependencies"]
    found = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in "
        f"{', '.join(flaw['fix_versions']) or 'no version yet'}."
        for package in packages
        for flaw in package.get("vulns", [])
    ]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if unknown or not packages:
        found.append(
            f"Expected an answer for {len(packages)} packages, got none for {len(unknown)}"
            f"{': ' + ', '.join(unknown[:5]) if unknown else ''}"
            f"{' …' if len(unknown) > 5 else ''}. Is pypi.org within reach?"
        )
        return NOT_LOOKED_UP, "\n".join(found)
    if found:
        return 1, "\n".join([*found, "`make lock` resolves the dependencies anew."])
    return 0, f"{len(packages)} locked packages, no known vulnerability."


def main() -> int:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--requirement", str(LOCK)),
            *("--disable-pip", "--require-hashes", "--format", "json"),
            *("--progress-spinner", "off"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        code, said = judge(json.loads(done.stdout))
    except ValueError:
        reason = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        code, said = NOT_LOOKED_UP, f"Expected a report of pip-audit, found: {reason[0]}"
    print(said, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
