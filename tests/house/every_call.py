# SPDX-License-Identifier: BSL-1.0
"""Every public function of a connection, of its early streams and of its extensions is among the calls that are made at
random, and no call there is of a function that is no more."""

import re

import repository

CALLS = "tests/property/calls"
CLASSES = {
    "connection": "include/quoin/connection/connection.hpp",
    "early_streams": "include/quoin/connection/early_streams.hpp",
    "datagram": "include/quoin/extension/datagram.hpp",
    "ack_frequency": "include/quoin/extension/ack_frequency.hpp",
    "reset_stream_at": "include/quoin/extension/reset_stream_at.hpp",
    "address_discovery": "include/quoin/extension/address_discovery.hpp",
    "multipath": "include/quoin/extension/multipath.hpp",
}
ELSEWHERE = {"connection::resume": "tests/unit/crypto_handshake"}  # the null handshake never suspends
FUNCTION = re.compile(r"\b([a-z_]+)\(")
NO_NAMES = {"requires", "sizeof", "decltype", "noexcept", "static_assert", "explicit"}
NAMED = re.compile(r'"((?:[a-z_]+::[a-z_]+ ?)+)"')


def functions_of(name, path):
    """What stands between `public:` and `private:` of a class, at the first level."""
    text = (repository.ROOT / path).read_text(encoding="utf-8")
    own = name if name in ("connection", "early_streams") else f"{name}_api"
    body = text.split(f"class {own} {{", 1)[1].split("public:", 1)[1].split("\n private:", 1)[0]
    for line in body.splitlines():
        if not re.match(r"  [a-z\[]", line) or line.startswith(("  template", "  using", "  static_assert")):
            continue
        found = [each for each in FUNCTION.findall(line) if each not in NO_NAMES]
        if found and found[0] != own:
            yield f"{name}::{found[0]}"


def findings():
    made = set()
    for path in sorted((repository.ROOT / CALLS).glob("*.cpp")):
        for names in NAMED.findall(path.read_text(encoding="utf-8")):
            made.update(names.split())
    public = {each for name, path in CLASSES.items() for each in functions_of(name, path)}
    if len(public) < 80:
        yield f"only {len(public)} public functions were found: has a header been moved?"
    for name in sorted(public - made - set(ELSEWHERE)):
        yield f"{name} is never called in {CALLS}"
    for name in sorted((made | set(ELSEWHERE)) - public):
        yield f"{CALLS} calls {name}, which is no public function"
    for name, path in ELSEWHERE.items():
        function = name.split("::")[1]
        if not any(f"{function}(" in text for _, text in repository.texts(repository.files(path))):
            yield f"{name} is not called in {path} either"


if __name__ == "__main__":
    repository.report("every_call", list(findings()))
