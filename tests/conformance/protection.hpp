// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every model of `packet_protection` must do, for each suite that it serves. Secrecy is not among it: the model
/// for tests has none.
#pragma once

#include <quoin/policy/crypto.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <utility>
#include <vector>

namespace quoin::conformance {

using packet_bytes = std::vector<std::uint8_t>;

inline packet_bytes random_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  packet_bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

/// A key whose bytes follow from `seed`.
template <packet_protection P>
typename P::packet_key make_key(cipher_suite suite, std::uint64_t seed, std::uint64_t iv_seed = 1000) {
  return {suite, random_bytes(key_size(suite), seed), random_bytes(aead_iv_size, iv_seed)};
}

template <class Key>
void seal_one(Key& key, packet_bytes& bytes, std::size_t header_size, packet_number number) {
  packet_in_place packet{bytes, header_size, number, false};
  key.seal({&packet, 1});
}

/// Whether `bytes`, a copy, open.
template <class Key>
bool opens(Key& key, packet_bytes bytes, std::size_t header_size, packet_number number) {
  packet_in_place packet{bytes, header_size, number, false};
  key.open({&packet, 1});
  return packet.authentic;
}

template <packet_protection P>
void check_round_trips(cipher_suite suite) {
  auto sealer = make_key<P>(suite, 1);
  auto opener = make_key<P>(suite, 1);
  for (std::size_t const payload :
       std::initializer_list<std::size_t>{0, 1, 15, 16, 17, 63, 64, 65, 1180, 1440, 9000, 65480})
    for (std::size_t const header : std::initializer_list<std::size_t>{1, 2, 13, 21, 47})
      for (packet_number const number : {packet_number{0}, packet_number{1}, packet_number_max}) {
        auto const original = random_bytes(header + payload + aead_tag_size, payload + header);
        auto sealed = original;
        seal_one(sealer, sealed, header, number);
        REQUIRE(std::equal(original.begin(), original.begin() + static_cast<std::ptrdiff_t>(header), sealed.begin()));
        packet_in_place packet{sealed, header, number, false};
        opener.open({&packet, 1});
        REQUIRE(packet.authentic);
        REQUIRE(std::equal(original.begin(), original.end() - aead_tag_size, sealed.begin()));
      }
}

template <packet_protection P>
void check_every_bit_counts(cipher_suite suite) {
  constexpr std::size_t header = 5;
  auto key = make_key<P>(suite, 2);
  for (std::size_t const payload : std::initializer_list<std::size_t>{0, 1, 20, 33}) {
    auto sealed = random_bytes(header + payload + aead_tag_size, payload);
    seal_one(key, sealed, header, 7);
    REQUIRE(opens(key, sealed, header, 7));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
      auto forged = sealed;
      forged[bit / 8] = static_cast<std::uint8_t>(forged[bit / 8] ^ 1u << bit % 8);
      REQUIRE_FALSE(opens(key, forged, header, 7));
    }
    REQUIRE(opens(key, sealed, header, 7));
  }
}

template <packet_protection P>
void check_empty_payload_needs_its_tag(cipher_suite suite) {
  constexpr std::size_t header = 20;
  auto key = make_key<P>(suite, 3);
  for (int const fill : {0x00, 0xff, 0x5a}) {
    auto bytes = random_bytes(header + aead_tag_size, 4);
    std::fill(bytes.end() - aead_tag_size, bytes.end(), static_cast<std::uint8_t>(fill));
    CHECK_FALSE(opens(key, bytes, header, 0));
  }
}

template <packet_protection P>
void check_context_counts(cipher_suite suite) {
  constexpr std::size_t header = 9;
  auto key = make_key<P>(suite, 5);
  auto sealed = random_bytes(header + 40 + aead_tag_size, 6);
  seal_one(key, sealed, header, 100);
  REQUIRE(opens(key, sealed, header, 100));
  for (int bit = 0; bit < 62; ++bit) REQUIRE_FALSE(opens(key, sealed, header, 100 ^ std::uint64_t{1} << bit));
  CHECK_FALSE(opens(key, sealed, header - 1, 100));
  CHECK_FALSE(opens(key, sealed, header + 1, 100));
  auto other_key = make_key<P>(suite, 6);
  CHECK_FALSE(opens(other_key, sealed, header, 100));
  auto other_iv = make_key<P>(suite, 5, 1001);
  CHECK_FALSE(opens(other_iv, sealed, header, 100));
}

template <packet_protection P>
void check_batches(cipher_suite suite) {
  constexpr std::size_t count = 130;
  constexpr std::size_t header = 11;
  auto key = make_key<P>(suite, 7);
  std::vector<packet_bytes> together;
  for (std::size_t i = 0; i < count; ++i) together.push_back(random_bytes(header + 3 * i + aead_tag_size, i));
  auto const originals = together;
  auto alone = together;
  std::vector<packet_in_place> batch;
  for (std::size_t i = 0; i < count; ++i) batch.push_back({together[i], header, i, false});
  key.seal(batch);
  for (std::size_t i = 0; i < count; ++i) {
    seal_one(key, alone[i], header, i);
    REQUIRE(alone[i] == together[i]);
  }
  // A forged packet fails by itself, keeps its last 16 bytes, and harms no neighbour.
  for (std::size_t i = 0; i < count; i += 3) together[i][header - 1] ^= 0x10;
  key.open(batch);
  for (std::size_t i = 0; i < count; ++i) {
    REQUIRE(batch[i].authentic == (i % 3 != 0));
    REQUIRE(std::equal(alone[i].end() - aead_tag_size, alone[i].end(), together[i].end() - aead_tag_size));
    if (i % 3 != 0) REQUIRE(std::equal(originals[i].begin(), originals[i].end() - aead_tag_size, together[i].begin()));
  }
  key.seal({});
  key.open({});
}

template <packet_protection P>
void check_keys_move(cipher_suite suite) {
  auto first = make_key<P>(suite, 8);
  auto sealed = random_bytes(80, 9);
  seal_one(first, sealed, 4, 1);
  auto moved = std::move(first);
  CHECK(opens(moved, sealed, 4, 1));
  auto assigned = make_key<P>(suite, 9);
  CHECK_FALSE(opens(assigned, sealed, 4, 1));
  assigned = std::move(moved);
  CHECK(opens(assigned, sealed, 4, 1));
}

template <packet_protection P>
void check_header_masks(cipher_suite suite) {
  auto const key_bytes = random_bytes(key_size(suite), 10);
  typename P::header_key key(suite, key_bytes);
  typename P::header_key twin(suite, key_bytes);
  typename P::header_key stranger(suite, random_bytes(key_size(suite), 11));
  std::array<header_sample, 70> samples;
  std::array<header_mask, 70> alone;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    auto const bytes = random_bytes(samples[i].size(), i);
    std::copy(bytes.begin(), bytes.end(), samples[i].begin());
    key.masks({&samples[i], 1}, {&alone[i], 1});
  }
  for (std::size_t count = 0; count <= samples.size(); ++count) {
    std::array<header_mask, 70> together{};
    twin.masks(std::span(samples).first(count), std::span(together).first(count));
    REQUIRE(std::equal(alone.begin(), alone.begin() + static_cast<std::ptrdiff_t>(count), together.begin()));
  }
  std::array<header_mask, 70> strange;
  stranger.masks(samples, strange);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    CHECK(strange[i] != alone[i]);
    if (i > 0) CHECK(alone[i] != alone[i - 1]);
  }
  typename P::header_key moved(std::move(twin));
  header_mask again;
  moved.masks({samples.data(), 1}, {&again, 1});
  CHECK(again == alone[0]);
}

template <packet_protection P>
void check_derivation() {
  using kdf = typename P::kdf;
  for (auto const hash : {hash_algorithm::sha256, hash_algorithm::sha384}) {
    auto const size = hash_size(hash);
    auto const extracted = [&](packet_bytes const& salt, packet_bytes const& secret) {
      packet_bytes out(size);
      kdf::extract(hash, salt, secret, out);
      return out;
    };
    auto const expanded = [&](packet_bytes const& secret, packet_bytes const& info, std::size_t count) {
      packet_bytes out(count);
      kdf::expand(hash, secret, info, out);
      return out;
    };
    packet_bytes const salt = random_bytes(20, 1);
    packet_bytes const secret = random_bytes(size, 2);
    packet_bytes const info = random_bytes(18, 3);
    CHECK(extracted(salt, secret) == extracted(salt, secret));
    CHECK(extracted(salt, secret) != extracted(random_bytes(20, 4), secret));
    CHECK(extracted(salt, secret) != extracted(salt, random_bytes(size, 5)));
    CHECK(extracted(salt, {}) != extracted(salt, secret));  // a connection ID may be empty
    for (std::size_t const count : std::initializer_list<std::size_t>{12, 16, 32, 48, 100}) {
      CHECK(expanded(secret, info, count) == expanded(secret, info, count));
      CHECK(expanded(secret, info, count) != expanded(random_bytes(size, 6), info, count));
      CHECK(expanded(secret, info, count) != expanded(secret, random_bytes(18, 7), count));
    }
    CHECK(expanded(secret, info, 32) != packet_bytes(32));
  }
}

/// Everything above for one suite.
template <packet_protection P>
void check_protection(cipher_suite suite) {
  check_round_trips<P>(suite);
  check_every_bit_counts<P>(suite);
  check_empty_payload_needs_its_tag<P>(suite);
  check_context_counts<P>(suite);
  check_batches<P>(suite);
  check_keys_move<P>(suite);
  check_header_masks<P>(suite);
}

}  // namespace quoin::conformance
