# SPDX-License-Identifier: BSL-1.0
"""What is asked of a pair of stacks, and what proves that it happened.

Every case but those that must fail compares each file; `prove` adds evidence of the feature from the wire.
"""

import dataclasses
import typing

from capture import CORRUPTED, DROPPED, TO_CLIENT, TO_SERVER, frames, initial_opener, opened
from endpoints import RESERVED_VERSION
from protection import opener_that_fits, read_key_log

KB, MB = 1000, 1000 * 1000
PATH_CHALLENGE, PATH_RESPONSE = 0x1A, 0x1B


class Failed(Exception):
    pass


class Unsupported(Exception):
    pass


def demand(fact, sentence):
    if not fact:
        raise Failed(sentence)


@dataclasses.dataclass
class Case:
    by_runner: typing.ClassVar = False
    name: str
    files: list  # (name, size)
    prove: typing.Callable
    connections: int = 1  # each fetches its share of the files, at the same time unless `one_by_one`
    one_by_one: bool = False
    proxy: tuple = ()
    host: str = "127.0.0.1"
    retry: bool = False
    chacha20: bool = False
    key_update: bool = False
    migrate: bool = False  # the client goes on from another port
    preferred: bool = False  # the server wants to be talked to at another port
    watch: bool = False  # and what passes there is looked at, too
    other_version: bool = False
    change_version: bool = False  # from the first to the second without a round trip
    idle_timeout: int = 0  # seconds; 0: what the stacks think best
    patience: int = 30  # seconds until a client is stopped
    must_fail: bool = False  # the download is meant to break off
    again: bool = False  # one connection after the other, each with the session of the one before
    early_data: bool = False  # and requests as early data where there is a session
    alpn: str = "hq-interop"  # of a peer; "h3" where HTTP/3 is what is tried
    chain: int = 2  # certificates of the server

    @property
    def long_chain(self):
        return self.chain > 2

    def shares(self, connections):
        """Which connection fetches which files. One that only gets a session for the next ones fetches little."""
        names = [name for name, _ in self.files]
        if self.again:
            return [names[:1], names[1:]][:connections] if connections > 1 else [names]
        return [names[number::connections] for number in range(connections)]


def one_plain_handshake(run, seen):
    demand(seen.handshakes() == run.case.connections,
           f"{seen.handshakes()} handshakes instead of {run.case.connections}")
    demand(seen.server_versions() == {1}, f"the server's versions were {seen.server_versions()}")


def prove_handshake(run, seen):
    one_plain_handshake(run, seen)
    demand(not seen.of("retry", TO_CLIENT), "there was a Retry that nobody asked for")
    demand(not seen.of("version_negotiation", TO_CLIENT), "there was a Version Negotiation without a cause")


def prove_retry(run, seen):
    one_plain_handshake(run, seen)
    retries = seen.of("retry", TO_CLIENT)
    demand(retries and retries[0].token, "the server sent no Retry with a token")
    retry = retries[0]
    before = [p for p in seen.of("initial", TO_SERVER) if not p.token]
    after = [p for p in seen.of("initial", TO_SERVER) if p.token]
    demand(after and all(p.token == retry.token for p in after), "the client did not return the token")
    demand(all(p.destination == retry.source for p in after if p.datagram.time < first_answer(seen)),
           "the client did not take the Retry's connection ID")
    last = max(number_of(p, before[0].destination) for p in before)
    first = number_of(after[0], retry.source)
    demand(first > last, f"packet number {first} after the Retry, {last} before it: they began anew")


def number_of(initial, original_destination):
    """The packet number of a client's Initial packet whose keys come from that connection ID (RFC 9001 5.2)."""
    found = initial_opener(original_destination, TO_SERVER).open(initial)
    demand(found, "an Initial packet of the client is not authentic")
    return found.number


def first_answer(seen):
    return min(p.datagram.time for p in seen.of("initial", TO_CLIENT))


def prove_version_negotiation(run, seen):
    answers = seen.of("version_negotiation", TO_CLIENT)
    demand(answers, "no Version Negotiation packet came")
    answer, asked = answers[0], seen.of("initial", TO_SERVER)[0]
    demand(asked.version == RESERVED_VERSION, "the client did not begin with the other version")
    demand((answer.destination, answer.source) == (asked.source, asked.destination),
           "the answer's connection IDs are not those of the question, exchanged")
    listed = answer.data[7 + len(answer.destination) + len(answer.source) :]
    versions = {int.from_bytes(listed[i : i + 4], "big") for i in range(0, len(listed), 4)}
    demand(1 in versions and RESERVED_VERSION not in versions, f"it lists {versions}")
    if run.client.name == "ngtcp2":  # told of versions, it gives up: that it understood is all there is to see
        demand("ERR_RECV_VERSION_NEGOTIATION" in run.client_log(), "the client did not understand the answer")
    else:
        demand(seen.server_versions() == {1}, "no handshake with version 1 followed")


def one_rtt_opener(run, seen, direction):
    """For the only connection of a run."""
    side = "CLIENT" if direction == TO_SERVER else "SERVER"
    secrets = read_key_log(run.key_log).get(f"{side}_TRAFFIC_SECRET_0", [])
    demand(len(secrets) == 1, f"the key log has {len(secrets)} secrets of the {side.lower()}'s 1-RTT packets")
    packets = seen.one_rtt(direction)
    opener = opener_that_fits(packets, secrets[0], seen.negotiated_version())
    demand(opener, f"the key log's secret opens none of the {side.lower()}'s {len(packets)} 1-RTT packets")
    return opener


SIDES = ((TO_SERVER, "client"), (TO_CLIENT, "server"))


def prove_chacha20(run, seen):
    one_plain_handshake(run, seen)
    for direction, side in SIDES:
        suite = one_rtt_opener(run, seen, direction).suite
        demand(suite == "chacha20", f"the {side} used {suite}")


def prove_key_update(run, seen):
    one_plain_handshake(run, seen)
    for direction, side in SIDES:
        keys_used = generations(seen.one_rtt(direction), one_rtt_opener(run, seen, direction))
        demand(keys_used[0] == 0, f"the {side}'s first packet was not sealed with the handshake's keys")
        demand(max(keys_used) >= 1, f"the {side} never updated its keys")


def one_rtt_frames(run, seen, direction, wanted=lambda packet: True):
    """(packet, frames) of the authentic packets that are `wanted`; of a run with one connection."""
    for packet, found in opened(seen.one_rtt(direction), one_rtt_opener(run, seen, direction)):
        if wanted(packet):
            yield packet, list(frames(found.plain()))


def generations(packets, opener):
    """How many key updates came before each packet, as far as they are authentic."""
    return [found.generation for _, found in opened(packets, opener)]


def prove_ipv6(run, seen):
    one_plain_handshake(run, seen)
    demand(":" in run.host, "it was not IPv6")


def prove_reset(run, seen):
    # Longer than the server's patience there was silence; what came next from it can only be stateless.
    late = [d for d in seen.datagrams if d.direction == TO_CLIENT and d.time > run.quiet_after(seen)]
    demand(late, "the server that had forgotten the connection said nothing")
    demand(all(d.data[0] & 0xC0 == 0x40 and 21 <= len(d.data) <= 100 for d in late),
           "what the server said does not look like a stateless reset")
    demand(len({d.data[-16:] for d in late}) == 1, "the tokens differ")
    if run.client.name == "aioquic":  # it does not act on resets, but logs the token that it was given
        demand(late[0].data[-16:].hex() in run.client_qlog(), "not the token of the transport parameters")
        return
    demand(run.client.saw_reset(run.client_log()), "the client did not recognise the reset")


def prove_resumption(run, seen):
    one_plain_handshake(run, seen)
    # A certificate less may be padding more, so that the wire does not tell: one of ours knows.
    if run.client.name == "quoin":
        demand('"resumed": true' in run.clients[-1].text(), "the second connection resumed nothing")
    else:
        demand("resumed" in (run.folder / "server.log").read_text(), "the second connection resumed nothing")
    demand(not seen.of("zero_rtt", TO_SERVER), "there was early data that nobody asked for")


def prove_early_data(run, seen):
    one_plain_handshake(run, seen)
    early = seen.of("zero_rtt", TO_SERVER)
    demand(early, "the client sent no 0-RTT packet")
    answer = [p for p in seen.of("initial", TO_CLIENT)][-1]
    demand(early[0].datagram.time <= answer.datagram.time, "the client waited for the server before it sent early data")
    if run.client.name == "quoin":
        demand('"early_data": "accepted"' in run.clients[-1].text(), "the server did not accept the early data")


def prove_loss(run, seen):
    one_plain_handshake(run, seen)
    demand(seen.count(DROPPED) > 0, "nothing was lost")


def prove_corruption(run, seen):
    one_plain_handshake(run, seen)
    demand(seen.count(CORRUPTED) > 0, "nothing was corrupted")


def prove_reordering(run, seen):
    one_plain_handshake(run, seen)
    overtaken = run.proxy_said("overtaken")
    demand(overtaken > 20, f"only {overtaken} datagrams were overtaken")


def prove_rebinding(run, seen):
    one_plain_handshake(run, seen)
    paths = seen.paths()
    demand(len(paths) >= 3, f"the server saw {len(paths)} paths only")
    firsts = {path: seen.first_on(path, TO_CLIENT) for path in paths[1:-1]}
    demand(all(firsts.values()), "the server did not follow to a new path")
    challenges = {}
    for packet, all_frames in one_rtt_frames(run, seen, TO_CLIENT, lambda p: p in firsts.values()):
        data = [values["data"] for kind, values in all_frames if kind == PATH_CHALLENGE]
        # It may be small: a path that has sent little is told little (RFC 9000 8.2.1).
        demand(data, "the server's first packet on a new path carries no PATH_CHALLENGE")
        challenges.update(dict.fromkeys(data, packet.datagram.path))
    answers = {}
    for packet, all_frames in one_rtt_frames(run, seen, TO_SERVER):
        for kind, values in all_frames:
            if kind == PATH_RESPONSE:
                answers[values["data"]] = packet.datagram
    for data, path in challenges.items():
        demand(data in answers, f"a PATH_CHALLENGE on path {path} was not answered")
        demand(len(answers[data].data) >= 1200 or run.client.name != "quoin",
               "a PATH_RESPONSE was not in a datagram of full size (RFC 9000 8.2.2)")


def prove_migration(run, seen):
    one_plain_handshake(run, seen)
    paths = seen.paths()
    demand(len(paths) >= 2, "the client never used another port")
    old, new = seen.first_on(paths[0], TO_SERVER), seen.first_on(paths[1], TO_SERVER)
    size = len(seen.of("initial", TO_CLIENT)[0].source)
    demand(old.data[1 : 1 + size] != new.data[1 : 1 + size], "the client showed the same connection ID on both paths")
    demand(seen.first_on(paths[1], TO_CLIENT), "the server did not follow")
    late = [p for p in seen.one_rtt(TO_CLIENT) if p.datagram.path == paths[1]]
    demand(sum(len(p.data) for p in late) > MB, "the file did not come on the new path")


def prove_preferred(run, seen):
    one_plain_handshake(run, seen)
    # The preferred address is not behind the proxy: what does not come past here has come from there.
    passed = sum(len(d.data) for d in seen.datagrams if d.direction == TO_CLIENT)
    demand(passed < run.case.files[0][1] // 2, f"{passed} bytes still came from the first address")


def small(count, size=KB, prefix="small"):
    return [(f"{prefix}{i}", size) for i in range(count)]


TRANSFER = [("two", 2 * MB), ("three", 3 * MB), ("five", 5 * MB)]

CASES = [
    Case("handshake", small(1), prove_handshake),
    Case("transfer", TRANSFER, one_plain_handshake),
    Case("multiplexing", small(1999, 32, "tiny"), one_plain_handshake),
    Case("retry", small(1), prove_retry, retry=True),
    Case("version-negotiation", small(1), prove_version_negotiation, other_version=True),
    Case("chacha20", [TRANSFER[1]], prove_chacha20, chacha20=True),
    Case("key-update", [TRANSFER[1]], prove_key_update, key_update=True, proxy=("--delay-ms=5",)),
    Case("ipv6", [TRANSFER[0]], prove_ipv6, host="::1"),
    Case("resumption", small(2), prove_resumption, connections=2, again=True),
    Case("early-data", small(2), prove_early_data, connections=2, again=True, early_data=True,
         proxy=("--delay-ms=5",)),
    Case("stateless-reset", [TRANSFER[2]], prove_reset, idle_timeout=2, patience=8, must_fail=True,
         proxy=("--delay-ms=5", "--hold-after=200000", "--hold-seconds=3")),
    Case("migration", [TRANSFER[2]], prove_migration, migrate=True, proxy=("--delay-ms=5",)),
    Case("preferred-address", [TRANSFER[2]], prove_preferred, preferred=True),
    Case("rebind-port", [TRANSFER[2]], prove_rebinding, patience=60,
         proxy=("--delay-ms=10", "--rebind-first=0.1", "--rebind-every=0.3", "--rate-mbps=20")),
    Case("rebind-addr", [TRANSFER[2]], prove_rebinding, patience=60,
         proxy=("--delay-ms=10", "--rebind-first=0.1", "--rebind-every=0.3", "--rebind-address", "--rate-mbps=20")),
    Case("handshake-loss", small(10), prove_loss, connections=10, patience=60,
         proxy=("--delay-ms=5", "--loss=0.3")),
    Case("transfer-loss", [TRANSFER[0]], prove_loss, patience=60, proxy=("--delay-ms=5", "--loss=0.02")),
    Case("handshake-corruption", small(10), prove_corruption, connections=10, patience=60,
         proxy=("--delay-ms=5", "--corrupt=0.3", "--corrupt-within=50")),
    Case("transfer-corruption", [TRANSFER[0]], prove_corruption, patience=60,
         proxy=("--delay-ms=5", "--corrupt=0.02")),
    Case("reordering", [TRANSFER[0]], prove_reordering, patience=60,
         proxy=("--delay-ms=5", "--reorder=0.1", "--reorder-ms=10")),
]
