// SPDX-License-Identifier: BSL-1.0
// The same for what holds of a whole connection: its IDs, paths, streams, keys and its end.
#include "spoilt_run.hpp"

using namespace quoin::property;

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
  auto const issue = [](tape& t, packet_number packet, std::uint8_t sequence, std::uint8_t id) {
    auto const bytes = std::vector<std::uint8_t>(8, id);
    say(t, packet, wire::new_connection_id_frame{sequence, 0, *connection_id::from(bytes), {}});
  };
  CHECK(complains("INV-24 a sequence number is said again", [&](tape& t) {
    issue(t, far + 1, 77, 1);
    issue(t, far, 77, 2);
  }));
  CHECK(complains("INV-24 a connection ID has two", [&](tape& t) {
    issue(t, far + 1, 78, 1);
    issue(t, far, 77, 1);
  }));
  CHECK(complains("INV-24 a sequence number is left", [](tape& t) {
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
  CHECK(complains("INV-36 a connection ends twice", [&](tape& t) { end_it(t, event::close_origin::peer); }));
  CHECK(complains("INV-36 another code is sent", [](tape& t) {
    for (auto& each : t.all)
      if (auto* const e = std::get_if<closed>(&each); e != nullptr && e->what.origin == event::close_origin::local)
        ++e->what.code;
  }));
  CHECK(complains("INV-36 the peer is said", [&](tape& t) { end_it(t, event::close_origin::peer); }));
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
  auto const update = [](tape& t, tape::position at, std::uint64_t phase) {
    kept<event::key_updated> fresh{role::client, {}, {}};
    fresh.what.level = encryption_level::one_rtt;
    fresh.what.phase = phase;
    return t.all.insert(at, fresh);
  };
  CHECK(complains("INV-32 keys are updated before the handshake", [&](tape& t) { update(t, t.all.begin(), 1); }));
  CHECK(complains("INV-32 keys are updated again", [&](tape& t) {
    auto const phase = std::get<seen_step>(*middle(t)).ends[0].stats.key_phase;
    auto const first = update(t, middle(t) + 1, phase + 1);
    update(t, first + 1, phase + 2);
  }));
  CHECK(complains("INV-32 a key update is left out", [&](tape& t) {
    update(t, middle(t) + 1, std::get<seen_step>(*middle(t)).ends[0].stats.key_phase + 2);
  }));
  CHECK(complains("INV-32 an update is followed", [&](tape& t) {
    auto const at = update(t, middle(t) + 1, std::get<seen_step>(*middle(t)).ends[0].stats.key_phase + 1);
    std::get<kept<event::key_updated>>(*at).what.remote = true;
  }));
  CHECK(complains("INV-32 keys are updated and nobody",
                  [](tape& t) { change_step(t, [](seen_step& s) { s.ends[0].stats.key_phase += 1; }); }));
  CHECK(complains("INV-32 one end",
                  [](tape& t) { change_step(t, [](seen_step& s) { s.ends[0].stats.key_phase += 2; }); }));
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
