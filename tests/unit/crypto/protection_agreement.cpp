// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include "../../conformance/protection.hpp"
#include "backends.hpp"
#include "hex.hpp"

namespace {

using namespace quoin;
using conformance::random_bytes;

#ifdef QUOIN_HAS_LIBCRYPTO
using derivations = std::tuple<botan_kdf, libcrypto_kdf>;
#else
using derivations = std::tuple<botan_kdf>;
#endif

TEMPLATE_LIST_TEST_CASE("HKDF gives the published output", "[crypto][rfc5869]", derivations) {
  // RFC 5869 A.1
  std::vector<std::uint8_t> prk(32);
  std::vector<std::uint8_t> okm(42);
  TestType::extract(hash_algorithm::sha256, test::from_hex("000102030405060708090a0b0c"),
                    std::vector<std::uint8_t>(22, 0x0b), prk);
  TestType::expand(hash_algorithm::sha256, prk, test::from_hex("f0f1f2f3f4f5f6f7f8f9"), okm);
  CHECK(test::to_hex(prk) == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  CHECK(test::to_hex(okm) == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

/// `Kdf` and Botan's derive the same from salts and secrets of less than `longest` bytes.
template <key_derivation Kdf>
void check_derives_as_botan(std::uint64_t seed, int rounds, std::size_t longest) {
  std::mt19937_64 random(seed);
  for (auto const hash : {hash_algorithm::sha256, hash_algorithm::sha384})
    for (int round = 0; round < rounds; ++round) {
      auto const salt = random_bytes(random() % longest, random());
      auto const secret = random_bytes(random() % longest, random());
      auto const info = random_bytes(random() % 300, random());
      std::vector<std::uint8_t> left(hash_size(hash));
      auto right = left;
      botan_kdf::extract(hash, salt, secret, left);
      Kdf::extract(hash, salt, secret, right);
      REQUIRE(left == right);
      left.resize(random() % 500);
      right.resize(left.size());
      botan_kdf::expand(hash, secret, info, left);
      Kdf::expand(hash, secret, info, right);
      REQUIRE(left == right);
    }
}

#ifdef QUOIN_HAS_LIBCRYPTO
TEST_CASE("libcrypto and Botan derive the same keys, from secrets longer than a block, too", "[crypto]") {
  check_derives_as_botan<libcrypto_kdf>(44, 300, 300);
}

TEST_CASE("libcrypto's digests are the published ones", "[crypto]") {
  // FIPS 180-4's examples: "abc".
  std::vector<std::uint8_t> out(32);
  libcrypto_kdf::digest(hash_algorithm::sha256, as_bytes("abc"), out);
  CHECK(test::to_hex(out) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  out.resize(48);
  libcrypto_kdf::digest(hash_algorithm::sha384, as_bytes("abc"), out);
  CHECK(test::to_hex(out) ==
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
}
#endif

/// ChaCha20's block function, plainly (RFC 8439 2.3), to hold the masks against.
std::array<std::uint8_t, 64> chacha20_block(byte_view key, byte_view counter_and_nonce) {
  auto const word = [](byte_view from, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{from[4 * at + i]} << (8 * i);
    return value;
  };
  std::array<std::uint32_t, 16> start{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  for (std::size_t i = 0; i < 8; ++i) start[4 + i] = word(key, i);
  for (std::size_t i = 0; i < 4; ++i) start[12 + i] = word(counter_and_nonce, i);
  auto s = start;
  auto const quarter = [&s](std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
    s[a] += s[b], s[d] = std::rotl(s[d] ^ s[a], 16), s[c] += s[d], s[b] = std::rotl(s[b] ^ s[c], 12);
    s[a] += s[b], s[d] = std::rotl(s[d] ^ s[a], 8), s[c] += s[d], s[b] = std::rotl(s[b] ^ s[c], 7);
  };
  for (int i = 0; i < 10; ++i) {
    for (std::size_t c = 0; c < 4; ++c) quarter(c, c + 4, c + 8, c + 12);
    for (std::size_t c = 0; c < 4; ++c) quarter(c, 4 + (c + 1) % 4, 8 + (c + 2) % 4, 12 + (c + 3) % 4);
  }
  std::array<std::uint8_t, 64> out;
  for (std::size_t i = 0; i < 64; ++i) out[i] = static_cast<std::uint8_t>((s[i / 4] + start[i / 4]) >> (8 * (i % 4)));
  return out;
}

TEST_CASE("ChaCha20 masks are right for every block counter, the last ones too", "[crypto][rfc9001]") {
  auto const key = random_bytes(32, 1);
  botan_header_key header(cipher_suite::chacha20_poly1305_sha256, key);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    header_sample sample;
    auto const bytes = random_bytes(sample.size(), seed);
    std::copy(bytes.begin(), bytes.end(), sample.begin());
    if (seed < 20) std::fill_n(sample.begin(), 4, std::uint8_t{0xff});
    if (seed < 10) sample[0] = static_cast<std::uint8_t>(0xff - seed);
    header_mask mask;
    header.masks({&sample, 1}, {&mask, 1});
    auto const expected = chacha20_block(key, sample);
    REQUIRE(std::equal(mask.begin(), mask.end(), expected.begin()));
  }
}

#if defined(QUOIN_HAS_IPSEC_MB) && defined(__x86_64__)

TEST_CASE("libipsec-mb and Botan make the same packets", "[crypto]") {
  if (!ipsec_mb_usable()) SKIP("this processor lacks the instructions");
  std::mt19937_64 random(42);
  for (auto const suite : {cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384})
    for (int round = 0; round < 300; ++round) {
      auto const key = random_bytes(key_size(suite), random());
      auto const iv = random_bytes(aead_iv_size, random());
      botan_packet_key botan(suite, key, iv);
      ipsec_mb_packet_key fast(suite, key, iv);
      auto const header_size = 1 + random() % 60;
      auto const number = random() >> (2 + random() % 60);
      auto left = random_bytes(header_size + random() % 3000 + aead_tag_size, random());
      auto right = left;
      conformance::seal_one(botan, left, header_size, number);
      conformance::seal_one(fast, right, header_size, number);
      REQUIRE(left == right);
      REQUIRE(conformance::opens(botan, right, header_size, number));
      REQUIRE(conformance::opens(fast, left, header_size, number));
    }
}

TEST_CASE("libipsec-mb and Botan make the same header masks", "[crypto]") {
  if (!ipsec_mb_usable()) SKIP("this processor lacks the instructions");
  for (auto const suite : {cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384})
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      auto const key = random_bytes(key_size(suite), seed);
      botan_header_key botan(suite, key);
      ipsec_mb_header_key fast(suite, key);
      std::array<header_sample, 21> samples;
      for (auto& sample : samples) {
        auto const bytes = random_bytes(sample.size(), ++seed);
        std::copy(bytes.begin(), bytes.end(), sample.begin());
      }
      std::array<header_mask, 21> left;
      std::array<header_mask, 21> right;
      botan.masks(samples, left);
      fast.masks(samples, right);
      REQUIRE(left == right);
    }
}

TEST_CASE("libipsec-mb and Botan derive the same keys", "[crypto]") {
  check_derives_as_botan<ipsec_mb_kdf>(43, 200, 64);
}

TEST_CASE("The accelerated protection uses libipsec-mb for AES and Botan for ChaCha20", "[crypto]") {
  CHECK(ipsec_mb_protection::serves(cipher_suite::aes_128_gcm_sha256) == ipsec_mb_usable());
  CHECK(ipsec_mb_protection::serves(cipher_suite::aes_256_gcm_sha384) == ipsec_mb_usable());
  CHECK_FALSE(ipsec_mb_protection::serves(cipher_suite::chacha20_poly1305_sha256));
}

#endif

}  // namespace
