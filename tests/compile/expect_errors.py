# SPDX-License-Identifier: BSL-1.0
"""expect_errors.py FILE INCLUDE_DIR COMPILER: compiles FILE, which must fail as its own comments say.

A comment `// error: REGEX` stands above a line of code. The first error that the compiler reports for that line, or for
what it instantiates, must match. A comment `// names: REGEX` beside it must match somewhere in what the compiler says of
that error. Errors that no comment expects fail the test too, unless a line says `// more errors may follow`: then only
the first one counts.
"""

import os
import re
import subprocess
import sys


def expectations(path):
    """Pairs of the line that is to fail and the patterns for it."""
    error = names = None
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        if match := re.match(r"\s*// error: (.+)", line):
            error = match.group(1).strip()
        elif match := re.match(r"\s*// names: (.+)", line):
            names = match.group(1).strip()
        elif error and line.strip():
            yield number, error, names
            error = names = None


def reported(output, path):
    """What the compiler said: one entry an error, with its text and the lines of `path` that led to it."""
    here = re.compile(re.escape(path) + r":(\d+):")
    context, found = set(), []
    for line in output.splitlines():
        lines = {int(number) for number in here.findall(line)}
        if re.search(r"\berror: ", line):
            found.append({"text": line.split("error: ", 1)[1], "all": line, "lines": lines or set(context)})
        elif "required from" in line or "In instantiation of" in line:
            # g++ says before an error what led to it, and only once for several errors.
            context = lines if "required from" in line else set()
        elif found:
            found[-1]["all"] += "\n" + line
            # clang says it afterwards.
            if "requested here" in line:
                found[-1]["lines"] |= lines
    return found


def main():
    path, include, compiler = sys.argv[1:]
    command = [compiler, "-std=c++20", "-fsyntax-only", "-I", include, path]
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"}, check=False)
    if run.returncode == 0:
        sys.exit(f"{path} compiles, which it must not")

    errors, problems, expected = reported(run.stderr, path), [], list(expectations(path))
    if not expected:
        problems.append("no `// error:` comment")
    for number, pattern, names in expected:
        mine = [error for error in errors if number in error["lines"]]
        if not mine:
            problems.append(f"line {number}: no error, expected: {pattern}")
        elif not re.search(pattern, mine[0]["text"]):
            problems.append(f"line {number}: the first error is: {mine[0]['text']}\n  expected: {pattern}")
        elif names and not re.search(names, mine[0]["all"]):
            problems.append(f"line {number}: the error does not name {names}:\n{mine[0]['all']}")
    known = {number for number, _, _ in expected}
    counted = errors[:1] if "// more errors may follow\n" in open(path, encoding="utf-8") else errors
    problems += [f"unexpected error: {error['text']}" for error in counted if not error["lines"] & known]

    if problems:
        print(run.stderr)
        sys.exit(path + ":\n" + "\n".join(problems))
    print(f"{len(expected)} expected error(s)")


if __name__ == "__main__":
    main()
