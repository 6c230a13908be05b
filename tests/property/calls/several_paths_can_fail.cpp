// SPDX-License-Identifier: BSL-1.0
// What is checked of several paths can fail: a good run on tape, one thing in it made wrong, and the complaint.
#include "caller.hpp"
#include "tape.hpp"

#include <quoin/wire/extension_frames.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin::property;

namespace {

bool uses_several(seen_step const& step) {
  return std::all_of(step.ends.begin(), step.ends.end(), [](seen_end const& end) {
    return !end.closing && std::count_if(end.paths.begin(), end.paths.end(), [](auto const& p) { return p.open; }) > 1;
  });
}

std::string play(tape const& recorded) {
  invariants all;
  return recorded.play(all);
}

/// A run without a fault that has used several paths, recorded once.
tape const& good_run() {
  static tape const recorded = [] {
    for (std::uint64_t seed = 1; seed < 200; ++seed) {
      tape made;
      caller one{seed, &made};
      bool const good = one.go().empty();
      if (good && made.first<seen_step>(uses_several) != nullptr && play(made).empty()) return made;
    }
    FAIL("no run has used several paths");
    return tape{};
  }();
  return recorded;
}

tape::position middle(tape& of) {
  return of.find<seen_step>(of.all.begin(), uses_several);
}

/// A packet of the client on path `path` with one frame, in the middle of the run.
template <class Frame>
void say(tape& to, path_id path, packet_number number, Frame const& frame) {
  auto const at = middle(to);
  sent made;
  made.bytes.resize(200);
  byte_writer writer{made.bytes};
  REQUIRE(wire::write(writer, frame));
  made.bytes.resize(writer.size());
  made.what = {std::get<seen_step>(*at).now, event::packet_kind::one_rtt, number, 100, {}, ecn::not_ect, path, path};
  to.all.insert(at + 1, std::move(made));
}

bool complains(std::string_view number, std::function<void(tape&)> const& spoil) {
  auto spoilt = good_run();
  spoil(spoilt);
  auto const said = play(spoilt);
  INFO(said);
  return said.find(number) != std::string::npos;
}

wire::path_new_connection_id_frame issued(std::uint64_t sequence) {
  std::array<std::uint8_t, 8> id{};
  id[0] = static_cast<std::uint8_t>(sequence);
  return {1, {sequence, 0, *connection_id::from(id), {}}};
}

seen_path& second_path(tape& of) {
  return std::get<seen_step>(*middle(of)).ends[0].paths[1];
}

constexpr packet_number far = 1'000'000;

}  // namespace

TEST_CASE("INV-07, INV-15 and INV-24 of several paths: path IDs, their connection IDs and their status", "[property]") {
  CHECK(complains("INV-07 MAX_PATH_ID goes back", [](tape& t) { say(t, 0, far, wire::max_path_id_frame{0}); }));
  CHECK(complains("INV-07 the number of a path's status", [](tape& t) {
    say(t, 0, far + 1, wire::path_status_frame{1, 1, true});
    say(t, 0, far, wire::path_status_frame{1, 100, true});
  }));
  CHECK(complains("INV-15 a path ID beyond", [](tape& t) { say(t, 0, far, wire::path_abandon_frame{4'000, 0}); }));
  CHECK(complains("INV-15 more paths", [](tape& t) {
    for (path_id id = 100; id < 105; ++id) {
      kept<event::path_updated> path;
      path.what.id = id;
      path.what.multipath_id = 1;
      t.all.insert(middle(t), path);
    }
  }));
  CHECK(complains("INV-24 a sequence number", [](tape& t) { say(t, 0, far, issued(50)); }));
  CHECK(complains("INV-24 issues more", [](tape& t) {
    for (std::uint64_t i = 0; i < 20; ++i) say(t, 0, far + 20 - i, issued(50 + i));
  }));
}

TEST_CASE("INV-08, INV-11 and INV-17 of several paths: each counts its own packets", "[property]") {
  CHECK(complains("INV-08", [](tape& t) { say(t, 1, 0, wire::ping_frame{}); }));
  CHECK(complains("INV-11", [](tape& t) {
    auto const at = t.find<received>(t.all.begin(), [](received const& e) { return e.what.multipath_id == 1; });
    t.all.insert(at, *at);
  }));
  CHECK(complains("INV-17", [](tape& t) {
    wire::path_ack_frame ack;
    ack.path = 1;
    ack.ack.largest = far;
    say(t, 0, far, ack);
  }));
}

TEST_CASE("INV-18, INV-19, INV-23 and INV-33 of several paths: flights, windows and ends", "[property]") {
  CHECK(complains("INV-18 bytes in flight on one", [](tape& t) { second_path(t).bytes_in_flight += 1; }));
  CHECK(complains("INV-19 more is in flight on one", [](tape& t) {
    // The step before is what it has grown from.
    t.all.insert(middle(t), *middle(t));
    auto& later = std::get<seen_step>(*(middle(t) + 1)).ends[0].paths[1];
    later.silent = false;
    later.bytes_in_flight = later.congestion_window + 100'000;
  }));
  CHECK(complains("INV-23 a packet leaves", [](tape& t) {
    say(t, 1, far, wire::ping_frame{});
    say(t, 0, far, wire::path_abandon_frame{1, 0});
  }));
  CHECK(complains("INV-33 data on one", [](tape& t) {
    say(t, 77, far, wire::stream_frame{stream_id{0}, 0, {}, false});
  }));
}
