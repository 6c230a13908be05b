# SPDX-License-Identifier: BSL-1.0
"""The cases of the QUIC interop runner, with its networks and its criteria.

What its simulator does, the proxy does here: 15 ms each way, 10 Mbit/s, 25 datagrams of queue, and what a case adds.
Every case compares each file besides, as all cases do, and counts on version 1 but where another is asked for.
"""

import dataclasses
import typing

import capture
from capture import BESIDE, TO_CLIENT, TO_SERVER, crypto_bytes, frames, initial_opener, messages, opened
from cases import (KB, MB, PATH_CHALLENGE, PATH_RESPONSE, SIDES, Case, demand, generations, one_rtt_frames, one_rtt_opener,
                   prove_retry, small)
from protection import SUITES, Opener, read_key_log

SIMPLE = ("--delay-ms=15", "--rate-mbps=10", "--queue=25")
CLIENT_HELLO, SERVER_HELLO, ENCRYPTED_EXTENSIONS, CERTIFICATE = 1, 2, 8, 11


@dataclasses.dataclass
class RunnerCase(Case):
    by_runner: typing.ClassVar = True
    client_test: str = "transfer"  # TESTCASE as the client and the server see it
    server_test: str = "transfer"
    handshakes: int = 1


# ---- what is found in a capture


def first_initials(seen):
    """The client's Initial packets by the connection ID that their keys come from: its own first choice, or a Retry's."""
    found = {}
    for packet in seen.of("initial", TO_SERVER):
        found.setdefault(packet.destination, []).append(packet)
    ours = {p.source for p in seen.of("initial", TO_CLIENT)}
    return {name: packets for name, packets in found.items() if name not in ours}


def client_hellos(seen):
    """(packets, body) of each first flight."""
    for name, packets in first_initials(seen).items():
        opener = initial_opener(name, TO_SERVER, packets[0].version)
        for kind, body in messages(crypto_bytes(packets, opener)):
            if kind == CLIENT_HELLO:
                yield packets, body


def offered_suites(client_hello):
    at = 34 + 1 + client_hello[34]
    size = int.from_bytes(client_hello[at : at + 2], "big")
    raw = client_hello[at + 2 : at + 2 + size]
    return {int.from_bytes(raw[i : i + 2], "big") for i in range(0, size, 2)}


def sent_hellos(seen):
    """How many of the client's Initial packets carry the beginning of a ClientHello."""
    count = 0
    for name, packets in first_initials(seen).items():
        opener = initial_opener(name, TO_SERVER, packets[0].version)
        for _, found in opened(packets, opener):
            count += any(kind == 6 and values["offset"] == 0 for kind, values in frames(found.plain()))
    return count


class Connection:
    """One connection's secrets and packets, found by its client's random of the key log."""

    def __init__(self, seen, secrets, name, packets):
        self.seen, self.secrets = seen, secrets
        self.client_ids = {p.source for p in packets}
        answers = [p for p in seen.of("initial", TO_CLIENT) if p.destination in self.client_ids]
        opener = initial_opener(name, TO_CLIENT, packets[0].version)
        self.suite = None
        for kind, body in messages(crypto_bytes(answers, opener)):
            if kind == SERVER_HELLO:
                at = 34 + 1 + body[34]
                self.suite = SUITES[int.from_bytes(body[at : at + 2], "big")]

    def server_messages(self):
        """The types and bodies of what the server sent under Handshake keys."""
        packets = [p for p in self.seen.of("handshake", TO_CLIENT) if p.destination in self.client_ids]
        opener = Opener(self.suite, self.secrets["SERVER_HANDSHAKE_TRAFFIC_SECRET"], packets[0].version)
        return dict(messages(crypto_bytes(packets, opener)))


def connections(run, seen):
    secrets = {}
    with open(run.key_log, encoding="ascii") as log:
        for line in log:
            if len(words := line.split()) == 3:
                secrets.setdefault(words[1], {})[words[0]] = bytes.fromhex(words[2])
    found = []
    for name, packets in first_initials(seen).items():
        hello = next((body for group, body in client_hellos(seen) if group is packets or group == packets), None)
        if hello and (known := secrets.get(hello[2:34].hex())):
            found.append(Connection(seen, known, name, packets))
    return found


def transport_parameters(encrypted_extensions):
    at, found = 2, {}
    while at + 4 <= len(encrypted_extensions):
        kind, size = (int.from_bytes(encrypted_extensions[at + i : at + i + 2], "big") for i in (0, 2))
        body, at = encrypted_extensions[at + 4 : at + 4 + size], at + 4 + size
        inner = 0
        while kind == 0x39 and inner < size:
            name, inner = capture.varint(body, inner)
            length, inner = capture.varint(body, inner)
            found[name], inner = body[inner : inner + length], inner + length
    return found


# ---- criteria


def versions_and_handshakes(run, seen):
    demand(seen.handshakes() == run.case.handshakes,
           f"{seen.handshakes()} handshakes instead of {run.case.handshakes}")
    demand(seen.server_versions() == {1}, f"the server's versions were {seen.server_versions()}")
    labels = read_key_log(run.key_log)
    demand("SERVER_HANDSHAKE_TRAFFIC_SECRET" in labels, "the key log lacks the server's handshake secret")


def handshake(run, seen):
    versions_and_handshakes(run, seen)
    demand(not seen.of("retry", TO_CLIENT), "there was a Retry that nobody asked for")


def longrtt(run, seen):
    versions_and_handshakes(run, seen)
    demand(sent_hellos(seen) >= 2, "the ClientHello was not sent again")


def chacha20(run, seen):
    versions_and_handshakes(run, seen)
    hellos = [body for _, body in client_hellos(seen)]
    demand(hellos, "no ClientHello could be read")
    for hello in hellos:
        # Values of the form 0x?a?a are there to be ignored (RFC 8701).
        suites = {s for s in offered_suites(hello) if s & 0x0F0F != 0x0A0A}
        demand(suites == {0x1303}, f"the client offered {sorted(map(hex, suites))}")


def multiplexing(run, seen):
    versions_and_handshakes(run, seen)
    (one,) = connections(run, seen)
    parameters = transport_parameters(one.server_messages()[ENCRYPTED_EXTENSIONS])
    streams, _ = capture.varint(parameters[0x08], 0)
    demand(streams <= 1000, f"the server allows {streams} streams at once")
    raised = any(kind == 0x12 and values["value"] > streams
                 for _, all_frames in one_rtt_frames(run, seen, TO_CLIENT) for kind, values in all_frames)
    demand(raised, "the server never allowed more streams")


def retry(run, seen):
    prove_retry(run, seen)


def resumption(run, seen):
    versions_and_handshakes(run, seen)
    found = connections(run, seen)
    demand(len(found) == 2, f"{len(found)} connections could be read")
    first, second = (one.server_messages() for one in found)
    demand(CERTIFICATE in first and CERTIFICATE not in second, "the second handshake was not a resumption")


def zerortt(run, seen):
    versions_and_handshakes(run, seen)
    early = sum(len(p.data) - p.number_offset - 20 for p in seen.of("zero_rtt", TO_SERVER))
    demand(early > 0, "no 0-RTT packet was sent")
    late = sum(max(0, len(p.data) - p.number_offset - 20) for p in seen.one_rtt(TO_SERVER))
    demand(late <= 5000, f"{late} bytes were sent in 1-RTT packets")


def keyupdate(run, seen):
    versions_and_handshakes(run, seen)
    for direction, side in SIDES:
        keys_used = generations(seen.one_rtt(direction), one_rtt_opener(run, seen, direction))
        demand(max(keys_used) >= 1, f"the {side} never used key phase 1")


def ecn(run, seen):
    versions_and_handshakes(run, seen)
    for direction, side in SIDES:
        marks = {d.mark for d in seen.datagrams if d.direction == direction}
        demand(3 not in marks, f"the {side} sent CE marks")
        demand(len(marks - {0}) == 1, f"the {side}'s marks were {marks}")
        counted = any(kind == 0x03 for _, all_frames in one_rtt_frames(run, seen, direction)
                      for kind, _ in all_frames)
        demand(counted, f"the {side} never counted marks in an acknowledgement")


def amplificationlimit(run, seen):
    versions_and_handshakes(run, seen)
    demand(not seen.of("version_negotiation", TO_CLIENT), "there was a Version Negotiation")
    (one,) = connections(run, seen)
    packets = seen.of("handshake", TO_CLIENT)
    opener = Opener(one.suite, one.secrets["SERVER_HANDSHAKE_TRAFFIC_SECRET"])
    reached = max((values["offset"] + len(values["data"]) for _, found in opened(packets, opener)
                   for kind, values in frames(found.plain()) if kind == 6), default=0)
    demand(reached >= 7500, f"the server's flight has only {reached} bytes")
    sent = got = 0
    for datagram in seen.datagrams:
        kinds = {p.kind for p in capture.split(datagram)[0]}
        if datagram.direction == TO_SERVER:
            if "handshake" in kinds and datagram.fate != capture.DROPPED:
                break
            got += len(datagram.data) if datagram.fate != capture.DROPPED else 0
        else:
            sent += len(datagram.data)
            demand(sent <= 3 * got, f"the server had sent {sent} bytes for {got}")


def lossy(run, seen):
    versions_and_handshakes(run, seen)
    demand(seen.count(capture.DROPPED) > 0, "nothing was lost")


def corrupted(run, seen):
    versions_and_handshakes(run, seen)
    demand(seen.count(capture.CORRUPTED) > 0, "nothing was corrupted")


def ipv6(run, seen):
    versions_and_handshakes(run, seen)
    demand(":" in run.host, "it was not IPv6")


def v2(run, seen):
    demand(seen.handshakes() == 1, f"{seen.handshakes()} handshakes instead of 1")
    demand(1 in {p.version for p in seen.of("initial", TO_SERVER)}, "no Initial of the client had version 1")
    demand(capture.V2 in seen.server_versions(), "no Initial of the server had version 2")
    for direction in (TO_SERVER, TO_CLIENT):
        found = {p.version for p in seen.of("handshake", direction)}
        demand(found == {capture.V2}, f"Handshake packets had the versions {found}")


def rebinding(run, seen):
    versions_and_handshakes(run, seen)
    paths = list(dict.fromkeys(d.path for d in seen.datagrams))
    demand(len(paths) >= 2, "the client's address never changed")
    firsts, challenges = {}, set()
    for packet in seen.one_rtt(TO_CLIENT):
        firsts.setdefault(packet.datagram.path, packet)
    for packet, all_frames in one_rtt_frames(run, seen, TO_CLIENT, lambda p: p in firsts.values()):
        data = [values["data"] for kind, values in all_frames if kind == PATH_CHALLENGE]
        if packet.datagram.path != paths[0]:
            demand(data, "the first packet on a new path carries no PATH_CHALLENGE")
        challenges.update(data)
    answers = {values["data"] for _, all_frames in one_rtt_frames(run, seen, TO_SERVER)
               for kind, values in all_frames if kind == PATH_RESPONSE}
    demand(challenges <= answers, "a PATH_CHALLENGE was not answered")


def connectionmigration(run, seen):
    versions_and_handshakes(run, seen)
    (one,) = connections(run, seen)
    parameters = transport_parameters(one.server_messages()[ENCRYPTED_EXTENSIONS])
    demand(0x0D in parameters, "the server has no preferred address")
    old = {p.data[1 : p.number_offset] for p in seen.one_rtt(TO_SERVER) if p.datagram.path != BESIDE}
    new = seen.first_on(BESIDE, TO_SERVER)
    demand(new, "the client sent nothing to the preferred address")
    demand(new.data[1 : new.number_offset] not in old, "the client took a known connection ID to the preferred address")
    asked, answered = zip(*(challenges_and_responses(run, seen, direction) for direction, _ in SIDES))
    for direction, side in SIDES:
        demand(asked[direction], f"the {side} sent no PATH_CHALLENGE to or from the preferred address")
        demand(asked[direction] & answered[1 - direction], f"no PATH_CHALLENGE of the {side} was answered")
    passed = sum(len(d.data) for d in seen.datagrams if d.direction == TO_CLIENT and d.path != BESIDE)
    demand(passed < run.case.files[0][1] // 2, f"{passed} bytes still came from the first address")


def challenges_and_responses(run, seen, direction):
    """The data of both kinds of frames that passed at the preferred address."""
    found = {PATH_CHALLENGE: set(), PATH_RESPONSE: set()}
    for _, all_frames in one_rtt_frames(run, seen, direction, lambda p: p.datagram.path == BESIDE):
        for kind, values in all_frames:
            if kind in found:
                found[kind].add(values["data"])
    return found[PATH_CHALLENGE], found[PATH_RESPONSE]


def goodput(run, seen):
    versions_and_handshakes(run, seen)
    (_, size), = run.case.files
    times = [p.datagram.time for p in seen.one_rtt(TO_CLIENT)]
    seconds = times[-1] - times[0]
    run.remark = f"{size * 8 / 1000 / seconds:.0f} kbit/s"
    return seconds


def crosstraffic(run, seen):
    seconds = goodput(run, seen)
    carried = run.proxy_said("carried")
    demand(carried > 0, "there was no TCP flow")
    run.remark += f" beside TCP's {carried * 8 / 1000 / seconds:.0f}"


CASES = [
    RunnerCase("handshake", small(1, KB, "h"), handshake, proxy=SIMPLE, client_test="handshake",
               server_test="handshake"),
    RunnerCase("transfer", [("t2", 2 * MB), ("t3", 3 * MB), ("t5", 5 * MB)], versions_and_handshakes, proxy=SIMPLE,
               patience=60),
    RunnerCase("longrtt", small(1, KB, "lr"), longrtt, proxy=("--delay-ms=750", *SIMPLE[1:]), client_test="handshake",
               server_test="handshake"),
    RunnerCase("chacha20", [("c20", 3 * MB)], chacha20, proxy=SIMPLE, chacha20=True, client_test="chacha20",
               server_test="chacha20"),
    RunnerCase("multiplexing", small(1999, 32, "m"), multiplexing, proxy=SIMPLE, patience=60),
    RunnerCase("retry", small(1, 10 * KB, "s"), retry, proxy=SIMPLE, retry=True, client_test="retry",
               server_test="retry"),
    RunnerCase("resumption", [("r5", 5 * KB), ("r10", 10 * KB)], resumption, proxy=SIMPLE, handshakes=2,
               connections=2, again=True, client_test="resumption", server_test="resumption"),
    RunnerCase("zerortt", [(f"z{i:02}" + "z" * 247, 32) for i in range(40)], zerortt, proxy=SIMPLE, handshakes=2,
               connections=2, again=True, early_data=True, client_test="zerortt", server_test="zerortt"),
    RunnerCase("http3", [("e5", 5 * KB), ("e10", 10 * KB), ("e500", 500 * KB)], versions_and_handshakes, proxy=SIMPLE,
               client_test="http3", server_test="http3", alpn="h3"),
    RunnerCase("blackhole", [("b", 10 * MB)], versions_and_handshakes, patience=60,
               proxy=(*SIMPLE, "--blackhole-on=5", "--blackhole-off=2")),
    RunnerCase("keyupdate", [("u", 3 * MB)], keyupdate, proxy=SIMPLE, key_update=True, client_test="keyupdate"),
    RunnerCase("ecn", [("e", 100 * KB)], ecn, proxy=SIMPLE, client_test="ecn", server_test="ecn"),
    RunnerCase("amplificationlimit", [("a", 5 * KB)], amplificationlimit, chain=9,
               proxy=(*SIMPLE, "--drop-to-server=2,3,4,5,6,7")),
    RunnerCase("handshakeloss", small(50, KB, "l1-"), lossy, handshakes=50, patience=300, client_test="multiconnect",
               server_test="multiconnect", connections=50, one_by_one=True, proxy=(*SIMPLE, "--loss=0.3", "--burst=3")),
    RunnerCase("transferloss", [("l2", 2 * MB)], lossy, patience=60, proxy=(*SIMPLE, "--loss=0.02", "--burst=3")),
    RunnerCase("handshakecorruption", small(50, KB, "c1-"), corrupted, handshakes=50, patience=300,
               client_test="multiconnect", server_test="multiconnect", connections=50, one_by_one=True,
               proxy=(*SIMPLE, "--corrupt=0.3", "--corrupt-within=50")),
    RunnerCase("transfercorruption", [("c2", 2 * MB)], corrupted, patience=60,
               proxy=(*SIMPLE, "--corrupt=0.02", "--corrupt-within=50")),
    RunnerCase("ipv6", [("v5", 5 * KB), ("v10", 10 * KB)], ipv6, proxy=SIMPLE, host="::1"),
    RunnerCase("v2", small(1, KB, "v2-"), v2, proxy=SIMPLE, change_version=True, client_test="v2", server_test="v2"),
    RunnerCase("rebind-port", [("bp", 10 * MB)], rebinding, patience=60,
               proxy=(*SIMPLE, "--rebind-first=1", "--rebind-every=5")),
    RunnerCase("rebind-addr", [("ba", 10 * MB)], rebinding, patience=60,
               proxy=(*SIMPLE, "--rebind-first=1", "--rebind-every=5", "--rebind-address")),
    RunnerCase("connectionmigration", [("cm", 2 * MB)], connectionmigration, proxy=SIMPLE,
               server_test="connectionmigration", preferred=True, watch=True),
    RunnerCase("goodput", [("g", 10 * MB)], goodput, proxy=SIMPLE, patience=60),
    RunnerCase("crosstraffic", [("x", 25 * MB)], crosstraffic, proxy=(*SIMPLE, "--cross-traffic"), patience=180),
]
