// SPDX-License-Identifier: BSL-1.0
// A check that nothing can break proves nothing: a good run on tape, one thing in it made wrong, and the complaint.
#include "spoilt_run.hpp"
#include "world/seal_ledger.hpp"

using namespace quoin::property;

TEST_CASE("a good run is complained about by nobody", "[property]") {
  CHECK(complaints_of([](tape&) {}).empty());
  CHECK(good_run().all.size() > 500);
}

TEST_CASE("INV-05 to INV-08: numbers, credit and final sizes", "[property]") {
  CHECK(complains("INV-05", [](tape& t) {
    say(t, far + 1, wire::stream_frame{a_stream, 10, {}, true});
    say(t, far, wire::stream_frame{a_stream, 0, {}, true});
  }));
  CHECK(complains("INV-06 sends beyond MAX_STREAM_DATA", [](tape& t) {
    say(t, far, wire::stream_frame{a_stream, 10'000'000, {}, false});
  }));
  CHECK(complains("INV-06 sends beyond MAX_DATA", [](tape& t) {
    for (std::uint64_t i = 0; i < 200; ++i)
      say(t, far + 200 - i, wire::stream_frame{stream_id{4 * i}, 50'000, {}, false});
  }));
  CHECK(complains("INV-07 MAX_DATA goes back", [](tape& t) { say(t, far, wire::max_data_frame{1}); }));
  CHECK(complains("INV-07 opens more", [](tape& t) {
    say(t, far, wire::stream_frame{stream_id{4'000}, 0, {}, true});
  }));
  CHECK(complains("INV-08", [](tape& t) { say(t, 0, wire::ping_frame{}); }));
}

TEST_CASE("INV-09 and INV-13: what is sealed", "[property]") {
  scenario::seal_ledger ledger;
  ledger.on_seal(1, 7, 0x40);
  ledger.on_seal(2, 7, 0x40);
  ledger.on_seal(1, 8, 0xc0);
  CHECK(ledger.broken().empty());
  SECTION("a number under one key twice") {
    ledger.on_seal(1, 8, 0x40);
    CHECK(ledger.broken().find("INV-09") != std::string::npos);
  }
  SECTION("reserved bits of a short header") {
    ledger.on_seal(1, 9, 0x48);
    CHECK(ledger.broken().find("INV-13") != std::string::npos);
  }
  SECTION("reserved bits of a long header") {
    ledger.on_seal(1, 9, 0xc4);
    CHECK(ledger.broken().find("INV-13") != std::string::npos);
  }
}

TEST_CASE("INV-10, INV-14, INV-15, INV-40 and INV-47: caps", "[property]") {
  auto spoilt = good_run();
  kept<event::packet_dropped> forged;
  forged.what.reason = event::drop_reason::decryption_failure;
  for (int i = 0; i < 4; ++i) spoilt.all.insert(middle(spoilt), forged);
  invariants cautious;
  cautious.of_bounds().forgery_limit = {3, 3};
  CHECK(spoilt.play(cautious).find("INV-10 more forged") != std::string::npos);
  invariants thrifty;
  thrifty.of_bounds().sealed_limit = {3, 3};
  CHECK(spoilt.play(thrifty).find("INV-10 more packets are sealed") != std::string::npos);
  CHECK(complains("INV-14", [](tape& t) { change_step(t, [](seen_step& s) { s.ends[0].held_bytes = 1ULL << 40; }); }));
  CHECK(complains("INV-15 more connection IDs",
                  [](tape& t) { change_step(t, [](seen_step& s) { s.ends[1].connection_ids = 9; }); }));
  CHECK(complains("INV-15 more paths", [](tape& t) {
    for (path_id id = 100; id < 105; ++id) {
      kept<event::path_updated> path;
      path.what.id = id;
      t.all.insert(middle(t), path);
    }
  }));
  CHECK(complains("INV-40 an endpoint", [](tape& t) { change_step(t, [](seen_step& s) { s.most_turns = 5'000; }); }));
  CHECK(complains("INV-40 more packets", [](tape& t) {
    kept<event::packet_dropped> dropped;
    t.all.insert(t.all.begin(), 20'000, dropped);
  }));
  CHECK(complains("INV-47", [](tape& t) { change_step(t, [](seen_step& s) { ++s.network.lost; }); }));
}

TEST_CASE("INV-11, INV-12, INV-16 and INV-17: packets and acknowledgements", "[property]") {
  CHECK(complains("INV-11", [](tape& t) {
    auto const at = t.find<received>(middle(t));
    t.all.insert(at, *at);
  }));
  CHECK(complains("INV-12 frames that must not", [](tape& t) {
    t.first<sent>([](sent const& e) { return e.what.kind == event::packet_kind::initial; })->bytes = {0x1e};
  }));
  CHECK(complains("INV-12 a packet without frames", [](tape& t) { t.first<sent>(is_one_rtt)->bytes.clear(); }));
  CHECK(complains("INV-12 a datagram", [](tape& t) { t.first<kept_datagram>()->bytes.resize(1'199); }));
  CHECK(complains("INV-13", [](tape& t) { t.first<kept_datagram>()->bytes[0] &= 0xbf; }));
  CHECK(complains("INV-16", [](tape& t) {
    // What the client acknowledges in 1-RTT packets is not said.
    for (auto& each : t.all)
      if (auto* const e = std::get_if<sent>(&each); e != nullptr && e->side == role::client && is_one_rtt(*e))
        e->bytes = made_of(wire::ping_frame{});
  }));
  CHECK(complains("INV-16 a handshake packet", [](tape& t) {
    for (auto& each : t.all)
      if (auto* const e = std::get_if<sent>(&each); e != nullptr && e->what.kind == event::packet_kind::handshake)
        e->bytes = made_of(wire::ping_frame{});
  }));
  CHECK(complains("INV-17 acknowledges", [](tape& t) {
    auto const at = say(t, far, wire::ping_frame{});
    std::get<sent>(*at).bytes = {0x02, 0x80, 0x0f, 0x42, 0x40, 0, 0, 0};
  }));
  CHECK(complains("INV-17 a packet that only acknowledges", [](tape& t) {
    // The one before has said it all.
    for (auto const number : {far + 1, far})
      std::get<sent>(*say(t, number, wire::ping_frame{})).bytes = {2, 0, 0, 0, 0};
  }));
}

TEST_CASE("INV-18, INV-19 and INV-20: the flight, its window and its timers", "[property]") {
  CHECK(complains("INV-18 bytes in flight are not",
                  [](tape& t) { change_step(t, [](seen_step& s) { ++s.ends[0].stats.bytes_in_flight; }); }));
  CHECK(complains("INV-18 a packet that was not", [](tape& t) {
    kept<event::packet_lost> lost;
    lost.what.number = far;
    t.all.insert(middle(t), lost);
  }));
  CHECK(complains("INV-18 bytes in flight are negative",
                  [](tape& t) { t.first<kept<event::metrics_updated>>()->what.bytes_in_flight = ~byte_count{0}; }));
  CHECK(complains("INV-19 the window is below",
                  [](tape& t) { t.first<kept<event::metrics_updated>>()->what.congestion_window = 2'399; }));
  CHECK(complains("INV-19 sends beyond the congestion window", [](tape& t) {
    auto const window = std::get<seen_step>(*middle(t)).ends[0].stats.congestion_window;
    std::get<sent>(*say(t, far, wire::ping_frame{})).what.size = window + 1;
  }));
  // A probe timeout lets two datagrams go, and no third one.
  auto const probes = [](packet_number count) {
    return [count](tape& t) {
      auto const size = std::get<seen_step>(*middle(t)).ends[0].stats.datagram_size;
      // Nothing of it is left for what the run goes on to send.
      for (auto i = count; i > 0; --i) {
        kept<event::packet_lost> gone{role::client, {}, {}};
        gone.what.number = far + i;
        t.all.insert(middle(t) + 1, gone);
      }
      auto after = std::get<seen_step>(*middle(t));
      after.ends[0].stats.congestion_window = 2'400;
      t.all.insert(middle(t) + 1, after);
      for (auto i = count; i > 0; --i) std::get<sent>(*say(t, far + i, wire::ping_frame{})).what.size = size;
      kept<event::metrics_updated> timeout{role::client, {}, {}};
      timeout.what.now = time_at(middle(t));
      timeout.what.congestion_window = 2'400;
      timeout.what.pto_count = 1;
      t.all.insert(middle(t) + 1, timeout);
    };
  };
  CHECK(complains("INV-19 sends beyond the congestion window", probes(3)));
  CHECK_FALSE(complains("INV-19 sends beyond the congestion window", probes(2)));
  CHECK(complains("INV-19 the window is reduced twice", [](tape& t) {
    kept<event::metrics_updated> shrunk{role::client, {}, {}};
    shrunk.what.now = time_at(middle(t));
    for (byte_count const window : {40'000U, 15'000U, 10'000U}) {
      shrunk.what.congestion_window = window;
      t.all.insert(middle(t), shrunk);
    }
  }));
  auto const waiting = [](tape& t) {
    return std::get_if<seen_step>(&*t.find<seen_step>(t.all.begin(), [](seen_step const& s) {
      return s.ends[0].confirmed && !s.ends[0].closing && s.ends[0].stats.bytes_in_flight > 1'000;
    }));
  };
  CHECK(complains("INV-20 nothing waits", [&](tape& t) { waiting(t)->ends[0].deadline = never; }));
  CHECK(complains("INV-20 a timer has run out", [&](tape& t) { waiting(t)->ends[0].deadline = waiting(t)->now; }));
  CHECK(complains("INV-20 a timer is left",
                  [](tape& t) { t.first<kept_end>()->step.world_deadline = t.first<kept_end>()->step.now; }));
}

TEST_CASE("INV-02, INV-21 and INV-22: what the peer has heard", "[property]") {
  std::vector<std::uint8_t> const one{1, 1, 1};
  std::vector<std::uint8_t> const other{1, 2, 1};
  CHECK(complains("INV-21 STREAM is repeated with other bytes", [&](tape& t) {
    say(t, far + 1, wire::stream_frame{a_stream, 0, other, false});
    say(t, far, wire::stream_frame{a_stream, 0, one, false});
  }));
  CHECK(complains("INV-21 the peer never got bytes", [&](tape& t) {
    say(t, far, wire::stream_frame{a_stream, 0, one, false});
  }));
  CHECK(complains("INV-21 the peer never heard of the end", [&](tape& t) {
    say(t, far, wire::stream_frame{a_stream, 0, {}, true});
  }));
  CHECK(complains("INV-21 the peer never heard of the reset", [&](tape& t) {
    say(t, far, wire::reset_stream_frame{a_stream, 0, 0});
  }));
  CHECK(complains("INV-21 the peer never heard STOP_SENDING", [&](tape& t) {
    say(t, far, wire::stop_sending_frame{a_stream, 0});
  }));
  CHECK(complains("INV-21 the peer never heard the last MAX_DATA",
                  [&](tape& t) { say(t, far, wire::max_data_frame{varint_max}); }));
  CHECK(complains("INV-21 the peer never heard the last MAX_STREAM_DATA", [&](tape& t) {
    say(t, far, wire::max_stream_data_frame{a_stream, varint_max});
  }));
  CHECK(complains("INV-21 the peer never heard NEW_CONNECTION_ID", [&](tape& t) {
    say(t, far, wire::new_connection_id_frame{77, 0, *connection_id::from(one), {}});
  }));
  CHECK(complains("INV-02 STREAM arrives with other bytes", [](tape& t) {
    for (auto& each : t.all)
      if (auto* const e = std::get_if<received>(&each); e != nullptr && e->what.kind == event::packet_kind::one_rtt)
        if (e->bytes.size() > 100) ++e->bytes[e->bytes.size() - 1];
  }));
  CHECK(complains("INV-22 a PATH_CHALLENGE is repeated", [](tape& t) {
    say(t, far + 1, wire::path_challenge_frame{});
    say(t, far, wire::path_challenge_frame{});
  }));
  CHECK(complains("INV-22 a PATH_RESPONSE", [](tape& t) { say(t, far, wire::path_response_frame{}); }));
  CHECK(complains("INV-22 a DATAGRAM", [&](tape& t) {
    say(t, far + 1, wire::datagram_frame{other, true});
    say(t, far, wire::datagram_frame{other, true});
  }));
}
