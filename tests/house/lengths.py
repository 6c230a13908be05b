# SPDX-License-Identifier: BSL-1.0
"""No header is longer than 400 lines: a longer one has two subjects."""

import repository

LIMIT = 400


def findings():
    for path, text in repository.texts(repository.files("include")):
        lines = text.count("\n")
        if lines > LIMIT:
            yield f"{repository.name(path)}: {lines} lines, {LIMIT} are allowed"


if __name__ == "__main__":
    repository.report("lengths", list(findings()))
