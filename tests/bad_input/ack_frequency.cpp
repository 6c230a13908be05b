// SPDX-License-Identifier: BSL-1.0
// ACK_FREQUENCY, IMMEDIATE_ACK and their transport parameter, used against the rules (draft-ietf-quic-ack-frequency 3
// to 5).
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

bytes request(std::uint64_t sequence, std::uint64_t threshold, std::uint64_t delay, std::uint64_t reordering = 1) {
  return numbers({0xaf, sequence, threshold, delay, reordering});
}

bytes min_ack_delay(bytes const& value) {
  return numbers({0xff04de1b, value.size()}) + value;
}

/// How many ACK frames answer so many ack-eliciting packets, sent one by one.
std::size_t answers(hostile_peer& peer, int packets) {
  peer.absorb();
  auto const before = peer.frames[0x02];
  for (int i = 0; i < packets; ++i) {
    peer.send(one_rtt, ping);
    peer.absorb();
  }
  return peer.frames[0x02] - before;
}

}  // namespace

TEST_CASE("a request for a delay out of range ends the connection", "[bad_input]") {
  for (auto const sender : both_roles)
    for (std::uint64_t const delay : {std::uint64_t{0}, std::uint64_t{999}, std::uint64_t{16'384'000}, varint_max}) {
      scene at(sender);
      at.peer.send(one_rtt, request(0, 1, delay));
      at.check_closed(error_code::protocol_violation, 0xaf);
    }
}

TEST_CASE("an obsolete request is checked too", "[bad_input]") {
  scene at(role::client);
  at.peer.send(one_rtt, request(5, 1, 25'000) + request(4, 1, 1));
  at.check_closed(error_code::protocol_violation, 0xaf);
}

TEST_CASE("a request that is cut short ends the connection", "[bad_input]") {
  for (auto const sender : both_roles) {
    scene at(sender);
    at.peer.send(one_rtt, numbers({0xaf, 0, 1, 25'000}));
    at.check_closed(error_code::frame_encoding_error, 0xaf);
  }
}

TEST_CASE("the newest request holds, whatever comes after it", "[bad_input]") {
  for (auto const sender : both_roles) {
    hostile_peer peer(sender, stage::confirmed);
    CHECK(answers(peer, 10) == 5);
    peer.send(one_rtt, request(7, 9, 25'000));
    answers(peer, 9);
    CHECK(answers(peer, 20) == 2);
    // Neither an older one nor the same number again.
    peer.send(one_rtt, request(6, 0, 25'000));
    peer.send(one_rtt, request(7, 0, 25'000));
    peer.pass(std::chrono::milliseconds{30});
    CHECK(answers(peer, 20) == 2);
    peer.send(one_rtt, request(8, 0, 25'000));
    peer.pass(std::chrono::milliseconds{30});
    CHECK(answers(peer, 20) == 20);
  }
}

TEST_CASE("an immediate acknowledgement is one for each packet that asks", "[bad_input]") {
  hostile_peer peer(role::client, stage::confirmed);
  peer.send(one_rtt, request(0, 50, 25'000));
  peer.pass(std::chrono::milliseconds{30});
  CHECK(answers(peer, 10) == 0);
  auto const before = peer.frames[0x02];
  peer.send(one_rtt, repeated(100, 0x1f));
  peer.absorb();
  CHECK(peer.frames[0x02] == before + 1);
}

TEST_CASE("a min_ack_delay that cannot be ends the handshake", "[bad_input]") {
  for (auto const sender : both_roles)
    for (auto const& more : {min_ack_delay({}), min_ack_delay(number(25'001)), min_ack_delay(number(varint_max)),
                             min_ack_delay({1, 2}), min_ack_delay({1}) + min_ack_delay({1})}) {
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

TEST_CASE("a peer that takes no requests is asked for nothing", "[bad_input]") {
  hostile_peer peer(role::client, stage::confirmed);
  CHECK_FALSE(peer.victim->extension<ack_frequency>().peer_listens());
  CHECK_FALSE(peer.victim->extension<ack_frequency>().ask({9, std::chrono::milliseconds{5}, 3}));
  peer.absorb();
  CHECK(peer.frames.count(0xaf) == 0);

  peer_options options;
  options.edit_encoded = [](bytes encoded) { return encoded + min_ack_delay(number(25'000)); };
  hostile_peer listening(role::client, stage::confirmed, std::move(options));
  CHECK(listening.victim->extension<ack_frequency>().ask({9, std::chrono::milliseconds{5}, 3}));
  listening.absorb();
  CHECK(listening.frames[0xaf] == 1);
}
