"""The records page: the table `records`, one section per record."""

from __future__ import annotations

from publish.site.read import League
from publish.site.views import grouped


def records(league: League) -> dict:
    found = [
        {
            "id": record.replace(" ", "-"),
            "title": record[:1].upper() + record[1:],
            "rows": rows,
        }
        for record, rows in grouped(league.records, "record")
    ]
    titles = ", ".join(record["title"].lower() for record in found)
    return {
        "records": found,
        "about": f"What racers tell each other about {league.name}: {titles or 'nothing yet'}.",
    }
