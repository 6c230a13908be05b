# SPDX-License-Identifier: BSL-1.0
"""What only one room may do stays in that room: reading clocks, drawing randomness, calling sockets, Botan, throwing."""

import re

import repository

# subject, pattern, where it may stand below include/quoin
RULES = [
    # A strike register has to know since when it has been watching.
    ("reads a clock", r"\b(?:steady|system|high_resolution)_clock::now\b|\bclock_gettime\b|\bgettimeofday\b",
     ["ambient/", "crypto/botan/config."]),
    ("draws randomness", r"\brandom_device\b|\bgetrandom\b|\bgetentropy\b|\bRDRAND\b|/dev/u?random",
     ["ambient/", "crypto/botan/"]),
    ("names Botan", r"\bBotan::|<botan/", ["crypto/botan/"]),
    ("names libipsec-mb", r"<intel-ipsec-mb|\bIMB_", ["crypto/ipsec_mb/"]),
    ("calls sockets", r"<sys/(?:socket|epoll)\.h>|\b(?:recvm?msg|sendm?msg|setsockopt|getsockopt|epoll_\w+|getaddrinfo)\b",
     ["io/"]),
    ("throws", r"\bthrow\b(?!\(\))", ["crypto/botan/", "io/", "endpoint/config.hpp", "endpoint/endpoint.hpp",
                                      "endpoint/endpoint_group.hpp", "crypto/worker_pool.hpp", "testing/",
                                      # an application that says what cannot be sent is told so where it says it
                                      "http3/api/", "http3/client.hpp", "http3/server.hpp"]),
    ("sleeps or starts threads", r"\bsleep_(?:for|until)\b|\bstd::j?thread\b|<thread>|\bnanosleep\b",
     ["crypto/worker_pool.hpp"]),
    # Several endpoints may share a configuration: its key log, its credentials, its memory of chains that were verified
    # and of strikes, its memory of used tokens. Other threads work on handshakes for them, and say when they are done.
    ("locks", r"<mutex>|<shared_mutex>|\bstd::mutex\b",
     ["crypto/botan/config.", "crypto/verified_chains.hpp", "crypto/session/strike_register.", "crypto/worker_pool.hpp",
      "endpoint/resumptions.hpp", "endpoint/used_tokens.hpp"]),
    ("brings iostreams", r"<i?ostream>|<istream>|<fstream>|<sstream>|<iomanip>", []),
    ("has virtual calls or std::function", r"\bvirtual\b|\bstd::function\b", ["crypto/botan/", "endpoint/config.hpp",
                                                                            "crypto/session/strike_register.",
                                                                            "crypto/job_executor.hpp",
                                                                            "crypto/worker_pool.hpp",
                                                                            "testing/", "sim/",
                                                                            # handlers are no templates
                                                                            "http3/api/"]),
]

COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)


def code_of(text):
    """The text with comments and strings made blank, so that prose may name what code must not."""
    def blank(match):
        kept = match.group(0)
        return "\n" * kept.count("\n") if kept.startswith(("/*", "//")) else '""'
    return COMMENT_OR_STRING.sub(blank, text)


def findings():
    for path, text in repository.texts(repository.files("include/quoin")):
        if path.suffix not in repository.CODE:
            continue
        inside = path.relative_to(repository.ROOT / "include/quoin").as_posix()
        code = code_of(text)
        for subject, pattern, allowed in RULES:
            if any(inside.startswith(place) for place in allowed):
                continue
            for match in re.finditer(pattern, code):
                line = code.count("\n", 0, match.start()) + 1
                where = ", ".join(allowed) or "no room"
                yield f"{repository.name(path)}:{line}: {subject} (`{match.group(0)}`); allowed in {where}"


if __name__ == "__main__":
    repository.report("tokens", list(findings()))
