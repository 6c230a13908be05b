// SPDX-License-Identifier: BSL-1.0
// DATAGRAM frames and their transport parameter, used against the rules (RFC 9221 3, 4).
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

bytes datagram_of(std::size_t size) {
  return numbers({0x31, size}) + repeated(size, 0x61);
}

peer_options taking(std::uint64_t max_frame_size) {
  peer_options options;
  options.extensions.datagram.max_frame_size = max_frame_size;
  return options;
}

bytes parameter(bytes const& value) {
  return numbers({0x20, value.size()}) + value;
}

}  // namespace

TEST_CASE("a datagram that was not asked for ends the connection", "[bad_input][rfc9221]") {
  for (auto const sender : both_roles)
    for (auto const& frame : {bytes{0x30}, datagram_of(0), datagram_of(3), bytes{0x30} + text("abc")}) {
      scene at(sender, stage::confirmed, taking(0));
      at.peer.send(one_rtt, frame);
      at.check_closed(error_code::protocol_violation, frame[0]);
    }
}

TEST_CASE("a datagram larger than was announced ends the connection", "[bad_input][rfc9221]") {
  for (auto const sender : both_roles) {
    // Type and length count: 63 bytes make a frame of 65.
    scene fits(sender, stage::confirmed, taking(65));
    fits.peer.send(one_rtt, datagram_of(63));
    fits.held_before += 63;
    fits.check_ignored(false);

    scene with_length(sender, stage::confirmed, taking(64));
    with_length.peer.send(one_rtt, datagram_of(63));
    with_length.check_closed(error_code::protocol_violation, 0x31);

    scene without_length(sender, stage::confirmed, taking(64));
    without_length.peer.send(one_rtt, bytes{0x30} + repeated(64, 0x61));
    without_length.check_closed(error_code::protocol_violation, 0x30);
  }
}

TEST_CASE("a datagram longer than its packet ends the connection", "[bad_input][rfc9221]") {
  for (auto const sender : both_roles)
    for (std::uint64_t const length : {std::uint64_t{4}, std::uint64_t{5000}, varint_max}) {
      scene at(sender);
      at.peer.send(one_rtt, numbers({0x31, length}) + text("abc"));
      at.check_closed(error_code::frame_encoding_error, 0x31);
    }
}

TEST_CASE("an empty datagram is a datagram", "[bad_input][rfc9221]") {
  for (auto const sender : both_roles)
    for (auto const& frame : {bytes{0x30}, datagram_of(0)}) {
      scene at(sender);
      at.peer.send(one_rtt, frame);
      at.check_ignored(false);
      auto datagrams = at.peer.victim->extension<datagram>();
      REQUIRE(datagrams.peek());
      CHECK(datagrams.peek()->empty());
      datagrams.pop();
      CHECK_FALSE(datagrams.peek());
    }
}

TEST_CASE("a flood of datagrams costs no more memory than the queue's cap", "[bad_input][rfc9221]") {
  scene at(role::client, stage::confirmed, [] {
    peer_options options;
    options.extensions.datagram.receive_queue = 10'000;
    return options;
  }());
  for (int i = 0; i < 100; ++i) at.peer.send(one_rtt, i % 2 == 0 ? datagram_of(1000) : repeated(500, 0x30));
  CHECK_FALSE(at.peer.victim->closing());
  CHECK(at.peer.victim->held_bytes() <= at.held_before + 10'000);
}

TEST_CASE("a malformed max_datagram_frame_size ends the handshake", "[bad_input][rfc9221]") {
  for (auto const sender : both_roles)
    for (auto const& more : {parameter({}), parameter({1, 2}), parameter({0x40}),
                             parameter(number(70)) + parameter(number(70)), numbers({0x20, 9}) + bytes{1}}) {
      peer_options options;
      options.edit_encoded = [more](bytes encoded) { return encoded + more; };
      hostile_peer peer(sender, stage::handshake, std::move(options));
      if (sender == role::server) {
        peer.send_handshake(handshake);
        peer.absorb();
      }
      REQUIRE(peer.victim->close_reason());
      CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
    }
}
