# SPDX-License-Identifier: BSL-1.0
"""What the proxy saw, read without any QUIC implementation: headers, and header protection where a key log is at hand.

Nothing here shares code with the endpoints under test, so that what it finds is evidence about them.
"""

import hmac
import struct

RECORD = struct.Struct("<dBBBBI")  # seconds, direction, fate, ECN mark, path, size; the datagram as received follows
TO_SERVER, TO_CLIENT = 0, 1
PASSED, DROPPED, CORRUPTED = 0, 1, 2

INITIAL_SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")


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
V2 = 0x6B3343CF


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
            if rest and rest[0] & 0xC0 == 0x40 and datagram.direction in id_sizes:
                self.short.append(Packet(datagram, "one_rtt", rest, number_offset=1 + id_sizes[datagram.direction]))

    def of(self, kind, direction):
        return [p for p in self.long if p.kind == kind and p.datagram.direction == direction]

    def handshakes(self):
        """Distinct connection IDs that servers chose in their Initial packets."""
        return len({p.source for p in self.of("initial", TO_CLIENT)})

    def server_versions(self):
        return {p.version for p in self.of("initial", TO_CLIENT)}

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

    def packet_number(self, packet, original_destination):
        """Of a client's Initial packet of version 1 whose keys come from that connection ID (RFC 9001 5.2)."""
        secret = hmac.digest(INITIAL_SALT, original_destination, "sha256")
        first, number = unprotected(packet, aes_mask(expand_label(expand_label(secret, "client in", 32), "quic hp", 16)))
        size = (first & 3) + 1
        return int.from_bytes(number[:size], "big")


def expand_label(secret, label, size):
    name = b"tls13 " + label.encode()
    info = size.to_bytes(2, "big") + bytes([len(name)]) + name + b"\0"
    digest = "sha256" if len(secret) == 32 else "sha384"
    return hmac.digest(secret, info + b"\1", digest)[:size]


def read_key_log(path):
    """label -> secrets in the order of the log"""
    secrets = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            words = line.split()
            if len(words) == 3:
                secrets.setdefault(words[0], []).append(bytes.fromhex(words[2]))
    return secrets


def unprotected(packet, mask_of):
    """The first byte and the four bytes that hold the packet number (RFC 9001 5.4)."""
    at = packet.number_offset
    mask = mask_of(packet.data[at + 4 : at + 20])
    first = packet.data[0] ^ (mask[0] & (0x0F if packet.data[0] & 0x80 else 0x1F))
    return first, bytes(a ^ b for a, b in zip(packet.data[at : at + 4], mask[1:5]))


def stream_of(suite, key, nonce):
    """Blocks of keystream for a packet's payload; the tag is not looked at: who wrote the log is believed."""
    if suite == "chacha20":
        counter = 1
        while True:
            yield chacha20_block(key, counter.to_bytes(4, "little") + nonce)
            counter += 1
    round_keys, counter = aes_round_keys(key), 2
    while True:
        yield aes_block(round_keys, nonce + counter.to_bytes(4, "big"))
        counter += 1


class Opener:
    """Removes the protection of one direction's packets at one level (RFC 9001 5)."""

    def __init__(self, suite, secret, version=1):
        size = 16 if suite == "aes128" else 32
        prefix = "quicv2 " if version == V2 else "quic "
        self.suite, self.largest = suite, -1
        self.key = expand_label(secret, prefix + "key", size)
        self.iv = int.from_bytes(expand_label(secret, prefix + "iv", 12), "big")
        mask = chacha20_mask if suite == "chacha20" else aes_mask
        self.mask_of = mask(expand_label(secret, prefix + "hp", size))

    def open(self, packet):
        """The packet's frames. Key updates are not followed."""
        first, number_bytes = unprotected(packet, self.mask_of)
        size = (first & 3) + 1
        number = self.full_number(int.from_bytes(number_bytes[:size], "big"), 8 * size)
        self.largest = max(self.largest, number)
        sealed = packet.data[packet.number_offset + size : -16]
        nonce = (self.iv ^ number).to_bytes(12, "big")
        plain = bytearray()
        for block in stream_of(self.suite, self.key, nonce):
            if len(plain) >= len(sealed):
                break
            part = sealed[len(plain) : len(plain) + len(block)]
            plain += bytes(a ^ b for a, b in zip(part, block))
        return bytes(plain)

    def full_number(self, low, bits):
        expected, window = self.largest + 1, 1 << bits
        number = (expected & ~(window - 1)) | low
        if number + window // 2 <= expected:
            return number + window
        return number - window if number > expected + window // 2 and number >= window else number


SUITES = {0x1301: "aes128", 0x1302: "aes256", 0x1303: "chacha20"}
INITIAL_SALT_V2 = bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9")


def initial_opener(original_destination, direction, version=1):
    salt = INITIAL_SALT_V2 if version == V2 else INITIAL_SALT
    secret = hmac.digest(salt, original_destination, "sha256")
    side = "client in" if direction == TO_SERVER else "server in"
    return Opener("aes128", expand_label(secret, side, 32), version)


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


def crypto_bytes(packets, opener):
    """The CRYPTO stream of packets of one level and direction, from its start to the first gap."""
    parts = {}
    for packet in packets:
        for kind, values in frames(opener.open(packet)):
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


def first_bytes(packets, mask_of):
    return [unprotected(p, mask_of)[0] for p in packets if len(p.data) >= p.number_offset + 20]


def suite_and_first_bytes(packets, secret):
    """The cipher suite under whose header protection the reserved bits of every packet are zero (RFC 9000 17.3.1)."""
    suites = {32: (("aes128", 16, aes_mask), ("chacha20", 32, chacha20_mask)), 48: (("aes256", 32, aes_mask),)}
    for name, size, mask in suites[len(secret)]:
        found = first_bytes(packets, mask(expand_label(secret, "quic hp", size)))
        if len(found) >= 8 and not any(first & 0x18 for first in found):
            return name, found
    return None, []


# ---- AES, encryption of single blocks only (FIPS 197)


def make_sbox():
    box, p, q = [0] * 256, 1, 1
    while True:
        p ^= (p << 1) ^ (0x11B if p & 0x80 else 0)
        p &= 0xFF
        for shift in (1, 2, 4):
            q ^= q << shift
        q &= 0xFF
        if q & 0x80:
            q ^= 0x09
        turned = q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^ (q << 3 | q >> 5) ^ (q << 4 | q >> 4)
        box[p] = (turned ^ 0x63) & 0xFF
        if p == 1:
            break
    box[0] = 0x63
    return box


SBOX = make_sbox()
DOUBLE = [(x << 1) ^ (0x11B if x & 0x80 else 0) for x in range(256)]
SHIFTED_ROWS = (0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11)


def aes_round_keys(key):
    words, count = [list(key[i : i + 4]) for i in range(0, len(key), 4)], len(key) // 4
    constant = 1
    for i in range(count, 4 * (count + 7)):
        word = list(words[-1])
        if i % count == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= constant
            constant = DOUBLE[constant]
        elif count > 6 and i % count == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[i - count], word)])
    return [sum(words[i : i + 4], []) for i in range(0, len(words), 4)]


def aes_block(round_keys, block):
    state = [a ^ b for a, b in zip(block, round_keys[0])]
    for number, key in enumerate(round_keys[1:], 1):
        state = [SBOX[state[i]] for i in SHIFTED_ROWS]
        if number < len(round_keys) - 1:
            mixed = []
            for i in range(0, 16, 4):
                a, b, c, d = state[i : i + 4]
                every = a ^ b ^ c ^ d
                mixed += (a ^ every ^ DOUBLE[a ^ b], b ^ every ^ DOUBLE[b ^ c])
                mixed += (c ^ every ^ DOUBLE[c ^ d], d ^ every ^ DOUBLE[d ^ a])
            state = mixed
        state = [a ^ b for a, b in zip(state, key)]
    return bytes(state)


def aes_mask(key):
    round_keys = aes_round_keys(key)
    return lambda sample: aes_block(round_keys, sample)


# ---- ChaCha20, one block (RFC 8439 2.3)


def quarter_round(s, a, b, c, d):
    for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & 0xFFFFFFFF
        mixed = s[z] ^ s[x]
        s[z] = (mixed << turn | mixed >> (32 - turn)) & 0xFFFFFFFF


def chacha20_block(key, counter_and_nonce):
    start = list(struct.unpack("<16I", b"expand 32-byte k" + key + counter_and_nonce))
    state = list(start)
    for _ in range(10):
        for i in range(4):
            quarter_round(state, i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter_round(state, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(state, start)))


def chacha20_mask(key):
    return lambda sample: chacha20_block(key, sample)


def self_test():
    """Vectors of FIPS 197 C, RFC 8439 2.3.2 and RFC 9001 A: a dissector that errs must not judge."""
    plain = bytes.fromhex("00112233445566778899aabbccddeeff")
    key = bytes(range(32))
    assert aes_block(aes_round_keys(key[:16]), plain).hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"
    assert aes_block(aes_round_keys(key), plain).hex() == "8ea2b7ca516745bfeafc49904b496089"
    block = chacha20_block(key, bytes.fromhex("01000000000000090000004a00000000"))
    assert block[:16].hex() == "10f1e7e4d13b5915500fdd1fa32071c4"
    client = bytes.fromhex("8394c8f03e515708")
    initial = hmac.digest(INITIAL_SALT, client, "sha256")
    hp = expand_label(expand_label(initial, "client in", 32), "quic hp", 16)
    assert hp.hex() == "9f50449e04a0e810283a1e9933adedd2"
    mask = aes_mask(hp)(bytes.fromhex("d1b1c98dd7689fb8ec11d242b123dc9b"))
    assert mask[:5].hex() == "437b9aec36"
