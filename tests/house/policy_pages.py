# SPDX-License-Identifier: BSL-1.0
"""docs/policies has a page for each slot, and the code on it is the exemplar that tests/compile compiles.

With --write, the code on the pages is replaced by the exemplars.
"""

import re
import sys

import repository

CODE = re.compile(r"```cpp\n(.*?)```", re.S)
SLOT = re.compile(r"^  using (\w+) = ", re.M)
SECTIONS = ["## Expressions", "## Claims", "## Models", "## Exemplar", "## Conformance"]


def slots():
    stack = (repository.ROOT / "include/quoin/stacks/test.hpp").read_text(encoding="utf-8")
    # What may be listed as `extensions` stands in docs/extensions.md: it is a list, not a slot.
    return [slot for slot in SLOT.findall(stack) if slot != "extensions"]


def findings(write):
    for slot in slots():
        page = repository.ROOT / f"docs/policies/{slot}.md"
        exemplar = repository.ROOT / f"tests/compile/exemplars/{slot}.cpp"
        if not page.exists() or not exemplar.exists():
            yield f"{slot}: needs both {repository.name(page)} and {repository.name(exemplar)}"
            continue
        text, code = page.read_text(encoding="utf-8"), exemplar.read_text(encoding="utf-8")
        if write:
            text = CODE.sub(lambda _: f"```cpp\n{code}```", text)
            page.write_text(text, encoding="utf-8")
        if [code] != CODE.findall(text):
            yield f"{repository.name(page)}: the code is not that of {repository.name(exemplar)} (--write copies it)"
        missing = [section for section in SECTIONS if section not in text]
        if missing:
            yield f"{repository.name(page)}: no section {', '.join(missing)}"
        header = repository.ROOT / f"include/quoin/policy/{slot}.hpp"
        for hook in re.findall(r"\{ \w+\.(\w+)\(", header.read_text(encoding="utf-8")):
            if f"{hook}(" not in text:
                yield f"{repository.name(page)}: says nothing of {hook}(), which {repository.name(header)} asks for"


if __name__ == "__main__":
    repository.report("policy pages", list(findings("--write" in sys.argv)))
