# SPDX-License-Identifier: BSL-1.0
"""What the house tests share: which files belong to the project, and how a finding is reported."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = {".hpp", ".ipp", ".cpp"}


def files(*folders):
    """Every file of the project below `folders` (default: everywhere), without build trees and caches."""
    tops = [ROOT / folder for folder in folders] or [ROOT]
    for top in tops:
        for path in sorted(top.rglob("*")):
            parts = path.relative_to(ROOT).parts
            hidden = any(part.startswith((".", "build")) or part == "__pycache__" for part in parts)
            if path.is_file() and (not hidden or parts[0] == ".ci"):
                yield path


def texts(paths):
    """Pairs of a path and its text; files that are not text are passed over."""
    for path in paths:
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def name(path):
    return path.relative_to(ROOT).as_posix()


def report(rule, findings):
    """Prints the findings and ends the test."""
    for finding in findings:
        print(finding)
    if findings:
        sys.exit(f"{rule}: {len(findings)} finding(s)")
    print(f"{rule}: nothing to report")
