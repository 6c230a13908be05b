// SPDX-License-Identifier: BSL-1.0
// OBSERVED_ADDRESS and its transport parameter, used against the rules (draft-ietf-quic-address-discovery 3, 4).
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

constexpr std::uint64_t v4_type = 0x9f81a6;

bytes observed(std::uint64_t sequence, std::uint8_t last_byte) {
  return numbers({v4_type, sequence}) + bytes{192, 0, 2, last_byte, 0x11, 0x51};
}

/// What the victim wants, and what the peer says of itself, if anything.
peer_options between(address_discovery_settings victim, std::optional<std::uint64_t> peer) {
  peer_options options;
  options.extensions.address_discovery = victim;
  if (peer) options.edit_encoded = [peer](bytes encoded) { return encoded + numbers({0x9f81a176, 1, *peer}); };
  return options;
}

}  // namespace

TEST_CASE("an observed address that was not agreed on ends the connection", "[bad_input]") {
  struct {
    address_discovery_settings victim;
    std::optional<std::uint64_t> peer;
    error_code code;
  } const rows[] = {
      // Without a parameter of our own the frame is unknown.
      {{}, std::nullopt, error_code::frame_encoding_error},
      {{}, 0, error_code::frame_encoding_error},
      {{.provide = true}, 2, error_code::protocol_violation},
      {{.request = true}, std::nullopt, error_code::protocol_violation},
      {{.request = true}, 1, error_code::protocol_violation},
  };
  for (auto const sender : both_roles)
    for (auto const& row : rows) {
      scene at(sender, stage::confirmed, between(row.victim, row.peer));
      at.peer.send(one_rtt, observed(0, 1));
      at.check_closed(row.code, v4_type);
    }
}

TEST_CASE("an observed address is malformed when it is cut short, and has no place in the handshake", "[bad_input]") {
  for (auto const sender : both_roles) {
    scene cut(sender, stage::confirmed, between({.request = true}, 0));
    auto frame = observed(0, 1);
    frame.pop_back();
    cut.peer.send(one_rtt, frame);
    cut.check_closed(error_code::frame_encoding_error, v4_type);
    scene early(sender, stage::start, between({.request = true}, 0));
    early.peer.send(initial, observed(0, 1));
    early.check_closed(error_code::protocol_violation, v4_type, {initial});
  }
}

TEST_CASE("the newest observed address holds", "[bad_input]") {
  hostile_peer peer(role::server, stage::confirmed, between({.request = true}, 0));
  auto const seen = [&] { return peer.victim->extension<address_discovery>().observed(); };
  CHECK_FALSE(seen());
  peer.send(one_rtt, observed(5, 1));
  CHECK(seen() == socket_address::v4(192, 0, 2, 1, 0x1151));
  peer.send(one_rtt, observed(5, 2));
  peer.send(one_rtt, observed(4, 3));
  CHECK(seen() == socket_address::v4(192, 0, 2, 1, 0x1151));
  peer.send(one_rtt, observed(6, 4));
  CHECK(seen() == socket_address::v4(192, 0, 2, 4, 0x1151));
}

TEST_CASE("a peer is told its address once, and only if it wants to know", "[bad_input]") {
  for (auto const& [victim, said, expected] :
       {std::tuple{address_discovery_settings{.provide = true}, std::optional<std::uint64_t>{1}, 1U},
        std::tuple{address_discovery_settings{.provide = true}, std::optional<std::uint64_t>{2}, 1U},
        std::tuple{address_discovery_settings{.provide = true}, std::optional<std::uint64_t>{0}, 0U},
        std::tuple{address_discovery_settings{.provide = true}, std::optional<std::uint64_t>{}, 0U},
        std::tuple{address_discovery_settings{.request = true}, std::optional<std::uint64_t>{2}, 0U}}) {
    hostile_peer peer(role::client, stage::confirmed, between(victim, said));
    peer.send(one_rtt, ping);
    peer.absorb();
    peer.pass(std::chrono::seconds{1});
    CHECK(peer.frames[v4_type] == expected);
  }
}

TEST_CASE("an address_discovery parameter that cannot be ends the handshake", "[bad_input]") {
  for (auto const sender : both_roles)
    for (auto const& value : {bytes{3}, bytes{}, bytes{1, 1}, number(varint_max)}) {
      auto options = between({.request = true}, std::nullopt);
      options.edit_encoded = [value](bytes encoded) { return encoded + numbers({0x9f81a176, value.size()}) + value; };
      hostile_peer peer(sender, stage::handshake, std::move(options));
      if (sender == role::server) {
        peer.send_handshake(handshake);
        peer.absorb();
      }
      REQUIRE(peer.victim->close_reason());
      CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
    }
}
