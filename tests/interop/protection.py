# SPDX-License-Identifier: BSL-1.0
"""Packet protection removed with the secrets of a key log (RFC 9001 5 and 6, RFC 9369 3.3).

A packet is only believed to be what its tag says it is; so nothing here guesses.
"""

import dataclasses
import hmac

import ciphers

V2 = 0x6B3343CF
INITIAL_SALTS = {False: bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"),
                 True: bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9")}
SUITES = {0x1301: "aes128", 0x1302: "aes256", 0x1303: "chacha20"}
KEY_PHASE, TAG = 0x04, 16


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


@dataclasses.dataclass
class Opened:
    """A packet that is authentic."""

    number: int
    generation: int  # how many key updates came before it
    keys: object
    nonce: bytes
    sealed: bytes

    def plain(self):
        return ciphers.decrypted(self.keys.aead, self.nonce, self.sealed)


class Keys:
    """What one secret protects packets with."""

    def __init__(self, suite, secret, prefix):
        self.suite, self.secret, self.prefix = suite, secret, prefix
        key = expand_label(secret, prefix + "key", 16 if suite == "aes128" else 32)
        self.aead = (ciphers.ChaCha20Poly1305 if suite == "chacha20" else ciphers.AesGcm)(key)
        self.iv = int.from_bytes(expand_label(secret, prefix + "iv", 12), "big")

    def updated(self):
        return Keys(self.suite, expand_label(self.secret, self.prefix + "ku", len(self.secret)), self.prefix)

    def open(self, number, header, body, generation):
        nonce, sealed = (self.iv ^ number).to_bytes(12, "big"), body[:-TAG]
        if self.aead.tag(nonce, header, sealed) != body[-TAG:]:
            return None
        return Opened(number, generation, self, nonce, sealed)


class Opener:
    """Opens one direction's packets of one level, in the order in which they were sent, and follows key updates."""

    def __init__(self, suite, secret, version=1):
        prefix = "quicv2 " if version == V2 else "quic "
        self.suite, self.largest, self.generation = suite, -1, 0
        self.keys = [Keys(suite, secret, prefix)]
        mask = ciphers.chacha20_mask if suite == "chacha20" else ciphers.aes_mask
        self.mask_of = mask(expand_label(secret, prefix + "hp", 16 if suite == "aes128" else 32))

    def open(self, packet):
        """What is in the packet, or None when it is not authentic."""
        first, number_bytes = self.unprotected(packet)
        size = (first & 3) + 1
        start = packet.number_offset + size
        number = self.full_number(int.from_bytes(number_bytes[:size], "big"), 8 * size)
        header = bytes([first]) + packet.data[1 : packet.number_offset] + number_bytes[:size]
        for generation in self.possible_generations(first):
            if opened := self.keys_of(generation).open(number, header, packet.data[start:], generation):
                self.largest, self.generation = max(self.largest, number), max(self.generation, generation)
                return opened
        return None

    def unprotected(self, packet):
        """The first byte and the four bytes that begin with the packet number (RFC 9001 5.4.1)."""
        at = packet.number_offset
        mask = self.mask_of(packet.data[at + 4 : at + 20])
        first = packet.data[0] ^ (mask[0] & (0x0F if packet.data[0] & 0x80 else 0x1F))
        return first, bytes(a ^ b for a, b in zip(packet.data[at : at + 4], mask[1:5]))

    def possible_generations(self, first):
        if first & 0x80:
            return (0,)
        now, phase = self.generation, 1 if first & KEY_PHASE else 0
        return (now,) if now % 2 == phase else (now + 1, now - 1) if now else (now + 1,)

    def keys_of(self, generation):
        while len(self.keys) <= generation:
            self.keys.append(self.keys[-1].updated())
        return self.keys[generation]

    def full_number(self, low, bits):
        """RFC 9000 A.3"""
        expected, window = self.largest + 1, 1 << bits
        number = (expected & ~(window - 1)) | low
        if number + window // 2 <= expected:
            return number + window
        return number - window if number > expected + window // 2 and number >= window else number


def initial_opener(original_destination, from_client, version=1):
    secret = hmac.digest(INITIAL_SALTS[version == V2], original_destination, "sha256")
    return Opener("aes128", expand_label(secret, "client in" if from_client else "server in", 32), version)


def opener_that_fits(packets, secret, version=1):
    """An opener of the cipher suite that the packets were sealed with, or None: a secret tells its digest only."""
    for packet in packets:
        for suite in ("aes128", "chacha20") if len(secret) == 32 else ("aes256",):
            if Opener(suite, secret, version).open(packet):
                return Opener(suite, secret, version)
    return None


def self_test():
    """RFC 9001 A.1 and A.2."""
    opener = initial_opener(bytes.fromhex("8394c8f03e515708"), True)
    assert opener.keys[0].secret.hex() == "c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea"
    assert opener.mask_of(bytes.fromhex("d1b1c98dd7689fb8ec11d242b123dc9b"))[:5].hex() == "437b9aec36"
