# SPDX-License-Identifier: BSL-1.0
"""Of the headers that are named, prints those that no other one includes before everything else: who compiles one of
them alone has compiled the first that it includes alone, too, and the first of that one. Takes the folder that they are
relative to, and the headers."""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def first_include(header):
    found = INCLUDE.search(header.read_text())
    return found and found.group(1)


def main():
    folder = Path(sys.argv[1])
    headers = sorted(Path(name).resolve().relative_to(folder.resolve()).as_posix() for name in sys.argv[2:])
    proven = {first_include(folder / header) for header in headers}
    print(";".join(header for header in headers if header not in proven), end="")


if __name__ == "__main__":
    main()
