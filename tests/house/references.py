# SPDX-License-Identifier: BSL-1.0
"""The project names no package registry and no folder of one machine, and its pages link to files that exist."""

import re

import repository

REGISTRIES = re.compile(
    r"(?:pypi|pythonhosted|npmjs|yarnpkg|crates|rubygems|maven|packagist|nuget|conan|conda)\.(?:org|com|io)"
    r"|(?:deb|ftp|security|archive|snapshot)\.(?:debian|ubuntu)\.(?:org|com)|proxy\.golang\.org|dl-cdn\.alpinelinux", re.I)
MACHINE_PATHS = re.compile(r"(?<![\w.${}-])/(?:root|home|work|Users|mnt|opt)/\w")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


def findings():
    for path, text in repository.texts(repository.files()):
        for number, line in enumerate(text.splitlines(), 1):
            for what, pattern in (("names a package registry", REGISTRIES), ("names a machine's folder", MACHINE_PATHS)):
                if match := pattern.search(line):
                    yield f"{repository.name(path)}:{number}: {what}: {match.group(0)}"
        if path.suffix == ".md":
            yield from (f"{repository.name(path)}: links to {link}, which does not exist"
                        for link in LINK.findall(text) if not (path.parent / link).exists())


if __name__ == "__main__":
    repository.report("references", list(findings()))
