// SPDX-License-Identifier: BSL-1.0
// A check that nothing can break proves nothing: a good run on tape, one thing in it made wrong, and the complaint.
#include "random_run.hpp"
#include "tape.hpp"
#include "world/seal_ledger.hpp"

#include <quoin/wire/extension_frames.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin::property;

namespace {

/// A run without a fault, recorded once.
tape const& good_run() {
  static tape const recorded = [] {
    tape made;
    run_options options{.seed = 47, .stack = flavour::plain};
    options.also = &made;
    auto const problems = random_run(options);
    REQUIRE(problems.empty());
    return made;
  }();
  return recorded;
}

/// The frames of a packet.
template <class... Frames>
std::vector<std::uint8_t> made_of(Frames const&... frames) {
  std::vector<std::uint8_t> bytes(4096);
  byte_writer writer{bytes};
  REQUIRE((wire::write(writer, frames) && ...));
  bytes.resize(writer.size());
  return bytes;
}

bool is_one_rtt(sent const& e) {
  return e.what.kind == event::packet_kind::one_rtt;
}

/// Where both ends have confirmed the handshake and nothing has ended.
tape::position middle(tape& of) {
  return of.find<seen_step>(of.all.begin(), [](seen_step const& step) {
    return step.ends[0].confirmed && step.ends[1].confirmed && !step.ends[0].closing && !step.ends[1].closing;
  });
}

instant time_at(tape::position at) {
  return std::get<seen_step>(*at).now;
}

/// A 1-RTT packet of the client with these frames, in the middle of the run.
template <class... Frames>
tape::position say(tape& to, packet_number number, Frames const&... frames) {
  auto const at = middle(to);
  sent made{role::client, {}, made_of(frames...)};
  made.what = {time_at(at), event::packet_kind::one_rtt, number, 100, {}, ecn::not_ect, 0};
  return to.all.insert(at + 1, std::move(made));
}

constexpr packet_number far = 1'000'000;
stream_id const a_stream{400};

/// Every complaint of a run that was spoilt.
std::string complaints_of(std::function<void(tape&)> const& spoil) {
  auto spoilt = good_run();
  spoil(spoilt);
  invariants all;
  all.of_fairness().expected = true;
  all.of_reductions().expected = true;
  all.of_endings().handshake_timeout = {std::chrono::seconds{300}, std::chrono::seconds{300}};
  return spoilt.play(all);
}

bool complains(std::string_view number, std::function<void(tape&)> const& spoil) {
  auto const said = complaints_of(spoil);
  INFO(said);
  return said.find(number) != std::string::npos;
}

void change_step(tape& of, std::function<void(seen_step&)> const& change) {
  change(std::get<seen_step>(*middle(of)));
}

}  // namespace

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
  CHECK(spoilt.play(cautious).find("INV-10") != std::string::npos);
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

TEST_CASE("INV-23 and INV-24: connection IDs", "[property]") {
  complaints said;
  identifiers checks{said};
  std::vector<std::uint8_t> const datagram(20, 0x41);
  auto address = scenario::world::client_address();
  checks.on_datagram({role::client, {}, datagram, address});
  CHECK(said.text().empty());
  ++address.port;
  checks.on_datagram({role::client, {}, datagram, address});
  CHECK(said.text().find("INV-23 a connection ID is used from two addresses") != std::string::npos);
  CHECK(complains("INV-23 a connection ID is used", [](tape& t) {
    t.all.insert(middle(t), *t.find<kept_datagram>(middle(t), [](kept_datagram const& d) {
      return d.from == role::client && (d.bytes[0] & 0x80) == 0;
    }));
    for (std::uint64_t sequence = 0; sequence < 8; ++sequence)
      t.all.insert(middle(t), *say(t, far + sequence, wire::retire_connection_id_frame{sequence}));
  }));
  CHECK(complains("INV-23 the peer never heard", [](tape& t) { say(t, far, wire::retire_connection_id_frame{7}); }));
  CHECK(complains("INV-24 issues more", [](tape& t) {
    for (std::uint8_t i = 30; i > 10; --i)
      say(t, far + 50U - i,
          wire::new_connection_id_frame{i, 0, *connection_id::from(std::vector<std::uint8_t>(8, i)), {}});
  }));
  CHECK(complains("INV-24 a sequence number", [](tape& t) {
    say(t, far, wire::new_connection_id_frame{99, 0, *connection_id::from(std::vector<std::uint8_t>(8, 9)), {}});
  }));
}

TEST_CASE("INV-25, INV-26, INV-36, INV-37 and INV-42: endings", "[property]") {
  auto const end_it = [](tape& t, event::close_origin origin) {
    auto const at = middle(t);
    closed end{role::client, {}, {}};
    end.what.now = time_at(at);
    end.what.origin = origin;
    return t.all.insert(at + 1, end);
  };
  CHECK(complains("INV-25 closing", [&](tape& t) {
    auto const at = end_it(t, event::close_origin::peer);
    auto step = std::get<seen_step>(*middle(t));
    step.ends[0].gone = true;
    // Nearly the three probe timeouts that it should take.
    auto const& rtt = step.ends[0].stats.rtt;
    step.now += (rtt.smoothed + std::max<duration>(4 * rtt.variation, std::chrono::milliseconds{1})) * 29 / 10;
    t.all.insert(at + 1, step);
  }));
  CHECK(complains("INV-25 a connection is left", [](tape& t) { t.first<kept_end>()->step.ends[1].gone = false; }));
  CHECK(complains("INV-25 the handshake", [](tape& t) {
    auto late = std::get<seen_step>(*middle(t));
    late.ends[0].connected = false;
    late.now += std::chrono::seconds{301};
    t.all.insert(middle(t), late);
  }));
  CHECK(complains("INV-26 a packet is sent", [&](tape& t) { end_it(t, event::close_origin::peer); }));
  CHECK(complains("INV-26 more than", [&](tape& t) { end_it(t, event::close_origin::local); }));
  CHECK(complains("INV-26 a closing end", [&](tape& t) { end_it(t, event::close_origin::local); }));
  CHECK(complains("INV-36", [&](tape& t) { end_it(t, event::close_origin::peer); }));
  CHECK(complains("INV-37", [&](tape& t) { end_it(t, event::close_origin::idle_timeout); }));
  CHECK(complains("INV-42", [](tape& t) { change_step(t, [](seen_step& s) { s.ends[0].told_after_closed = true; }); }));
}

TEST_CASE("INV-31 and INV-32: both ends agree", "[property]") {
  CHECK(complains("INV-31 the peer's transport parameters", [](tape& t) {
    t.first<kept<event::parameters_set>>([](auto const& e) {
       return !e.what.local && e.side == role::client;
     })->bytes.push_back(0);
  }));
  CHECK(complains("INV-31 the two ends speak",
                  [](tape& t) { change_step(t, [](seen_step& s) { s.ends[0].spoken = version::negotiation; }); }));
  CHECK(complains("INV-31 the two ends chose",
                  [](tape& t) { change_step(t, [](seen_step& s) { s.ends[0].alpn = "other"; }); }));
  CHECK(complains("INV-32", [](tape& t) { change_step(t, [](seen_step& s) { s.ends[0].stats.key_phase += 2; }); }));
}

TEST_CASE("INV-33 to INV-35: paths", "[property]") {
  auto const step = [](tape& t, path_id id, event::path_step what) {
    kept<event::path_updated> path;
    path.what.now = time_at(middle(t));
    path.what.id = id;
    path.what.step = what;
    t.all.insert(middle(t), path);
  };
  CHECK(complains("INV-33 the path in use", [&](tape& t) { step(t, 0, event::path_step::closed); }));
  CHECK(complains("INV-33 after a failed", [&](tape& t) {
    step(t, 8, event::path_step::used);
    step(t, 8, event::path_step::failed);
    step(t, 9, event::path_step::used);
  }));
  CHECK(complains("INV-34", [](tape& t) {
    kept<event::mtu_updated> mtu;
    mtu.what.size = 1'199;
    t.all.insert(middle(t), mtu);
  }));
  CHECK(complains("INV-35", [](tape& t) {
    auto marked = say(t, far, wire::ping_frame{});
    std::get<sent>(*marked).what.mark = ecn::ect0;
    received ack{role::client, {}, {0x02, 0x80, 0x0f, 0x42, 0x40, 0, 0, 0}};
    ack.what.kind = event::packet_kind::one_rtt;
    ack.what.number = far;
    ack.what.now = time_at(middle(t));
    auto again = std::get<sent>(*marked);
    ++again.what.number;
    auto const at = t.all.insert(marked + 1, ack);
    t.all.insert(at + 1, again);
  }));
}

TEST_CASE("INV-39: a stream that starves", "[property]") {
  CHECK(complains("INV-39", [](tape& t) {
    auto const at = middle(t);
    auto waits = std::get<seen_step>(*at);
    waits.ends[0].unsent = {{a_stream.value(), 5'000}};
    std::vector<tape::entry> greedy{waits};
    for (std::uint64_t i = 0; i < 200; ++i) {
      sent one{role::client, {}, made_of(wire::stream_frame{stream_id{404}, 100 * i, {}, false})};
      one.what = {time_at(at), event::packet_kind::one_rtt, far + i, 100, {}, ecn::not_ect, 0};
      greedy.emplace_back(one);
    }
    t.all.insert(at + 1, greedy.begin(), greedy.end());
  }));
}
