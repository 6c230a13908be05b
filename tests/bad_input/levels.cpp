// SPDX-License-Identifier: BSL-1.0
// Which frames may come at which level and from whom: every cell of the matrix, on whole connections.
#include "frame_table.hpp"
#include "outcome.hpp"

#include <range/v3/view/cartesian_product.hpp>

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

stage stage_for(encryption_level level) {
  return level == initial ? stage::start : level == handshake ? stage::handshake : stage::confirmed;
}

/// An ACK must name something that was sent: a server speaks when it was spoken to, and a client at the Handshake level
/// when it has heard all of the server's flight.
stage stage_for_ack(encryption_level level, role sender) {
  if (level == initial) return stage::handshake;
  return level == handshake && sender == role::server ? stage::complete : stage_for(level);
}

std::vector<encryption_level> close_levels(encryption_level level, role sender) {
  if (level != handshake) return {level};
  return sender == role::client ? std::vector{handshake, one_rtt} : std::vector{handshake};
}

}  // namespace

TEST_CASE("every frame is taken exactly where it is allowed", "[bad_input][rfc9000][cve_class_new_token_at_a_server]") {
  constexpr std::array levels{initial, handshake, one_rtt};
  for (auto const& [sender, level, row] : ranges::views::cartesian_product(both_roles, levels, frame_table)) {
    CAPTURE(name_of_role(sender), static_cast<int>(level), row.name);
    scene at(sender, row.type == 0x02 || row.type == 0x03 ? stage_for_ack(level, sender) : stage_for(level));
    auto const& seen = at.peer.received(level);
    at.peer.send(level, harmless_frame(row, at.peer, seen.empty() ? 0 : seen.front().begin));
    if (!is_allowed_by_table(row, level, sender)) {
      at.check_closed(row.refused, row.type, close_levels(level, sender));
      continue;
    }
    at.peer.absorb();
    CHECK(at.peer.closes.empty());
    if (row.type == 0x1c || row.type == 0x1d) {
      REQUIRE(at.peer.victim->close_reason());
      CHECK(at.peer.victim->close_reason()->origin == event::close_origin::peer);
    } else {
      CHECK_FALSE(at.peer.victim->closing());
      CHECK(at.peer.victim->statistics().packets_received == at.received_before + 1);
    }
  }
}

TEST_CASE("no frame is taken from a 0-RTT packet where nobody agreed on early data",
          "[bad_input][rfc9001][cve_class_frame_at_the_wrong_level]") {
  constexpr std::array stages{stage::start, stage::handshake, stage::confirmed};
  for (auto const& [sender, until, row] : ranges::views::cartesian_product(both_roles, stages, frame_table)) {
    CAPTURE(name_of_role(sender), static_cast<int>(until), row.name);
    scene at(sender, until);
    at.peer.send(early_data, harmless_frame(row, at.peer, 0));
    at.check_ignored();
  }
}

TEST_CASE("frames behind a connection's close mean nothing any more", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles)
    for (auto const& close : {numbers({0x1c, 0, 0, 0}), numbers({0x1d, 5, 0})}) {
      CAPTURE(name_of_role(sender));
      scene at(sender);
      auto const id = at.peer.own_stream(stream_direction::bidirectional, 3);
      at.peer.send(one_rtt, close + stream(id, 0, text("late")) + bytes{0x20});
      CHECK(at.peer.absorb() == 0);
      REQUIRE(at.peer.victim->close_reason());
      CHECK(at.peer.victim->close_reason()->origin == event::close_origin::peer);
      at.check_data_kept();
    }
}

TEST_CASE("a close with words that are no text drains the connection all the same", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto const words = bytes{0x00, 0x1b, '[', 0xff, 0xfe, '\n'} + repeated(900, 'x');
    at.peer.send(one_rtt, numbers({0x1d, 0x3fffffff, words.size()}) + words);
    CHECK(at.peer.absorb() == 0);
    REQUIRE(at.peer.victim->close_reason());
    CHECK(at.peer.victim->close_reason()->code == 0x3fffffff);
    CHECK(at.peer.victim->close_reason()->application);
    CHECK(at.peer.victim->close_reason()->reason.size() == limits::close_reason);
    at.check_data_kept();
    // Draining: whatever comes, nothing is said, and some time later it is over.
    for (int i = 0; i < 20; ++i) at.peer.send(one_rtt, ping);
    CHECK(at.peer.absorb() == 0);
    at.peer.pass(std::chrono::seconds{30});
    CHECK(at.peer.victim->closed());
  }
}
