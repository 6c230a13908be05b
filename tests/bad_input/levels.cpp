// SPDX-License-Identifier: BSL-1.0
// Which frames may come at which level and from whom, from a table typed by hand (RFC 9000 12.4, table 3; 19.7, 19.20).
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

/// `i`nitial, `h`andshake, `1`-RTT; `c` and `s` say that only a client or only a server may send it.
struct rule {
  char const* name;
  std::uint64_t type;
  char const* allowed;
  bytes fields;  ///< after the type; harmless where the frame is allowed
};

std::vector<rule> table(hostile_peer const& peer) {
  auto const own = number(peer.own_stream(stream_direction::bidirectional));
  auto const uni = number(peer.own_stream(stream_direction::unidirectional));
  auto const n = [](std::initializer_list<std::uint64_t> fields) { return numbers(fields); };
  return {
      {"PADDING", 0x00, "ih1", {}},
      {"PING", 0x01, "ih1", {}},
      {"ACK", 0x02, "ih1", n({0, 0, 0, 0})},
      {"ACK with ECN", 0x03, "ih1", n({0, 0, 0, 0, 0, 0, 0})},
      {"RESET_STREAM", 0x04, "1", uni + n({7, 0})},
      {"STOP_SENDING", 0x05, "1", own + n({7})},
      {"CRYPTO", 0x06, "ih1", n({0, 0})},
      {"NEW_TOKEN", 0x07, "1s", n({1, 9})},
      {"STREAM", 0x08, "1", uni},
      {"STREAM fin", 0x09, "1", uni},
      {"STREAM len", 0x0a, "1", uni + n({0})},
      {"STREAM len fin", 0x0b, "1", uni + n({0})},
      {"STREAM off", 0x0c, "1", uni + n({0})},
      {"STREAM off fin", 0x0d, "1", uni + n({0})},
      {"STREAM off len", 0x0e, "1", uni + n({0, 0})},
      {"STREAM off len fin", 0x0f, "1", uni + n({0, 0})},
      {"MAX_DATA", 0x10, "1", n({5})},
      {"MAX_STREAM_DATA", 0x11, "1", own + n({5})},
      {"MAX_STREAMS bidi", 0x12, "1", n({5})},
      {"MAX_STREAMS uni", 0x13, "1", n({5})},
      {"DATA_BLOCKED", 0x14, "1", n({5})},
      {"STREAM_DATA_BLOCKED", 0x15, "1", own + n({5})},
      {"STREAMS_BLOCKED bidi", 0x16, "1", n({5})},
      {"STREAMS_BLOCKED uni", 0x17, "1", n({5})},
      {"NEW_CONNECTION_ID", 0x18, "1", n({1, 0}) + bytes{8} + repeated(8, 0x31) + repeated(16, 0x32)},
      {"RETIRE_CONNECTION_ID", 0x19, "1", n({1})},
      {"PATH_CHALLENGE", 0x1a, "1", repeated(8, 0x33)},
      {"PATH_RESPONSE", 0x1b, "1", repeated(8, 0x34)},
      {"CONNECTION_CLOSE", 0x1c, "ih1", n({0, 0, 0})},
      {"application CONNECTION_CLOSE", 0x1d, "1", n({0, 0})},
      {"HANDSHAKE_DONE", 0x1e, "1s", {}},
      {"DATAGRAM", 0x30, "", {}},
      {"DATAGRAM len", 0x31, "", n({0})},
  };
}

bool allows(rule const& r, encryption_level level, role sender) {
  std::string_view const allowed{r.allowed};
  auto const has = [&](char c) { return allowed.find(c) != std::string_view::npos; };
  if (has('s') && sender != role::server) return false;
  return has(level == initial ? 'i' : level == handshake ? 'h' : '1');
}

stage stage_for(encryption_level level) {
  return level == initial ? stage::start : level == handshake ? stage::handshake : stage::confirmed;
}

std::vector<encryption_level> close_levels(encryption_level level, role sender) {
  if (level != handshake) return {level};
  return sender == role::client ? std::vector{handshake, one_rtt} : std::vector{handshake};
}

}  // namespace

TEST_CASE("every frame is taken exactly where it is allowed", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles)
    for (auto const level : {initial, handshake, one_rtt}) {
      auto const count = table(hostile_peer(sender)).size();
      for (std::size_t row = 0; row < count; ++row) {
        peer_options options;
        // An ACK must name something that was sent: let the victim have sent it.
        scene at(sender, stage_for(level), options);
        auto const rules = table(at.peer)[row];
        CAPTURE(name_of_role(sender), static_cast<int>(level), rules.name);
        bool const is_ack = rules.type == 0x02 || rules.type == 0x03;
        if (is_ack && at.peer.received(level).empty()) continue;
        auto fields = rules.fields;
        if (is_ack) fields = number(at.peer.received(level).front().begin) + bytes(fields.begin() + 1, fields.end());
        at.peer.send(level, number(rules.type) + fields);
        if (allows(rules, level, sender)) {
          at.peer.absorb();
          CHECK(at.peer.closes.empty());
          if (rules.type == 0x1c || rules.type == 0x1d) {
            REQUIRE(at.peer.victim->close_reason());
            CHECK(at.peer.victim->close_reason()->origin == event::close_origin::peer);
          } else {
            CHECK_FALSE(at.peer.victim->closing());
            CHECK(at.peer.victim->statistics().packets_received == at.received_before + 1);
          }
        } else {
          // A frame of an extension that was not negotiated is unknown, wherever it comes.
          auto const code = rules.type >= 0x30 ? error_code::frame_encoding_error : error_code::protocol_violation;
          at.check_closed(code, rules.type, close_levels(level, sender));
        }
      }
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
