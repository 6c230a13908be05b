# SPDX-License-Identifier: BSL-1.0
"""The ciphers of QUIC's packets, written down from their standards: slow, and of nobody's library.

Whether a tag is right is found out without decrypting, which is the cheaper part here: keystreams are made only of what
somebody wants to read.
"""

import functools
import struct

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


def double(x):
    return (x << 1) ^ (0x11B if x & 0x80 else 0)


def turned_right(word, bits):
    return word >> bits | (word << (32 - bits)) & 0xFFFFFFFF


# What a byte of each row becomes by SubBytes and MixColumns: a whole column.
COLUMNS = [[turned_right(double(s) << 24 | s << 16 | s << 8 | double(s) ^ s, 8 * row) for s in SBOX] for row in range(4)]


def substituted(a, b, c, d):
    """A column whose rows come from four columns, as ShiftRows takes them."""
    return SBOX[a >> 24] << 24 | SBOX[b >> 16 & 255] << 16 | SBOX[c >> 8 & 255] << 8 | SBOX[d & 255]


def aes_round_keys(key):
    words, count = list(struct.unpack(f">{len(key) // 4}I", key)), len(key) // 4
    constant = 1
    for i in range(count, 4 * (count + 7)):
        word = words[-1]
        if i % count == 0:
            word = turned_right(word, 24)
        if i % count == 0 or (count > 6 and i % count == 4):
            word = substituted(word, word, word, word)
        if i % count == 0:
            word ^= constant << 24
            constant = double(constant)
        words.append(words[i - count] ^ word)
    return [words[i : i + 4] for i in range(0, len(words), 4)]


def aes_block(round_keys, block):
    a, b, c, d = (word ^ key for word, key in zip(struct.unpack(">4I", block), round_keys[0]))
    t0, t1, t2, t3 = COLUMNS
    for k0, k1, k2, k3 in round_keys[1:-1]:
        a, b, c, d = (t0[a >> 24] ^ t1[b >> 16 & 255] ^ t2[c >> 8 & 255] ^ t3[d & 255] ^ k0,
                      t0[b >> 24] ^ t1[c >> 16 & 255] ^ t2[d >> 8 & 255] ^ t3[a & 255] ^ k1,
                      t0[c >> 24] ^ t1[d >> 16 & 255] ^ t2[a >> 8 & 255] ^ t3[b & 255] ^ k2,
                      t0[d >> 24] ^ t1[a >> 16 & 255] ^ t2[b >> 8 & 255] ^ t3[c & 255] ^ k3)
    last = (substituted(a, b, c, d), substituted(b, c, d, a), substituted(c, d, a, b), substituted(d, a, b, c))
    return struct.pack(">4I", *(word ^ key for word, key in zip(last, round_keys[-1])))


# ---- GHASH (NIST SP 800-38D 6.4): a field whose bits are counted from the left


def product_tables(subkey):
    """For each place of a byte in a block, what each of its values gives times the subkey."""
    power, tables = int.from_bytes(subkey, "big"), []
    for _ in range(16):
        table = [0] * 256
        for bit in (128, 64, 32, 16, 8, 4, 2, 1):
            table[bit] = power
            power = power >> 1 ^ (0xE1 << 120 if power & 1 else 0)
        for value in range(1, 256):
            low = value & -value
            table[value] = table[low] ^ table[value ^ low]
        tables.append(table)
    return tables


def ghash(tables, data):
    state = 0
    for at in range(0, len(data), 16):
        state ^= int.from_bytes(data[at : at + 16], "big")
        state = functools.reduce(int.__xor__, (table[b] for table, b in zip(tables, state.to_bytes(16, "big"))))
    return state.to_bytes(16, "big")


# ---- ChaCha20, one block, and Poly1305 (RFC 8439 2.3 and 2.5)


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


def poly1305(key, data):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    state, prime = 0, (1 << 130) - 5
    for at in range(0, len(data), 16):
        state = (state + int.from_bytes(data[at : at + 16] + b"\1", "little")) * r % prime
    return ((state + int.from_bytes(key[16:32], "little")) & ((1 << 128) - 1)).to_bytes(16, "little")


# ---- the two AEADs


def padded(data):
    return data + bytes(-len(data) % 16)


def sizes(order, *parts, unit=1):
    return b"".join((len(part) * unit).to_bytes(8, order) for part in parts)


class AesGcm:
    """NIST SP 800-38D with nonces of 96 bits."""

    def __init__(self, key):
        self.round_keys = aes_round_keys(key)
        self.tables = product_tables(aes_block(self.round_keys, bytes(16)))

    def tag(self, nonce, header, sealed):
        hashed = ghash(self.tables, padded(header) + padded(sealed) + sizes("big", header, sealed, unit=8))
        return bytes(a ^ b for a, b in zip(hashed, self.block(nonce, 1)))

    def block(self, nonce, counter):
        return aes_block(self.round_keys, nonce + counter.to_bytes(4, "big"))

    first_block = 2


class ChaCha20Poly1305:
    """RFC 8439 2.8."""

    def __init__(self, key):
        self.key = key

    def tag(self, nonce, header, sealed):
        data = padded(header) + padded(sealed) + sizes("little", header, sealed)
        return poly1305(self.block(nonce, 0), data)

    def block(self, nonce, counter):
        return chacha20_block(self.key, counter.to_bytes(4, "little") + nonce)

    first_block = 1


def decrypted(aead, nonce, sealed):
    plain, counter = bytearray(), aead.first_block
    while len(plain) < len(sealed):
        block = aead.block(nonce, counter)
        plain += bytes(a ^ b for a, b in zip(sealed[len(plain) : len(plain) + len(block)], block))
        counter += 1
    return bytes(plain)


# ---- masks of header protection (RFC 9001 5.4.3 and 5.4.4)


def aes_mask(key):
    round_keys = aes_round_keys(key)
    return lambda sample: aes_block(round_keys, sample)


def chacha20_mask(key):
    return lambda sample: chacha20_block(key, sample)


def self_test():
    """Vectors of FIPS 197 C, of GCM's specification (B, case 4) and of RFC 8439: what errs must not judge."""
    plain = bytes.fromhex("00112233445566778899aabbccddeeff")
    key = bytes(range(32))
    assert aes_block(aes_round_keys(key[:16]), plain).hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"
    assert aes_block(aes_round_keys(key), plain).hex() == "8ea2b7ca516745bfeafc49904b496089"
    block = chacha20_block(key, bytes.fromhex("01000000000000090000004a00000000"))
    assert block[:16].hex() == "10f1e7e4d13b5915500fdd1fa32071c4"

    gcm, nonce = AesGcm(bytes.fromhex("feffe9928665731c6d6a8f9467308308")), bytes.fromhex("cafebabefacedbaddecaf888")
    sealed = bytes.fromhex("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                           "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091")
    assert decrypted(gcm, nonce, sealed).hex().startswith("d9313225f88406e5a55909c5aff5269a")
    header = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    assert gcm.tag(nonce, header, sealed).hex() == "5bc94fbc3221a5db94fae95ae7121a47"

    once = bytes.fromhex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b")
    assert poly1305(once, b"Cryptographic Forum Research Group").hex() == "a8061dc1305136c6c22b8baf0c0127a9"
