# SPDX-License-Identifier: BSL-1.0
"""first_in_line.py FOLDER HEADERS ANCHORS: which headers have to be compiled alone to know that all can be, and after what.

Who compiles a header alone has compiled the first that it includes alone, too, and the first of that one. And a header
may be compiled after an anchor that it includes anyway, whose own includes stand alone: it cannot see anything that it
would not see without. Prints `ANCHOR HEADER` for each one that is left, where the anchor is the one with the most in it,
or `-`. FOLDER is what the headers and the anchors, each a list with semicolons, are relative to.
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def main():
    folder = Path(sys.argv[1]).resolve()
    headers = sorted(Path(name).resolve().relative_to(folder).as_posix() for name in sys.argv[2].split(";"))
    includes = {header: INCLUDE.findall((folder / header).read_text()) for header in headers}
    closures = {}

    def closure(header):
        if header not in closures:
            closures[header] = set()
            for inner in includes.get(header, []):
                if inner in includes:
                    closures[header] |= {inner} | closure(inner)
        return closures[header]

    anchors = sorted((name for name in sys.argv[3].split(";") if name in includes), key=lambda name: -len(closure(name)))
    proven = {found[0] for found in includes.values() if found}
    for header in headers:
        if header not in proven and header not in anchors:
            print(next((anchor for anchor in anchors if anchor in closure(header)), "-"), header)


if __name__ == "__main__":
    main()
