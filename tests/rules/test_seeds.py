"""Rows that do not make a season are refused in a sentence, before anybody wins."""

from __future__ import annotations

import pytest

MISFITS = {
    "a null quota": ("prizes.csv", "evo,prize,10", "evo,prize,", "has the quota null"),
    "a quota of nothing": ("prizes.csv", "evo,prize,10", "evo,prize,0", "has the quota 0"),
    "a prize nobody is in line for": (
        "prizes.csv", "2121,evo,prize,", "2121,boat,prize,1,x,x,x\n2121,evo,prize,",
        "nobody stands in line for boat of 2121",
    ),
    "a line for no prize": (
        "prize_lines.csv", "2121,evo,1", "2121,boat,1,finale\n2121,evo,1",
        "boat of 2121 is no row of prizes.csv",
    ),
    "a line from no race": (
        "prize_lines.csv", "2121,evo,2,month's race", "2121,evo,2,marathon",
        "marathon for evo of 2121 is in no row of round_races.csv",
    ),
    "a race of no round": (
        "rounds.csv", "2121,2,April\n", "", "round 2 of 2121 is no row of rounds.csv",
    ),
    "a round twice": (
        "rounds.csv", "2121,2,April\n", "2121,2,April\n2121,2,April\n",
        "round 2 of 2121 stands there 2 times",
    ),
    "a barring prize that is none": (
        "prize_blocks.csv", "2121,evo,evo", "2121,evo,boat", "evo or boat of 2121 is no row",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
def test_a_misfit_is_refused_in_a_sentence(demo, name):
    seed, old, new, sentence = MISFITS[name]
    path = demo.project / "seeds" / seed
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    assert demo.ingest(demo.data / "race-data").returncode == 0
    done = demo.build("--exclude-resource-type", "unit_test")
    assert done.returncode == 1
    assert sentence in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert demo.publish().returncode == 1


def test_a_season_longer_than_the_turns_is_refused(demo):
    rounds = demo.project / "seeds/rounds.csv"
    with rounds.open("a") as rows:
        rows.writelines(f"2121,{number},Extra\n" for number in range(6, 16))
    assert demo.ingest(demo.data / "race-data").returncode == 0
    done = demo.build("--exclude-resource-type", "unit_test")
    assert done.returncode == 1
    assert "2121 has 15 rounds, int_awards gives prizes in 14 turns" in done.stdout
