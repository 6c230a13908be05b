# SPDX-License-Identifier: BSL-1.0
"""What the proxy saw, read without any QUIC implementation: headers, and with a key log what is in the packets.

Nothing here shares code with the endpoints under test, so that what it finds is evidence about them.
"""

import struct

import ciphers
import protection
from protection import V2

RECORD = struct.Struct("<dBBBBI")  # seconds, direction, fate, ECN mark, path, size; the datagram as received follows
TO_SERVER, TO_CLIENT = 0, 1
PASSED, DROPPED, CORRUPTED = 0, 1, 2
BESIDE = 255  # the path of what did not come past the proxy, but was watched


class Datagram:
    def __init__(self, time, direction, fate, mark, path, data):
        self.time, self.direction, self.fate, self.mark, self.path = time, direction, fate, mark, path
        self.data = data


class Packet:
    """One QUIC packet; `kind` is initial, zero_rtt, handshake, retry, version_negotiation or one_rtt."""

    def __init__(self, datagram, kind, data, version=1, destination=b"", source=b"", token=b"", number_offset=0):
        self.datagram, self.kind, self.data, self.version = datagram, kind, data, version
        self.destination, self.source, self.token, self.number_offset = destination, source, token, number_offset


def read(path):
    datagrams = []
    with open(path, "rb") as file:
        while len(head := file.read(RECORD.size)) == RECORD.size:
            *facts, size = RECORD.unpack(head)
            datagrams.append(Datagram(*facts, file.read(size)))
    return datagrams


def varint(data, at):
    size = 1 << (data[at] >> 6)
    value = int.from_bytes(data[at : at + size], "big") & ((1 << (8 * size - 2)) - 1)
    return value, at + size


LONG_KINDS = ("initial", "zero_rtt", "handshake", "retry")


def split(datagram):
    """The long-header packets of a datagram, and the rest: a short-header packet, padding, or nothing."""
    data, packets = datagram.data, []
    while len(data) > 6 and data[0] & 0x80:
        version = int.from_bytes(data[1:5], "big")
        at = 6 + data[5]
        destination = data[6:at]
        source = data[at + 1 : at + 1 + data[at]] if at < len(data) else b""
        at += 1 + len(source)
        if version == 0:
            packets.append(Packet(datagram, "version_negotiation", data, 0, destination, source))
            return packets, b""
        kind = LONG_KINDS[(data[0] >> 4) - (version == V2) & 3]  # RFC 9369 3.2
        if kind == "retry":
            packets.append(Packet(datagram, kind, data, version, destination, source, data[at:-16]))
            return packets, b""
        try:
            token = b""
            if kind == "initial":
                size, at = varint(data, at)
                token, at = data[at : at + size], at + size
            size, at = varint(data, at)
        except IndexError:
            break
        packets.append(Packet(datagram, kind, data[: at + size], version, destination, source, token, at))
        data = data[at + size :]
    return packets, data


class Capture:
    def __init__(self, path):
        self.datagrams = read(path)
        self.long, self.short = [], []
        id_sizes = {}
        for datagram in self.datagrams:
            packets, rest = split(datagram)
            for packet in packets:
                if packet.kind != "version_negotiation":
                    id_sizes[1 - datagram.direction] = len(packet.source)
            self.long += packets
            if (size := id_sizes.get(datagram.direction)) is not None and may_be_short(packets, rest, size):
                self.short.append(Packet(datagram, "one_rtt", rest, number_offset=1 + size))

    def of(self, kind, direction):
        return [p for p in self.long if p.kind == kind and p.datagram.direction == direction]

    def handshakes(self):
        """Distinct connection IDs that servers chose in their Initial packets."""
        return len({p.source for p in self.of("initial", TO_CLIENT)})

    def server_versions(self):
        return {p.version for p in self.of("initial", TO_CLIENT)}

    def negotiated_version(self):
        """Handshake packets have it; 1-RTT packets do not say."""
        return next((p.version for p in self.long if p.kind == "handshake"), 1)

    def count(self, fate):
        return sum(d.fate == fate for d in self.datagrams)

    def paths(self):
        """The client's addresses as the server saw them, numbered in order."""
        return list(dict.fromkeys(d.path for d in self.datagrams if d.direction == TO_SERVER and d.fate == PASSED))

    def first_on(self, path, direction):
        """The first 1-RTT packet of a direction on a path."""
        return next((p for p in self.one_rtt(direction) if p.datagram.path == path), None)

    def one_rtt(self, direction):
        return [p for p in self.short if p.datagram.direction == direction]


def may_be_short(packets, rest, id_size):
    """Whether what is left of a datagram can be a 1-RTT packet. The QUIC bit tells nothing (RFC 9287)."""
    if len(rest) < 1 + id_size + 20 or rest[0] & 0x80:
        return False
    # Behind others it may be padding; and all packets of a datagram name one connection (RFC 9000 12.2).
    return not packets or (any(rest) and rest[1 : 1 + id_size] == packets[-1].destination)


def initial_opener(original_destination, direction, version=1):
    return protection.initial_opener(original_destination, direction == TO_SERVER, version)


def frames(plain):
    """(type, fields) of each frame, as far as they are understood; unknown ones end the list."""
    at = 0
    while at < len(plain):
        kind, at = varint(plain, at)
        values = {}
        if kind in (0x00, 0x01, 0x1E):
            pass
        elif kind in (0x02, 0x03):
            for name in ("largest", "delay", "ranges", "first"):
                values[name], at = varint(plain, at)
            for _ in range(2 * values["ranges"] + (3 if kind == 3 else 0)):
                _, at = varint(plain, at)
        elif kind == 0x06:
            values["offset"], at = varint(plain, at)
            size, at = varint(plain, at)
            values["data"], at = plain[at : at + size], at + size
        elif kind == 0x07:
            size, at = varint(plain, at)
            at += size
        elif 0x08 <= kind <= 0x0F:
            _, at = varint(plain, at)
            if kind & 4:
                _, at = varint(plain, at)
            size = len(plain) - at
            if kind & 2:
                size, at = varint(plain, at)
            at += size
        elif kind in (0x10, 0x12, 0x13, 0x14, 0x16, 0x17, 0x19):
            values["value"], at = varint(plain, at)
        elif kind in (0x05, 0x11, 0x15):
            for _ in range(2):
                values["value"], at = varint(plain, at)
        elif kind == 0x04:
            for _ in range(3):
                _, at = varint(plain, at)
        elif kind == 0x18:
            for _ in range(2):
                _, at = varint(plain, at)
            at += 1 + plain[at] + 16
        elif kind in (0x1A, 0x1B):
            values["data"], at = plain[at : at + 8], at + 8
        else:
            yield kind, values
            return
        yield kind, values


def opened(packets, opener):
    """(packet, what is in it) of those that are authentic."""
    for packet in packets:
        if found := opener.open(packet):
            yield packet, found


def crypto_bytes(packets, opener):
    """The CRYPTO stream of packets of one level and direction, from its start to the first gap."""
    parts = {}
    for _, found in opened(packets, opener):
        for kind, values in frames(found.plain()):
            if kind == 0x06:
                parts[values["offset"]] = max(parts.get(values["offset"], b""), values["data"], key=len)
    stream = b""
    for offset in sorted(parts):
        if offset > len(stream):
            break
        stream += parts[offset][len(stream) - offset :]
    return stream


def messages(stream):
    """(type, body) of each whole TLS message."""
    at = 0
    while at + 4 <= len(stream):
        size = int.from_bytes(stream[at + 1 : at + 4], "big")
        if at + 4 + size > len(stream):
            return
        yield stream[at], stream[at + 4 : at + 4 + size]
        at += 4 + size


def self_test():
    """A dissector that errs must not judge."""
    ciphers.self_test()
    protection.self_test()
