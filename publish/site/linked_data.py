"""What search engines read of some pages, in the words of schema.org.

Only for a site that knows its own address: each of these is made of whole addresses.
"""

from __future__ import annotations

from typing import Any

from publish.site.files import Download
from publish.site.rows import League, Row


def page_address(address: str, page: str) -> str:
    """The one address of a page; the front page is the site itself."""
    return f"{address}/" if page == "index.html" else f"{address}/{page}"


def dataset(league: League, address: str, downloads: list[Download]) -> dict[str, Any]:
    """The published tables as a Dataset (https://schema.org/Dataset)."""
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"Who won what in {league['name']}",
        "description": "Who won each prize, by which rule, and why each of the others did not; "
        f"all races and rankings of {league['name']}.",
        "url": page_address(address, "download.html"),
        "version": league["about"].data_version,
        "schemaVersion": league["about"].schema_version,
        "dateModified": league["about"].built_at_utc.date().isoformat(),
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": download.name,
                "contentUrl": f"{address}/download/{download.name}",
                "contentSize": f"{download.size} B",
                "encodingFormat": download.media_type,
            }
            for download in downloads
        ],
    }
    if years := league["years"]:
        described["temporalCoverage"] = f"{years[0]}/{years[-1]}"
    if link := league["about"].archive[1]:
        described["isBasedOn"] = link
    return described


def sports_event(
    league: League, address: str, board: Row, podium: list[Row], page: str
) -> dict[str, Any]:
    """A race as a SportsEvent (https://schema.org/SportsEvent), with its first three."""
    people = [{"@type": "Person", "name": row["alias"]} for row in podium]
    days = {
        "startDate": board["first_raced_on"] or board["launched_on"],
        "endDate": board["last_raced_on"] or board["closed_on"],
    }
    return {
        "@context": "https://schema.org",
        "@type": "SportsEvent",
        "name": board["title"],
        "url": page_address(address, page),
        "image": f"{address}/og/{page.replace('.html', '.png')}",
        **{name: day.isoformat() for name, day in days.items() if day},
        "superEvent": {"@type": "SportsEvent", "name": f"{league['name']} {board['season']}"},
        **({"competitor": people} if people else {}),
    }
