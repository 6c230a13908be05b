# SPDX-License-Identifier: BSL-1.0
"""The tables of docs/rfc are whole, and name code and tests that exist; `--summary` renews the totals in README.md."""

import re
import sys

import repository

TABLES = repository.ROOT / "docs/rfc"
README = TABLES / "README.md"
# How many MUST and MUST NOT each document has: RFCs by number, drafts by name.
EXPECTED = {"8999": (5, 0), "9000": (214, 88), "9001": (59, 24), "9002": (24, 9), "9114": (99, 53), "9204": (28, 11), "9218": (19, 5),
            "9220": (5, 3), "9221": (9, 2), "9287": (4, 3), "9297": (22, 8), "9298": (27, 8), "9368": (29, 4), "9369": (8, 4), "multipath": (29, 8),
            "webtransport": (59, 15)}
COLUMNS = ("id", "level", "requirement", "state", "code", "test", "reason")
STATES = ("met", "not applicable", "open")
ID = re.compile(r"(\d+(?:\.\d+)*)-(\d+)")
PATH = re.compile(r"`([^`]+)`")
TEST = re.compile(r"`([^`]+)`(?:: (.+))?")
SUMMARY = re.compile(r"(?<=<!-- summary -->\n).*(?=<!-- end of summary -->)", re.S)


def page(rfc):
    return f"rfc{rfc}.md" if rfc.isdigit() else f"{rfc}.md"


def title(rfc):
    return f"RFC {rfc}" if rfc.isdigit() else rfc


def rows(rfc):
    """Pairs of a row's place and its cells by column."""
    path = TABLES / page(rfc)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if re.match(r"\| \d", line):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            yield f"{repository.name(path)}:{number}", dict(zip(COLUMNS, cells + [""] * len(COLUMNS)), cells=len(cells))


def entries(cell):
    return [entry.strip() for entry in cell.split("<br>") if entry.strip()]


def of_code(cell):
    """What is wrong with the paths of a cell."""
    for entry in entries(cell):
        path = PATH.fullmatch(entry)
        if not path:
            yield f"'{entry}' is no path between backticks"
        elif not (repository.ROOT / path[1]).is_file():
            yield f"there is no {path[1]}"


def of_tests(cell):
    """What is wrong with the tests of a cell."""
    for entry in entries(cell):
        test = TEST.fullmatch(entry)
        if not test:
            yield f"'{entry}' is no path between backticks, with a test's name behind a colon"
            continue
        path = repository.ROOT / test[1]
        if not path.is_file() or not test[1].startswith("tests/"):
            yield f"there is no test {test[1]}"
        elif test[2] and f'"{test[2]}"' not in path.read_text(encoding="utf-8"):
            yield f"{test[1]} has no test '{test[2]}'"


def of_row(row):
    """What is wrong with one row by itself."""
    if row["cells"] != len(COLUMNS):
        yield f"{row['cells']} cells instead of {len(COLUMNS)}"
    if row["level"] not in ("MUST", "MUST NOT"):
        yield f"'{row['level']}' is no level"
    if row["state"] not in STATES:
        yield f"'{row['state']}' is no state"
    if not row["requirement"]:
        yield "the requirement is missing"
    if row["state"] == "met" and not row["code"]:
        yield "met, but by which code?"
    if not row["reason"] and (row["state"] != "met" or not row["test"]):
        yield "neither a test nor a reason" if row["state"] == "met" else f"{row['state']} without a reason"
    yield from of_code(row["code"])
    yield from of_tests(row["test"])


def of_order(rfc):
    """Identifiers rise, section by section, from 1 without a gap."""
    section, number = (), 0
    for place, row in rows(rfc):
        found = ID.fullmatch(row["id"])
        if not found:
            yield f"{place}: '{row['id']}' is not a section and a number"
            continue
        here = tuple(int(part) for part in found[1].split("."))
        if here < section or int(found[2]) != (number + 1 if here == section else 1):
            yield f"{place}: {row['id']} is there twice or out of its order"
        section, number = here, int(found[2])


def findings():
    for rfc, expected in EXPECTED.items():
        levels = []
        for place, row in rows(rfc):
            levels.append(row["level"])
            yield from (f"{place}: {row['id']}: {problem}" for problem in of_row(row))
        yield from of_order(rfc)
        for level, count in zip(("MUST", "MUST NOT"), expected):
            if levels.count(level) < count:
                yield f"docs/rfc/{page(rfc)}: {levels.count(level)} times {level}, the text says it {count} times"
    written = SUMMARY.search(README.read_text(encoding="utf-8"))
    if not written or written[0] != summary():
        yield "docs/rfc/README.md: the summary is stale; run tests/house/rfc_coverage.py --summary"


def summary():
    """Totals by state, then what is open and what no test keeps."""
    kinds = {
        "met, tested": lambda row: row["state"] == "met" and row["test"],
        "met, not yet tested": lambda row: row["state"] == "met" and not row["test"],
        "not applicable": lambda row: row["state"] == "not applicable",
        "open": lambda row: row["state"] == "open",
    }
    found = {rfc: {kind: [row["id"] for _, row in rows(rfc) if is_it(row)] for kind, is_it in kinds.items()}
             for rfc in EXPECTED}
    lines = ["", f"| RFC | requirements | {' | '.join(kinds)} |", "|---|---" + "|---" * len(kinds) + "|"]
    totals = [0] * len(kinds)
    for rfc, ids in found.items():
        counts = [len(ids[kind]) for kind in kinds]
        totals = [total + count for total, count in zip(totals, counts)]
        lines.append(f"| [{rfc}]({page(rfc)}) | {sum(counts)} | {' | '.join(map(str, counts))} |")
    lines.append(f"| all | {sum(totals)} | {' | '.join(map(str, totals))} |")
    for kind in ("open", "met, not yet tested"):
        lines += ["", f"{kind.capitalize()}:", ""]
        lines += [f"- {title(rfc)}: {', '.join(ids[kind])}" for rfc, ids in found.items() if ids[kind]]
    return "\n".join(lines) + "\n\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--summary"]:
        README.write_text(SUMMARY.sub(lambda _: summary(), README.read_text(encoding="utf-8")), encoding="utf-8")
        print(summary())
    else:
        repository.report("rfc_coverage", list(findings()))
