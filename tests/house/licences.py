# SPDX-License-Identifier: BSL-1.0
"""Every source file says its licence in its first lines, and every header is guarded and explained."""

import repository

LINES = 3
SOURCES = repository.CODE | {".cmake", ".py"}


def findings():
    for path, text in repository.texts(repository.files()):
        if path.suffix not in SOURCES:
            continue
        code = path.suffix in repository.CODE
        if not any("SPDX-License-Identifier: BSL-1.0" in line for line in text.splitlines()[:LINES]):
            yield f"{repository.name(path)}: the first {LINES} lines lack `SPDX-License-Identifier: BSL-1.0`"
        if path.suffix == ".hpp" and "#pragma once" not in text:
            yield f"{repository.name(path)}: no #pragma once"
        if path.is_relative_to(repository.ROOT / "include") and code and "/// \\file" not in text:
            yield f"{repository.name(path)}: no `/// \\file` paragraph that says what it is for"


if __name__ == "__main__":
    repository.report("licences", list(findings()))
