# SPDX-License-Identifier: BSL-1.0
"""The rooms of docs/architecture.md include only their own room, lower ranks, and what the table allows besides."""

import re

import repository

ROW = re.compile(r"^\| (\w+) \| (\d+) \| .* \| ?([\w, ]*)\|$", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]quoin/([\w./]+)[>"]', re.M)


def rooms():
    """The table: room -> (rank, rooms of the same rank that it may include)."""
    page = (repository.ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    found = {}
    for room, rank, beside in ROW.findall(page):
        found[room] = (int(rank), {other.strip() for other in beside.split(",") if other.strip()})
    return found


def findings():
    table = rooms()
    yield from (f"docs/architecture.md: {room} may include {other}, which is no room of its rank"
                for room, (rank, beside) in table.items() for other in beside
                if table.get(other, (None,))[0] != rank)

    headers = list(repository.texts(p for p in repository.files("include/quoin") if p.suffix in repository.CODE))
    seen = set()
    for path, text in headers:
        parts = path.relative_to(repository.ROOT / "include/quoin").parts
        if len(parts) == 1:
            continue  # the headers beside the rooms gather them all
        room = parts[0]
        seen.add(room)
        if room not in table:
            yield f"{repository.name(path)}: the table of docs/architecture.md has no room {room}"
            continue
        rank, beside = table[room]
        for included in INCLUDE.findall(text):
            other = included.split("/")[0]
            if "/" not in included:
                yield f"{repository.name(path)}: a room must not include <quoin/{included}>, which gathers rooms"
            elif other not in table:
                yield f"{repository.name(path)}: <quoin/{included}> is in no room of docs/architecture.md"
            elif other != room and table[other][0] >= rank and other not in beside:
                yield (f"{repository.name(path)}: {room} (rank {rank}) must not include <quoin/{included}> "
                       f"(rank {table[other][0]})")
    yield from (f"docs/architecture.md: the room {room} does not exist" for room in table.keys() - seen)


if __name__ == "__main__":
    assert len(rooms()) > 10, "docs/architecture.md has no table of rooms"
    repository.report("layers", list(findings()))
