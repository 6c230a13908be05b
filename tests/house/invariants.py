# SPDX-License-Identifier: BSL-1.0
"""Each invariant of the simulator names the files that check it and a test that makes the check fail, or says why not."""

import repository
import tested_rows

TABLE = repository.ROOT / "tests/property/invariants.tsv"
COUNT = 48


def cells_of(line):
    return (line.split("\t") + [""] * 5)[:5]


def several(cell):
    return [] if cell in ("", "-") else cell.split(" | ")


def findings():
    names, _ = tested_rows.cases()
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    if [cells_of(line)[0] for line in lines] != [f"INV-{number:02}" for number in range(1, COUNT + 1)]:
        yield f"{repository.name(TABLE)} does not list INV-01 to INV-{COUNT} in order"
    for line in lines:
        number, _, places, tests, remark = cells_of(line)
        if not several(places) and not several(tests) and not remark:
            yield f"{number} is neither checked nor explained"
        if not several(tests) and not remark:
            yield f"{number}: nothing proves that its check can fail, and no remark says why"
        for place in several(places):
            file = repository.ROOT / place
            if not file.is_file() or number not in file.read_text(encoding="utf-8"):
                yield f"{number}: {place} does not mention it"
        for test in several(tests):
            if test not in names:
                yield f"{number}: there is no test '{test}'"


if __name__ == "__main__":
    repository.report("invariants", list(findings()))
