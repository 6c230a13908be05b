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
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=100)


def points(line):
    return [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]


assert run("--help").returncode == 0 and "--queue" in run("--help").stdout
assert run().returncode == 2
assert run("x.svg", "--loss", "120").returncode == 2
assert run("/no/such/folder/x.svg", "--seconds", "1", "--controllers", "cubic").returncode == 1

with tempfile.TemporaryDirectory() as folder:
    output = pathlib.Path(folder) / "plot.svg"
    done = run(str(output), "--seconds", str(SECONDS), "--loss", "0.5")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Mbit/s") == 4, done.stdout
    lines = {each.get("id"): points(each) for each in tree.parse(output).iter(SVG + "polyline")}

wanted = {f"{controller}_{series}"
          for controller in ("new_reno", "cubic", "bbr", "prague")
          for series in ("throughput", "window", "in_flight", "round_trip", "pacing")}
assert set(lines) == wanted, wanted ^ set(lines)
for name, drawn in lines.items():
    across = [x for x, _ in drawn]
    assert len(drawn) >= 20, f"{name}: {len(drawn)} points"
    assert across == sorted(across), f"{name}: time goes back"
    assert across[-1] - across[0] > 290 * 0.8, f"{name}: ends early"
    assert len({y for _, y in drawn}) > 5, f"{name}: is flat"
print("20 series")
