# SPDX-License-Identifier: BSL-1.0
"""Every row of bad input names tests that exist, or says why it has none. Every class of attacks has a test. Every
assertion of h3spec has its test, and in it the place that is meant."""

import re

import repository

COVERAGE = repository.ROOT / "tests/bad_input/coverage.tsv"
H3SPEC = repository.ROOT / "tests/bad_input/h3spec.tsv"
ASSERTIONS = 49  # that h3spec makes
CODE = re.compile(r"[A-Z][A-Z0-9_]+ 0x[0-9a-f]+(?: \([a-z_]+\))?")
CLASSES = repository.ROOT / "docs/hardening.md"
ID = re.compile(r"[A-Z][A-Z0-9]*-\d{3}")
CASE = re.compile(r'(?:TEST_CASE|TEMPLATE_LIST_TEST_CASE|TEMPLATE_TEST_CASE)\(\s*"((?:[^"\\]|\\.)*)"\s*,\s*"([^"]*)"')
TAG = re.compile(r"\[(cve_class_\w+)\]")
UNDONE = re.compile(r"not there yet|no test yet|not followed yet")
ROW = re.compile(r"^\| `(cve_class_\w+)` \|")


def cases():
    """The text of each test case by its name, and by tag the names of those that stand for a class."""
    bodies, tagged = {}, {}
    for path, text in repository.texts(repository.files("tests")):
        if path.suffix != ".cpp":
            continue
        found = list(CASE.finditer(text))
        for here, following in zip(found, [*found[1:], None]):
            name, tags = here.groups()
            bodies[name] = text[here.end() : following.start() if following else len(text)]
            for tag in TAG.findall(tags):
                tagged.setdefault(tag, set()).add(name)
    return bodies, tagged


def of_coverage(names):
    lines = COVERAGE.read_text(encoding="utf-8").splitlines()
    seen = set()
    for number, line in enumerate(lines[1:], 2):
        cells = (line.split("\t") + [""] * 4)[:4]
        row, _, tests, remark = cells
        place = f"{repository.name(COVERAGE)}:{number}: {row}"
        if not ID.fullmatch(row) or row in seen:
            yield f"{place} is no ID, or is there twice"
        seen.add(row)
        if tests in ("", "-") and not remark:
            yield f"{place} has neither a test nor a reason"
        if UNDONE.search(remark):
            yield f"{place}: '{remark}' is no reason, but something to do"
        for test in tests.split(" | ") if tests not in ("", "-") else []:
            if test not in names:
                yield f"{place}: there is no test '{test}'"


def of_h3spec(bodies):
    rows = H3SPEC.read_text(encoding="utf-8").splitlines()[1:]
    seen = set()
    for number, line in enumerate(rows, 2):
        place = f"{repository.name(H3SPEC)}:{number}"
        assertion, code, test, within = (line.split("\t") + [""] * 4)[:4]
        if not assertion or assertion in seen:
            yield f"{place} asserts nothing, or is there twice"
        seen.add(assertion)
        if not CODE.fullmatch(code):
            yield f"{place}: '{code}' is no code with its number"
        if test not in bodies:
            yield f"{place}: there is no test '{test}'"
        elif within not in bodies[test]:
            yield f"{place}: there is no '{within}' in '{test}'"
    if len(rows) != ASSERTIONS:
        yield f"{repository.name(H3SPEC)} has {len(rows)} of {ASSERTIONS} assertions"


def of_classes(tagged):
    """The table of classes lists exactly the tags: none is without a test."""
    listed = set()
    for number, line in enumerate(CLASSES.read_text(encoding="utf-8").splitlines(), 1):
        found = ROW.match(line)
        if not found:
            continue
        place = f"{repository.name(CLASSES)}:{number}: {found[1]}"
        if found[1] in listed:
            yield f"{place} is there twice"
        listed.add(found[1])
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 4 or not all(cells):
            yield f"{place} has not its class, attack, rule and tests"
        tests, wanted = cells[-1], tagged.get(found[1], set())
        for name in wanted:
            if name not in tests:
                yield f"{place} does not name '{name}'"
        if not wanted:
            yield f"{place} has no test that carries its tag"
    yield from (f"{tag} is a tag of tests and not listed in {repository.name(CLASSES)}" for tag in tagged if tag not in listed)


if __name__ == "__main__":
    bodies, tagged = cases()
    repository.report("tested rows", [*of_coverage(bodies), *of_h3spec(bodies), *of_classes(tagged)])
