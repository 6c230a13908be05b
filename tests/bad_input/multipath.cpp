// SPDX-License-Identifier: BSL-1.0
// Several paths at a time, used against the rules (draft-ietf-quic-multipath 2 to 4).
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

constexpr std::uint64_t path_ack = 0x3e;
constexpr std::uint64_t abandon = 0x3e75;
constexpr std::uint64_t backup = 0x3e76;
constexpr std::uint64_t available = 0x3e77;
constexpr std::uint64_t issue_id = 0x3e78;
constexpr std::uint64_t give_back_id = 0x3e79;
constexpr std::uint64_t max_path_id = 0x3e7a;
constexpr std::uint64_t paths_blocked = 0x3e7b;
constexpr std::uint64_t cids_blocked = 0x3e7c;

/// What the victim takes beside the first path, and what the peer says that it takes, if anything.
peer_options between(std::uint32_t victim, std::optional<std::uint64_t> peer) {
  peer_options options;
  options.extensions.multipath.paths = victim;
  if (peer)
    options.edit_encoded = [peer](bytes encoded) {
      auto const value = number(*peer);
      return encoded + numbers({0x3e, value.size()}) + value;
    };
  return options;
}

bytes issue(std::uint64_t path, std::uint64_t sequence, std::uint64_t retire_prior_to, std::uint8_t fill,
            std::size_t size = 8) {
  return numbers({issue_id, path, sequence, retire_prior_to}) + bytes{static_cast<std::uint8_t>(size)} +
         repeated(size, fill) + repeated(16, static_cast<std::uint8_t>(fill + 1));
}

scene agreed(role sender, std::uint32_t victim = 2, std::uint64_t peer = 2) {
  return scene(sender, stage::confirmed, between(victim, peer));
}

}  // namespace

TEST_CASE("a maximum path ID that cannot be, and one without connection IDs, end the handshake", "[bad_input]") {
  constexpr std::uint64_t too_large = std::uint64_t{1} << 32;
  for (auto const sender : both_roles) {
    for (std::uint32_t const ours : {0U, 2U}) {
      hostile_peer peer(sender, stage::start, between(ours, too_large));
      peer.advance_to(stage::complete);
      REQUIRE(peer.victim->close_reason());
      CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
    }
    hostile_peer largest(sender, stage::confirmed, between(2, too_large - 1));
    CHECK_FALSE(largest.victim->closing());
    CHECK(largest.victim->extension<multipath>().agreed());

    auto options = between(2, 2);
    options.zero_length_id = true;
    hostile_peer without_ids(sender, stage::start, options);
    without_ids.advance_to(stage::complete);
    REQUIRE(without_ids.victim->close_reason());
    CHECK(without_ids.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::protocol_violation));
  }
}

TEST_CASE("a maximum path ID that comes twice, or is no integer, ends the handshake", "[bad_input]") {
  for (auto const sender : both_roles)
    for (auto const& parameter : {numbers({0x3e, 1, 2, 0x3e, 1, 2}), numbers({0x3e, 0}), numbers({0x3e, 2, 2, 2})}) {
      auto options = between(2, std::nullopt);
      options.edit_encoded = [&](bytes encoded) { return encoded + parameter; };
      hostile_peer peer(sender, stage::start, options);
      peer.advance_to(stage::complete);
      REQUIRE(peer.victim->close_reason());
      CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
    }
}

TEST_CASE("frames about paths that were not agreed on end the connection", "[bad_input]") {
  bytes const frames[] = {
      numbers({path_ack, 0, 0, 0, 0, 0}), numbers({abandon, 1, 0}),    numbers({backup, 1, 0}),
      numbers({available, 1, 0}),         issue(1, 0, 0, 9),           numbers({give_back_id, 1, 0}),
      numbers({max_path_id, 7}),          numbers({paths_blocked, 0}), numbers({cids_blocked, 1, 0})};
  struct {
    std::uint32_t victim;
    std::optional<std::uint64_t> peer;
    error_code code;
  } const rows[] = {
      // Without a parameter of the victim's the frames are unknown.
      {0, std::nullopt, error_code::frame_encoding_error},
      {0, 2, error_code::frame_encoding_error},
      {2, std::nullopt, error_code::protocol_violation},
  };
  for (auto const sender : both_roles)
    for (auto const& row : rows)
      for (auto const& frame : frames) {
        scene at(sender, stage::confirmed, between(row.victim, row.peer));
        at.peer.send(one_rtt, frame);
        at.peer.absorb();
        REQUIRE(at.peer.victim->close_reason());
        CHECK(at.peer.victim->close_reason()->code == static_cast<std::uint64_t>(row.code));
      }
}

TEST_CASE("without a connection ID of the peer's nothing of several paths is offered", "[bad_input]") {
  // A server knows it in time; a client has offered before it sees the server's choice.
  auto options = between(2, std::nullopt);
  options.zero_length_id = true;
  scene at(role::client, stage::confirmed, options);
  REQUIRE_FALSE(at.peer.victim->closing());
  CHECK_FALSE(at.peer.victim->extension<multipath>().agreed());
  at.peer.send(one_rtt, numbers({abandon, 1, 0}));
  at.check_closed(error_code::frame_encoding_error, abandon);
}

TEST_CASE("an ACK frame is about the first path where there may be several", "[bad_input]") {
  for (auto const sender : both_roles) {
    auto at = agreed(sender);
    auto& victim = at.peer.victim;
    auto const in_flight = [&] { return victim->extension<multipath>().paths()[0].bytes_in_flight; };
    REQUIRE(victim->write(at.data_stream, text("an answer")));
    at.peer.absorb();
    REQUIRE(in_flight() > 0);
    at.peer.send(one_rtt, ack(at.peer.received(one_rtt).back().end - 1, 0));
    at.peer.absorb();
    CHECK_FALSE(victim->closing());
    CHECK(in_flight() == 0);
  }
}

TEST_CASE("frames about paths are for 1-RTT packets only", "[bad_input]") {
  bytes const frames[] = {
      numbers({path_ack, 0, 0, 0, 0, 0}), numbers({abandon, 1, 0}),    numbers({backup, 1, 0}),
      numbers({available, 1, 0}),         issue(1, 0, 0, 9),           numbers({give_back_id, 1, 0}),
      numbers({max_path_id, 7}),          numbers({paths_blocked, 0}), numbers({cids_blocked, 1, 0})};
  for (auto const sender : both_roles)
    for (auto const& frame : frames) {
      scene in_initial(sender, stage::start, between(2, 2));
      in_initial.peer.send(initial, frame);
      in_initial.peer.absorb();
      REQUIRE(in_initial.peer.victim->close_reason());
      CHECK(in_initial.peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::protocol_violation));
      scene in_handshake(sender, stage::handshake, between(2, 2));
      in_handshake.peer.send(encryption_level::handshake, frame);
      in_handshake.peer.absorb();
      REQUIRE(in_handshake.peer.victim->close_reason());
      CHECK(in_handshake.peer.victim->close_reason()->code ==
            static_cast<std::uint64_t>(error_code::protocol_violation));
    }
}

TEST_CASE("frames about paths that break the rules end the connection", "[bad_input]") {
  struct {
    char const* name;
    bytes frames;
    error_code code;
    std::uint64_t type;
  } const rows[] = {
      {"an acknowledgement above the maximum", numbers({path_ack, 3, 0, 0, 0, 0}), error_code::protocol_violation,
       path_ack},
      {"an acknowledgement on a path that was never used", numbers({path_ack, 1, 0, 0, 0, 0}),
       error_code::protocol_violation, path_ack},
      {"an acknowledgement of what was never sent", numbers({path_ack, 0, 1'000'000, 0, 0, 0}),
       error_code::protocol_violation, path_ack},
      {"an acknowledgement below packet 0", numbers({path_ack, 0, 1, 0, 0, 2}), error_code::frame_encoding_error,
       path_ack},
      {"an acknowledgement cut short", numbers({path_ack, 0, 0, 0}), error_code::frame_encoding_error, path_ack},
      {"abandoned above the maximum", numbers({abandon, 3, 0}), error_code::protocol_violation, abandon},
      {"abandoned without a code", numbers({abandon, 1}), error_code::frame_encoding_error, abandon},
      {"abandoned, the only one", numbers({abandon, 0, 0}), error_code::no_viable_path, abandon},
      {"a backup above the maximum", numbers({backup, 3, 0}), error_code::protocol_violation, backup},
      {"available above the maximum", numbers({available, std::uint64_t{1} << 40, 0}), error_code::protocol_violation,
       available},
      {"an ID above the maximum", issue(3, 0, 0, 9), error_code::protocol_violation, issue_id},
      {"an ID of no bytes", issue(1, 0, 0, 9, 0), error_code::frame_encoding_error, issue_id},
      {"an ID of 21 bytes", issue(1, 0, 0, 9, 21), error_code::frame_encoding_error, issue_id},
      {"an ID that retires itself", issue(1, 0, 1, 9), error_code::frame_encoding_error, issue_id},
      {"an ID twice", issue(1, 0, 0, 9) + issue(1, 1, 0, 9), error_code::protocol_violation, issue_id},
      {"an ID for two paths", issue(1, 0, 0, 9) + issue(2, 0, 0, 9), error_code::protocol_violation, issue_id},
      {"two IDs under one number", issue(1, 0, 0, 9) + issue(1, 0, 0, 11), error_code::protocol_violation, issue_id},
      {"more IDs than the limit",
       issue(1, 0, 0, 20) + issue(1, 1, 0, 22) + issue(1, 2, 0, 24) + issue(1, 3, 0, 26) + issue(1, 4, 0, 28) +
           issue(1, 5, 0, 30) + issue(1, 6, 0, 32) + issue(1, 7, 0, 34) + issue(1, 8, 0, 36),
       error_code::connection_id_limit_error, issue_id},
      {"retired above the maximum", numbers({give_back_id, 3, 0}), error_code::protocol_violation, give_back_id},
      {"retired before it was issued", numbers({give_back_id, 1, 9}), error_code::protocol_violation, give_back_id},
      {"the packet's own ID retired", numbers({give_back_id, 0, 0}), error_code::protocol_violation, give_back_id},
      {"a maximum above 32 bits", numbers({max_path_id, std::uint64_t{1} << 32}), error_code::protocol_violation,
       max_path_id},
      {"a maximum below the first one", numbers({max_path_id, 1}), error_code::protocol_violation, max_path_id},
      {"blocked above the maximum", numbers({paths_blocked, 3}), error_code::protocol_violation, paths_blocked},
      {"without IDs above the maximum", numbers({cids_blocked, 3, 0}), error_code::protocol_violation, cids_blocked},
      {"without an ID further than the next", numbers({cids_blocked, 1, 9}), error_code::protocol_violation,
       cids_blocked},
  };
  for (auto const sender : both_roles)
    for (auto const& row : rows) {
      CAPTURE(name_of_role(sender), row.name);
      auto at = agreed(sender);
      at.peer.send(one_rtt, row.frames);
      at.check_closed(row.code, row.type);
    }
}

TEST_CASE("behind the end of the only path a packet says nothing more", "[bad_input]") {
  for (auto const sender : both_roles) {
    auto at = agreed(sender);
    while (at.peer.victim->next_event()) continue;
    // RESET_STREAM of a stream of the peer's, which the application would have to hear of.
    auto const stream = at.peer.own_stream(stream_direction::unidirectional, 1);
    at.peer.send(one_rtt, numbers({abandon, 0, 0, 0x04, stream, 7, 0}));
    auto const told = at.peer.victim->next_event();
    REQUIRE(told);
    CHECK(told->what == connection_event::kind::closed);
    CHECK_FALSE(at.peer.victim->next_event());
    at.check_closed(error_code::no_viable_path, abandon);
  }
}

TEST_CASE("frames about paths that say nothing new, or come late, are ignored", "[bad_input]") {
  for (auto const sender : both_roles) {
    auto at = agreed(sender);
    // Abandoned: whatever else comes about the path means nothing any more, nor does it come back.
    at.peer.send(one_rtt, numbers({abandon, 1, 0}));
    for (auto const& frame :
         {numbers({abandon, 1, 0}), numbers({backup, 1, 4}), issue(1, 0, 0, 9), numbers({give_back_id, 1, 0}),
          numbers({max_path_id, 2}), numbers({paths_blocked, 1}), numbers({cids_blocked, 1, 1})})
      at.peer.send(one_rtt, frame);
    at.peer.absorb();
    CHECK(at.peer.frames[abandon] >= 1);
    auto const known = [&] { return at.peer.victim->extension<multipath>().paths().size(); };
    at.peer.pass(std::chrono::seconds{5});
    // Who is not known to have heard that it is abandoned may still speak of it.
    CHECK(known() == 2);
    at.peer.acknowledge(one_rtt);
    at.peer.pass(std::chrono::seconds{5});
    CHECK(known() == 1);
    for (auto const& frame : {numbers({path_ack, 1, 70, 0, 0, 0}), numbers({abandon, 1, 0}), issue(1, 1, 0, 9)})
      at.peer.send(one_rtt, frame);
    at.check_ignored(false);
  }
}

TEST_CASE("the newest preference of a path holds, whatever the order", "[bad_input]") {
  for (auto const sender : both_roles) {
    auto at = agreed(sender);
    auto const wants_backup = [&] { return at.peer.victim->extension<multipath>().paths()[0].peer_backup; };
    at.peer.send(one_rtt, numbers({backup, 0, 5}));
    CHECK(wants_backup());
    at.peer.send(one_rtt, numbers({available, 0, 5}));
    at.peer.send(one_rtt, numbers({available, 0, 4}));
    CHECK(wants_backup());
    at.peer.send(one_rtt, numbers({available, 0, 6}));
    CHECK_FALSE(wants_backup());
    // Each path counts for itself.
    at.peer.send(one_rtt, numbers({backup, 1, 0}));
    CHECK_FALSE(wants_backup());
  }
}

TEST_CASE("a peer that abandons path after path never has more of them than were allowed", "[bad_input]") {
  auto at = agreed(role::client, 2, 1'000'000);
  std::uint64_t highest = 2;
  for (int turn = 0; turn < 40; ++turn) {
    at.peer.send(one_rtt, numbers({abandon, highest, 0}));
    at.peer.absorb();
    at.peer.acknowledge(one_rtt);
    for (int i = 0; i < 40; ++i) {
      at.peer.pass(std::chrono::milliseconds{100});
      at.peer.absorb();
      at.peer.acknowledge(one_rtt);
    }
    auto const& why = at.peer.victim->close_reason();
    CAPTURE(turn, why ? why->reason : "");
    REQUIRE_FALSE(at.peer.victim->closing());
    ++highest;
    // One more for the one that is gone, and not two.
    CHECK(at.peer.frames[max_path_id] >= 1);
  }
  at.peer.send(one_rtt, numbers({backup, highest + 1, 0}));
  at.check_closed(error_code::protocol_violation, backup);
}

TEST_CASE("a peer that uses up all names of paths gets no new ones, and keeps what it has", "[bad_input]") {
  constexpr std::uint64_t paths = 8;
  constexpr std::uint64_t names = 0xffff;
  auto at = agreed(role::client, paths, 1'000'000);
  std::uint64_t lowest = 1;
  for (; lowest + paths < names; lowest += paths) {
    bytes all;
    for (auto id = lowest; id < lowest + paths; ++id) all = all + numbers({abandon, id, 0});
    at.peer.send(one_rtt, all);
    for (int i = 0; i < 2; ++i) {
      at.peer.absorb();
      at.peer.acknowledge(one_rtt);
      at.peer.pass(std::chrono::seconds{3});
    }
    auto const& why = at.peer.victim->close_reason();
    CAPTURE(lowest, why ? why->reason : "");
    REQUIRE_FALSE(at.peer.victim->closing());
  }
  auto const announced = at.peer.frames[max_path_id];
  at.peer.send(one_rtt, numbers({abandon, lowest, 0}));
  for (int i = 0; i < 2; ++i) {
    at.peer.absorb();
    at.peer.acknowledge(one_rtt);
    at.peer.pass(std::chrono::seconds{3});
  }
  CHECK_FALSE(at.peer.victim->closing());
  CHECK(at.peer.frames[max_path_id] == announced);
}
