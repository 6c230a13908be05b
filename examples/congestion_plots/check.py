# SPDX-License-Identifier: BSL-1.0
"""The program answers --help, refuses nonsense, and its SVG holds every series, over the whole time."""

import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

PROGRAM = sys.argv[1]
SVG = "{http://www.w3.org/2000/svg}"
SECONDS = 4


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)


def points(line):
    return [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]


assert run("--help").returncode == 0 and "--queue" in run("--help").stdout
assert run().returncode == 2
assert run("x.svg", "--loss", "120").returncode == 2
assert run("/no/such/folder/x.svg", "--seconds", "1", "--controllers", "cubic").returncode == 1

SERIES = ("throughput", "window", "in_flight", "round_trip", "pacing")


def drawn(controllers, *arguments):
    """What is drawn of these controllers, by name of the series; the figures that were printed."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "plot.svg"
        done = run(str(output), "--seconds", str(SECONDS), *arguments)
        assert done.returncode == 0, done.stderr
        lines = {each.get("id"): points(each) for each in tree.parse(output).iter(SVG + "polyline")}
    wanted = {f"{controller}_{series}" for controller in controllers for series in SERIES}
    assert set(lines) == wanted, wanted ^ set(lines)
    figures = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert list(figures) == list(controllers), done.stdout
    return lines, figures


lines, _ = drawn(("new_reno", "cubic", "bbr", "prague"), "--loss", "0.5")
for name, line in lines.items():
    across = [x for x, _ in line]
    assert len(line) >= 20, f"{name}: {len(line)} points"
    assert across == sorted(across), f"{name}: time goes back"
    assert across[-1] - across[0] > 290 * 0.8, f"{name}: ends early"
    assert len({y for _, y in line}) > 5, f"{name}: is flat"
print("20 series")

# HyStart++ leaves slow start sooner (RFC 9406): what doubling overshoots by, it does not.
_, figures = drawn(("new_reno", "hystart"), "--controllers", "new_reno", "hystart",
                   "--queue", "1500", "--megabits", "50", "--round-trip", "80")
lost = {name: int(text.split(", ")[-1].split()[0]) for name, text in figures.items()}
assert lost["new_reno"] > 2 * lost["hystart"], lost
