// SPDX-License-Identifier: BSL-1.0
// Streams that the peer may not use so, and limits that it does not keep.
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

constexpr auto bidi = stream_direction::bidirectional;
constexpr auto uni = stream_direction::unidirectional;

struct row {
  char const* name;
  std::function<bytes(hostile_peer const&)> payload;
  error_code code;
  std::uint64_t frame_type;
};

peer_options small_windows() {
  peer_options options;
  options.settings.stream_window = 1000;
  options.settings.max_stream_window = 1000;
  options.settings.connection_window = 1500;
  options.settings.max_connection_window = 1500;
  options.settings.bidi_streams = 4;
  options.settings.uni_streams = 3;
  return options;
}

void check_rows(std::vector<row> const& rows) {
  for (auto const sender : both_roles)
    for (auto const& r : rows) {
      CAPTURE(name_of_role(sender), r.name);
      scene at(sender, stage::confirmed, small_windows());
      at.peer.send(one_rtt, r.payload(at.peer));
      at.check_closed(r.code, r.frame_type);
    }
}

bytes none;

}  // namespace

TEST_CASE("frames for streams that cannot carry them end the connection", "[bad_input][rfc9000]") {
  using p = hostile_peer const&;
  constexpr auto state = error_code::stream_state_error;
  check_rows({
      {"STREAM on our stream not opened", [](p x) { return stream(x.victims_stream(bidi), 0, text("a")); }, state,
       0x0e},
      {"STREAM on our sending stream", [](p x) { return stream(x.victims_stream(uni), 0, text("a")); }, state, 0x0e},
      {"RESET_STREAM on our sending stream",
       [](p x) {
         return numbers({0x04, x.victims_stream(uni), 0, 0});
       },
       state, 0x04},
      {"RESET_STREAM on our stream not opened",
       [](p x) {
         return numbers({0x04, x.victims_stream(bidi), 0, 0});
       },
       state, 0x04},
      {"STOP_SENDING on our stream not opened",
       [](p x) {
         return numbers({0x05, x.victims_stream(bidi), 0});
       },
       state, 0x05},
      {"STOP_SENDING on our sending stream not opened",
       [](p x) {
         return numbers({0x05, x.victims_stream(uni), 0});
       },
       state, 0x05},
      {"STOP_SENDING on its own sending stream",
       [](p x) {
         return numbers({0x05, x.own_stream(uni), 0});
       },
       state, 0x05},
      {"MAX_STREAM_DATA on our stream not opened",
       [](p x) {
         return numbers({0x11, x.victims_stream(bidi), 9});
       },
       state, 0x11},
      {"MAX_STREAM_DATA on its own sending stream",
       [](p x) {
         return numbers({0x11, x.own_stream(uni), 9});
       },
       state, 0x11},
      {"STREAM_DATA_BLOCKED on our sending stream",
       [](p x) {
         return numbers({0x15, x.victims_stream(uni), 9});
       },
       state, 0x15},
      {"STREAM_DATA_BLOCKED on our stream not opened",
       [](p x) {
         return numbers({0x15, x.victims_stream(bidi), 9});
       },
       state, 0x15},
  });
}

TEST_CASE("streams beyond the limit end the connection before anything is made for them",
          "[bad_input][rfc9000][cve_class_stream_limit_by_other_frames]") {
  using p = hostile_peer const&;
  constexpr auto limit = error_code::stream_limit_error;
  check_rows({
      {"STREAM bidi", [](p x) { return stream(x.own_stream(bidi, 4), 0, none); }, limit, 0x0e},
      {"STREAM uni", [](p x) { return stream(x.own_stream(uni, 3), 0, none); }, limit, 0x0e},
      {"RESET_STREAM",
       [](p x) {
         return numbers({0x04, x.own_stream(bidi, 4), 0, 0});
       },
       limit, 0x04},
      {"STOP_SENDING",
       [](p x) {
         return numbers({0x05, x.own_stream(bidi, 4), 0});
       },
       limit, 0x05},
      {"MAX_STREAM_DATA",
       [](p x) {
         return numbers({0x11, x.own_stream(bidi, 4), 0});
       },
       limit, 0x11},
      {"STREAM_DATA_BLOCKED",
       [](p x) {
         return numbers({0x15, x.own_stream(uni, 3), 0});
       },
       limit, 0x15},
      {"the last stream there can be, bidi", [](p x) { return stream(x.own_stream(bidi, (1ULL << 60) - 1), 0, none); },
       limit, 0x0e},
      {"the last stream there can be, uni", [](p x) { return stream(x.own_stream(uni, (1ULL << 60) - 1), 0, none); },
       limit, 0x0e},
      {"the last of ours, bidi", [](p x) { return stream(x.victims_stream(bidi, (1ULL << 60) - 1), 0, none); },
       error_code::stream_state_error, 0x0e},
      {"the last of ours, uni", [](p x) { return stream(x.victims_stream(uni, (1ULL << 60) - 1), 0, none); },
       error_code::stream_state_error, 0x0e},
  });
}

TEST_CASE("data beyond the windows end the connection", "[bad_input][rfc9000][cve_class_connection_window]") {
  using p = hostile_peer const&;
  constexpr auto flow = error_code::flow_control_error;
  check_rows({
      {"one byte beyond the stream's", [](p x) { return stream(x.own_stream(bidi), 1000, text("a")); }, flow, 0x0e},
      {"at the largest offset", [](p x) { return stream(x.own_stream(bidi), varint_max - 1, text("a")); }, flow, 0x0e},
      {"a final size beyond the stream's",
       [](p x) {
         return numbers({0x04, x.own_stream(bidi), 0, 1001});
       },
       flow, 0x04},
      {"the largest final size",
       [](p x) {
         return numbers({0x04, x.own_stream(bidi), 0, varint_max});
       },
       flow, 0x04},
  });
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    // The connection's window is one and a half streams'.
    scene data(sender, stage::confirmed, small_windows());
    data.peer.send(one_rtt, stream(data.peer.own_stream(uni), 999, text("a")));
    data.peer.send(one_rtt, stream(data.peer.own_stream(uni, 1), 499, text("a")));
    data.peer.absorb();
    CHECK(data.peer.closes.size() == 1);
    CHECK(data.peer.closes.at(0).code == static_cast<std::uint64_t>(flow));
    CHECK(data.peer.closes.at(0).frame_type == 0x0e);

    scene sizes(sender, stage::confirmed, small_windows());
    sizes.peer.send(one_rtt, numbers({0x04, sizes.peer.own_stream(uni), 0, 1000}));
    sizes.peer.send(one_rtt, numbers({0x04, sizes.peer.own_stream(uni, 1), 0, 500}));
    sizes.peer.absorb();
    REQUIRE(sizes.peer.closes.size() == 1);
    CHECK(sizes.peer.closes.at(0).code == static_cast<std::uint64_t>(flow));
    CHECK(sizes.peer.closes.at(0).frame_type == 0x04);
  }
}

TEST_CASE("a final size that does not hold ends the connection", "[bad_input][rfc9000][cve_class_reset_final_size]") {
  constexpr auto final_size = error_code::final_size_error;
  struct sizes_row {
    char const* name;
    std::function<bytes(std::uint64_t)> first;
    std::function<bytes(std::uint64_t)> second;
    std::uint64_t frame_type;
  };
  auto const end_at = [](std::uint64_t size) {
    return [size](std::uint64_t id) { return stream(id, size, {}, true); };
  };
  auto const reset_at = [](std::uint64_t size) {
    return [size](std::uint64_t id) { return numbers({0x04, id, 0, size}); };
  };
  auto const data_at = [](std::uint64_t offset) {
    return [offset](std::uint64_t id) { return stream(id, offset, text("a")); };
  };
  for (auto const sender : both_roles)
    for (auto const& r : std::vector<sizes_row>{
             {"data beyond the end", end_at(20), data_at(20), 0x0e},
             {"an end below the data", data_at(20), end_at(20), 0x0f},
             {"another end", end_at(20), end_at(21), 0x0f},
             {"an earlier end", end_at(20), end_at(19), 0x0f},
             {"a reset at another size", end_at(20), reset_at(21), 0x04},
             {"a reset below the data", data_at(20), reset_at(20), 0x04},
             {"another reset at another size", reset_at(20), reset_at(21), 0x04},
             {"data beyond a reset", reset_at(20), data_at(20), 0x0e},
             {"an end that is not the reset's", reset_at(20), end_at(19), 0x0f},
         }) {
      CAPTURE(name_of_role(sender), r.name);
      scene at(sender, stage::confirmed, small_windows());
      auto const id = at.peer.own_stream(bidi, 1);
      at.peer.send(one_rtt, r.first(id));
      REQUIRE_FALSE(at.peer.victim->closing());
      at.note_what_is_kept();
      at.peer.send(one_rtt, r.second(id));
      at.check_closed(final_size, r.frame_type);
    }
}

TEST_CASE("repetitions and old news about a stream are ignored", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, small_windows());
    auto const id = at.peer.own_stream(bidi, 1);
    at.peer.send(one_rtt, numbers({0x04, id, 7, 20}));
    auto const held = at.peer.victim->held_bytes();
    at.peer.send(one_rtt, numbers({0x04, id, 7, 20}));
    at.peer.send(one_rtt, stream(id, 3, text("late")));
    at.peer.send(one_rtt, stream(id, 20, {}, true));
    at.peer.send(one_rtt, numbers({0x15, id, 20}));
    CHECK_FALSE(at.peer.victim->closing());
    CHECK(at.peer.victim->held_bytes() == held);
  }
}

TEST_CASE("limits that come down change nothing", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto const id = at.peer.victim->open(bidi);
    REQUIRE(id);
    at.peer.send(one_rtt,
                 numbers({0x10, 0}) + numbers({0x11, id->value(), 0}) + numbers({0x12, 0}) + numbers({0x13, 0}));
    REQUIRE(at.peer.victim->write(*id, text("still allowed")));
    at.peer.absorb();
    CHECK(at.peer.stream_data[id->value()] == text("still allowed"));
    CHECK(at.peer.victim->open(uni));
    CHECK_FALSE(at.peer.victim->closing());
  }
}

TEST_CASE("a finished stream does not come back to life", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto const id = at.peer.own_stream(uni);
    at.peer.send(one_rtt, stream(id, 0, text("all"), true));
    bytes room(8);
    REQUIRE(at.peer.victim->read(stream_id{id}, room, at.peer.now)->fin);
    CHECK(at.peer.victim->open_streams() == at.open_before);
    at.peer.send(one_rtt, stream(id, 0, text("all"), true));
    at.peer.send(one_rtt, stream(id, 900, text("beyond")));
    at.peer.send(one_rtt, numbers({0x04, id, 0, 3}));
    at.check_ignored(false);
  }
}

TEST_CASE("data after STOP_SENDING are dropped and their credit comes back", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, small_windows());
    auto const id = at.peer.own_stream(uni);
    at.peer.send(one_rtt, stream(id, 0, text("a")));
    REQUIRE(at.peer.victim->stop_sending(stream_id{id}, 9));
    at.peer.absorb();
    CHECK(at.peer.frames[0x05] == 1);
    at.peer.send(one_rtt, stream(id, 1, repeated(998)));
    CHECK(at.peer.victim->held_bytes() == at.held_before);
    at.note_what_is_kept();
    at.peer.absorb();
    CHECK(at.peer.frames[0x10] >= 1);  // MAX_DATA: 1000 bytes less would be left otherwise
    // They still count: the stream's own limit holds.
    at.peer.send(one_rtt, stream(id, 5000, text("a")));
    at.check_closed(error_code::flow_control_error, 0x0e);
  }
}

TEST_CASE("where bytes are said twice and differ, the first ones count", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    at.peer.send(one_rtt, stream(at.data_stream.value(), 2, text("xxx")));
    at.check_ignored(false);
  }
}

namespace {

/// A stream of 900 bytes was reset; what its reader is told of it, if `reads`, and what comes of data behind that.
void check_data_after_reset(role sender, stream_direction direction, bool reads) {
  CAPTURE(name_of_role(sender), index_of(direction), reads);
  scene at(sender, stage::confirmed, small_windows());
  auto const id = at.peer.own_stream(direction, direction == bidi ? 1 : 0);
  at.peer.send(one_rtt, stream(id, 100, text("before")));
  at.peer.send(one_rtt, numbers({0x04, id, 7, 900}));
  bytes room(8);
  if (reads) {
    auto const got = at.peer.victim->read(stream_id{id}, room, at.peer.now);
    REQUIRE_FALSE(got);
    CHECK(got.error() == stream_errc::was_reset);
  }
  at.peer.absorb();
  at.note_what_is_kept();
  CHECK(at.held_before == 5);  // of the scene's own stream
  auto const credit = at.peer.frames[0x10];
  // Within the final size it is old news, wherever it lies, with the end or without (RFC 9000 4.5, 19.4).
  at.peer.send(one_rtt, stream(id, 0, repeated(900)));
  at.peer.send(one_rtt, stream(id, 50, text("between")));
  at.peer.send(one_rtt, stream(id, 899, text("z"), true));
  at.peer.send(one_rtt, stream(id, 900, {}, true));
  at.peer.absorb();
  CHECK_FALSE(at.peer.victim->closing());
  CHECK(at.peer.victim->held_bytes() == at.held_before);
  CHECK(at.peer.victim->open_streams() == at.open_before);
  CHECK(at.peer.frames[0x10] == credit);
  // Beyond it the peer contradicts itself, as long as the stream is known: nobody need remember sizes for ever.
  at.peer.send(one_rtt, stream(id, 900, text("z")));
  if (reads && direction == uni)
    at.check_ignored(false);
  else
    at.check_closed(error_code::final_size_error, 0x0e);
}

}  // namespace

TEST_CASE("data after a reset are ignored, and give nothing back twice", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles)
    for (auto const direction : {bidi, uni})
      for (bool const reads : {false, true}) check_data_after_reset(sender, direction, reads);
}
