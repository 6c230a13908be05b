// SPDX-License-Identifier: BSL-1.0
#include <quoin/handshake/retry_integrity.hpp>
#include <quoin/keys/level_keys.hpp>
#include <quoin/keys/one_rtt_keys.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include "backends.hpp"
#include "hex.hpp"
#include "protection_examples.hpp"

namespace {

using namespace quoin;
using test::from_hex;
using test::to_hex;

constexpr auto initial_suite = cipher_suite::aes_128_gcm_sha256;
constexpr auto chacha_suite = cipher_suite::chacha20_poly1305_sha256;

/// The keys that a secret stands for, as text.
template <class Kdf>
void check_keys(version v, cipher_suite suite, test::secret_example const& example) {
  auto const secret = from_hex(example.secret);
  auto const expanded = [&](std::string_view label, std::size_t size) {
    std::vector<std::uint8_t> out(size);
    expand_label<Kdf>(hash_of(suite), secret, label, out);
    return to_hex(out);
  };
  CHECK(expanded(labels_of(v).key, key_size(suite)) == example.key);
  CHECK(expanded(labels_of(v).iv, aead_iv_size) == example.iv);
  CHECK(expanded(labels_of(v).header, key_size(suite)) == example.header);
}

template <class Keys>
void check_seals(Keys& keys, std::string_view header, std::string_view payload, std::size_t payload_size,
                 std::size_t number_size, packet_number number, std::string_view expected) {
  auto bytes = from_hex(header);
  auto const header_size = bytes.size();
  auto const plain = from_hex(payload);
  bytes.insert(bytes.end(), plain.begin(), plain.end());
  bytes.resize(header_size + payload_size + aead_tag_size);
  packet_to_seal packet{bytes, header_size - number_size, number_size, number};
  keys.seal({&packet, 1});
  CHECK(to_hex(bytes) == expected);
}

template <class Keys>
void check_opens(Keys& keys, std::string_view packet_text, std::size_t number_offset, packet_number expected,
                 packet_number number, std::string_view payload) {
  auto bytes = from_hex(packet_text);
  packet_to_open packet;
  packet.bytes = bytes;
  packet.packet_number_offset = number_offset;
  packet.expected = expected;
  keys.open({&packet, 1});
  REQUIRE(packet.status == open_status::opened);
  CHECK(packet.number == number);
  CHECK_FALSE(packet.reserved_bits_set);
  CHECK(to_hex(packet.payload).starts_with(payload));
}

TEMPLATE_LIST_TEST_CASE("The published secrets and keys of Initial packets come out", "[crypto][rfc9001][rfc9369]",
                        test::real_backends) {
  for (auto const& example : test::all_protection_examples) {
    auto const secrets =
        derive_initial_secrets<typename TestType::kdf>(example.spoken, from_hex(test::example_connection_id));
    CHECK(to_hex(secrets.client.view()) == example.client.secret);
    CHECK(to_hex(secrets.server.view()) == example.server.secret);
    check_keys<typename TestType::kdf>(example.spoken, initial_suite, example.client);
    check_keys<typename TestType::kdf>(example.spoken, initial_suite, example.server);
    check_keys<typename TestType::kdf>(example.spoken, chacha_suite, example.chacha);
    traffic_secret const secret(from_hex(example.chacha.secret));
    CHECK(to_hex(next_secret<typename TestType::kdf>(example.spoken, chacha_suite, secret).view()) ==
          example.chacha_next_secret);
  }
}

TEMPLATE_LIST_TEST_CASE("The published Initial packets are sealed and opened", "[crypto][rfc9001][rfc9369]",
                        test::real_backends) {
  for (auto const& example : test::all_protection_examples) {
    level_keys<TestType> client;
    level_keys<TestType> server;
    client.install(key_direction::seal, example.spoken, initial_suite, from_hex(example.client.secret));
    client.install(key_direction::open, example.spoken, initial_suite, from_hex(example.server.secret));
    server.install(key_direction::seal, example.spoken, initial_suite, from_hex(example.server.secret));
    server.install(key_direction::open, example.spoken, initial_suite, from_hex(example.client.secret));
    check_seals(client, example.client_header, example.client_payload, 1162, 4, 2, example.client_packet);
    check_opens(server, example.client_packet, 18, 0, 2, example.client_payload);
    check_seals(server, example.server_header, example.server_payload, 99, 2, 1, example.server_packet);
    check_opens(client, example.server_packet, 18, 0, 1, example.server_payload);
    CHECK(client.sealed() == 1);
    CHECK(client.forged() == 0);
  }
}

TEMPLATE_LIST_TEST_CASE("The published ChaCha20-Poly1305 packets are sealed and opened", "[crypto][rfc9001][rfc9369]",
                        test::real_backends) {
  if (!test::serves<TestType>(chacha_suite)) return;
  for (auto const& example : test::all_protection_examples) {
    one_rtt_keys<TestType> keys;
    keys.install(key_direction::seal, example.spoken, chacha_suite, from_hex(example.chacha.secret));
    keys.install(key_direction::open, example.spoken, chacha_suite, from_hex(example.chacha.secret));
    check_seals(keys, example.chacha_header, "01", 1, 3, 654360564, example.chacha_packet);
    check_opens(keys, example.chacha_packet, 1, 654360564, 654360564, "01");
  }
}

TEMPLATE_LIST_TEST_CASE("The published Retry packets carry the tag that we compute", "[crypto][rfc9001][rfc9369]",
                        test::real_backends) {
  auto const original = *connection_id::from(from_hex(test::example_connection_id));
  for (auto const& example : test::all_protection_examples) {
    auto const packet = from_hex(example.retry);
    auto const body = byte_view(packet).first(packet.size() - aead_tag_size);
    auto const tag = byte_view(packet).last(aead_tag_size);
    CHECK(to_hex(retry_integrity_tag<TestType>(example.spoken, original, body)) == to_hex(tag));
    CHECK(retry_is_authentic<TestType>(example.spoken, original, body, tag));
  }
}

}  // namespace
