# SPDX-License-Identifier: BSL-1.0
"""unlisted.py OBJECT...: the code of a stack that lists no extension (archetype) has no part of any, not even inlined.

The objects are compiled without optimisation, so that every function that was instantiated is a symbol. That the names
looked for are the right ones is shown by the test stack, which lists all extensions and has them all.
"""

import subprocess
import sys

PARTS = ["datagram_state", "datagram_frame", "ack_frequency_state", "ack_frequency_frame", "requested_acks::adopt",
         "quoin::partial_resets", "reset_stream_at_frame", "address_discovery_state",
         "multipath_state", "quoin::path_spaces<", "path_ack_frame", "multipath_phases", "begin_multipath", "transmit_on_paths",
         "extension_record"]


def symbols(path):
    return subprocess.run(["nm", "--demangle", path], capture_output=True, text=True, check=True).stdout


def main():
    bare = symbols(next(path for path in sys.argv[1:] if "archetype" in path))
    full = symbols(next(path for path in sys.argv[1:] if "test.cpp" in path))
    problems = [f"the archetype stack has {part} in its code" for part in PARTS if part in bare]
    problems += [f"the test stack has no {part} in its code: look for another name" for part in PARTS if part not in full]
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(PARTS)} parts of extensions, none in a stack that lists none")


if __name__ == "__main__":
    main()
