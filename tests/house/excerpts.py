#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that every C++ excerpt in the documentation stands, line for line, in the compiled file that it names.

A ```cpp block belongs to the file in the comment right above it: <!-- examples/echo_udp.cpp -->. A block without such a
comment is a failure, except in docs/architecture.md, whose sketches show shapes and not programs. The pages of the slots have
a check of their own, policy_pages.py.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKETCHES = {"docs/architecture.md"}
BLOCK = re.compile(r"(?:<!-- (\S+) -->\n+)?```cpp\n(.*?)```", re.DOTALL)


def problems_in(page: pathlib.Path) -> list[str]:
    found = []
    name = page.relative_to(ROOT).as_posix()
    for source, code in BLOCK.findall(page.read_text()):
        first = code.splitlines()[0]
        if not source:
            if name not in SKETCHES:
                found.append(f"{name}: the excerpt that begins with '{first}' names no file")
            continue
        path = ROOT / source
        if not path.is_file():
            found.append(f"{name}: there is no file {source}")
        elif code not in path.read_text():
            found.append(f"{name}: the excerpt that begins with '{first}' does not stand in {source}")
    return found


def main() -> int:
    pages = [ROOT / "README.md", *(p for p in sorted((ROOT / "docs").rglob("*.md")) if p.parent.name != "policies")]
    problems = [problem for page in pages for problem in problems_in(page)]
    print("\n".join(problems) or f"{len(pages)} pages: every excerpt stands in its file")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
