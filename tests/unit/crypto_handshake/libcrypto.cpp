// SPDX-License-Identifier: BSL-1.0
/// \file
/// libcrypto and Botan do the same public-key operations alike.
#include "botan_support.hpp"

#include <quoin/crypto/libcrypto/public_key.hpp>

#include "../crypto/hex.hpp"

#include <botan/ec_group.h>
#include <botan/ecdsa.h>
#include <botan/hash.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>
#include <botan/system_rng.h>
#include <botan/x25519.h>

#include <openssl/err.h>

using namespace quoin;
using namespace quoin::testing;
using quoin::libcrypto::verdict;

namespace {

Botan::System_RNG& rng() {
  static Botan::System_RNG source;
  return source;
}

Botan::ECDSA_PrivateKey key_on(char const* group) {
  return {rng(), Botan::EC_Group::from_name(group)};
}

byte_vector digest_of(byte_vector const& message) {
  auto const hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update(message);
  return hash->final_stdvec();
}

byte_vector signature_by_botan(Botan::Private_Key const& key, byte_vector const& message) {
  Botan::PK_Signer signer{key, rng(), "SHA-256", Botan::Signature_Format::DerSequence};
  return signer.sign_message(message, rng());
}

bool botan_believes(Botan::Public_Key const& key, byte_vector const& message, byte_vector const& signature) {
  Botan::PK_Verifier verifier{key, "SHA-256", Botan::Signature_Format::DerSequence};
  return verifier.verify_message(message, signature);
}

}  // namespace

TEST_CASE("X25519 gives the published shared secret", "[crypto_handshake][rfc7748]") {
  // RFC 7748 6.1: Bob's side.
  auto const bob = libcrypto::x25519_key::from_secret(
      test::from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  REQUIRE(bob);
  CHECK(test::to_hex(bob->public_value()) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  auto const shared = bob->agree(test::from_hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
  REQUIRE(shared);
  CHECK(test::to_hex(*shared) == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

TEST_CASE("X25519 agrees with Botan's, both ways", "[crypto_handshake][rfc7748]") {
  for (auto i = 0; i < 20; ++i) {
    Botan::X25519_PrivateKey const botan{rng()};
    auto const secret = rng().random_vec<byte_vector>(32);
    auto const ours = libcrypto::x25519_key::from_secret(secret);
    REQUIRE(ours);
    CHECK(byte_vector(ours->public_value().begin(), ours->public_value().end()) ==
          Botan::X25519_PrivateKey{secret}.public_value());
    auto const shared = ours->agree(botan.public_value());
    REQUIRE(shared);
    Botan::PK_Key_Agreement const agreement{botan, rng(), "Raw"};
    auto const theirs =
        agreement.derive_key(0, byte_vector{ours->public_value().begin(), ours->public_value().end()}).bits_of();
    CHECK(std::equal(theirs.begin(), theirs.end(), shared->begin(), shared->end()));
  }
}

TEST_CASE("X25519 refuses points of low order and of another size", "[crypto_handshake][rfc8446]") {
  auto const ours = libcrypto::x25519_key::from_secret(byte_vector(32, 7));
  REQUIRE(ours);
  byte_vector one(32, 0);
  one.front() = 1;
  for (auto const& peer : {byte_vector(32, 0), one, byte_vector(31, 9), byte_vector(33, 9), byte_vector{}})
    CHECK_FALSE(ours->agree(peer));
  CHECK_FALSE(libcrypto::x25519_key::from_secret(byte_vector(31, 7)));
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("signatures on P-256 are believed by both", "[crypto_handshake]") {
  auto const key = key_on("secp256r1");
  auto const signer = libcrypto::p256_signer::from_der(key.private_key_info());
  REQUIRE(signer);
  for (std::size_t size = 0; size < 20; ++size) {
    byte_vector const message(size * 11, 3);
    auto const ours = signer->sign(digest_of(message));
    auto const botans = signature_by_botan(key, message);
    CHECK(botan_believes(key, message, ours));
    CHECK(libcrypto::verify_p256(key.raw_public_key_bits(), digest_of(message), ours) == verdict::valid);
    CHECK(libcrypto::verify_p256(key.raw_public_key_bits(), digest_of(message), botans) == verdict::valid);
  }
}

TEST_CASE("no changed bit of a signature on P-256 is believed by either", "[crypto_handshake]") {
  auto const key = key_on("secp256r1");
  byte_vector const message(100, 5);
  auto const good = signature_by_botan(key, message);
  auto const point = key.raw_public_key_bits();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    CHECK(libcrypto::verify_p256(point, digest_of(message), bad) == verdict::invalid);
    CHECK_FALSE(botan_believes(key, message, bad));
  }
  for (auto const& bad : {byte_vector{}, byte_vector(200, 0x30), byte_vector(good.begin(), good.end() - 1)})
    CHECK(libcrypto::verify_p256(point, digest_of(message), bad) == verdict::invalid);
  auto longer = good;
  longer.push_back(0);
  CHECK(libcrypto::verify_p256(point, digest_of(message), longer) == verdict::invalid);
  CHECK(libcrypto::verify_p256(point, digest_of({1}), good) == verdict::invalid);
  CHECK(libcrypto::verify_p256(key_on("secp256r1").raw_public_key_bits(), digest_of(message), good) ==
        verdict::invalid);
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("more keys than are kept ready are told apart", "[crypto_handshake]") {
  byte_vector const message(100, 5);
  std::vector<Botan::ECDSA_PrivateKey> keys;
  std::vector<byte_vector> signatures;
  for (int i = 0; i < 6; ++i) {
    keys.push_back(key_on("secp256r1"));
    signatures.push_back(signature_by_botan(keys.back(), message));
  }
  for (int round = 0; round < 2; ++round)
    for (std::size_t key = 0; key < keys.size(); ++key)
      for (std::size_t signature = 0; signature < signatures.size(); ++signature)
        CHECK(libcrypto::verify_p256(keys[key].raw_public_key_bits(), digest_of(message), signatures[signature]) ==
              (key == signature ? verdict::valid : verdict::invalid));
}

TEST_CASE("what is no point on P-256 verifies nothing", "[crypto_handshake]") {
  auto const key = key_on("secp256r1");
  auto const good = signature_by_botan(key, {1});
  auto off = key.raw_public_key_bits();
  off.back() ^= 1;
  for (auto const& point : {off, byte_vector{}, byte_vector(65, 4), key_on("secp384r1").raw_public_key_bits()})
    CHECK(libcrypto::verify_p256(point, digest_of({1}), good) != verdict::valid);
}

TEST_CASE("only keys on P-256 make a signer", "[crypto_handshake]") {
  CHECK_FALSE(libcrypto::p256_signer::from_der(key_on("secp384r1").private_key_info()));
  CHECK_FALSE(libcrypto::p256_signer::from_der(Botan::RSA_PrivateKey{rng(), 1024}.private_key_info()));
  CHECK_FALSE(libcrypto::p256_signer::from_der(byte_vector{}));
  CHECK_FALSE(libcrypto::p256_signer::from_der(byte_vector(40, 0x30)));
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("ends with and without libcrypto understand each other", "[crypto_handshake]") {
  for (auto const client_has : {false, true})
    for (auto const server_has : {false, true})
      for (auto const kind : {key_kind::ecdsa_p256, key_kind::ecdsa_p384, key_kind::rsa_2048}) {
        auto client = client_settings();
        auto server = server_settings(test_authority().issue("localhost", kind));
        client.accelerated_public_keys = client_has;
        server.accelerated_public_keys = server_has;
        auto pair = joined(client, server);
        pair.run();
        CHECK(pair.succeeded());
      }
}

TEST_CASE("a key share of low order is refused with and without libcrypto", "[crypto_handshake][rfc8446]") {
  for (auto const accelerated : {false, true}) {
    auto server = server_settings();
    auto client = client_settings();
    server.accelerated_public_keys = client.accelerated_public_keys = accelerated;
    auto pair = joined(client, server);
    pair.tamper = [](role from, encryption_level, byte_vector& bytes) {
      if (from != role::client || bytes[0] != 1) return;
      // The share stands behind its group and its size: 001d 0020.
      byte_vector const head{0x00, 0x1d, 0x00, 0x20};
      auto const at = std::search(bytes.begin(), bytes.end(), head.begin(), head.end());
      REQUIRE(at != bytes.end());
      std::fill_n(at + 4, 32, std::uint8_t{0});
    };
    pair.run();
    CHECK(pair.server.error);
    CHECK(pair.code() == tls_code(tls::alert::illegal_parameter));
  }
}
