# SPDX-License-Identifier: BSL-1.0
"""digests.py BUILD BUILD: whether the same seeds go the same way, byte for byte, in two builds of the property tests, of
two compilers or with and without optimisation. QUOIN_DIGEST_SEEDS says how many seeds (50)."""

import os
import pathlib
import re
import subprocess
import sys

LINE = re.compile(r"^(\d+) ([0-9a-f]{16}) (\d+)$", re.M)
PROGRAMS = ("test_property", "test_every_call")


def digests_of(build, name):
    program = pathlib.Path(build) / "tests/property" / name
    if not program.exists():
        sys.exit(f"digests: {program} is not built")
    environment = {**os.environ, "QUOIN_SEEDS": os.environ.get("QUOIN_DIGEST_SEEDS", "50")}
    environment.pop("QUOIN_SEED", None)
    run = subprocess.run([program, "[.digests]"], env=environment, capture_output=True, text=True, check=True)
    return LINE.findall(run.stdout)


if __name__ == "__main__":
    for name in PROGRAMS:
        one, other = (digests_of(build, name) for build in sys.argv[1:3])
        wrong = [mine[0] for mine, theirs in zip(one, other) if mine != theirs]
        for seed in wrong[:10]:
            print(f"seed {seed} is another run there: QUOIN_SEED={seed} {name} shows it")
        if wrong or len(one) != len(other) or not one:
            sys.exit(f"digests: {len(wrong)} of {len(one)} runs of {name} differ")
        print(f"digests: {len(one)} runs of {name} go the same way in both builds")
