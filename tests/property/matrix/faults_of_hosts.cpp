// SPDX-License-Identifier: BSL-1.0
// What hosts, NATs and middle-boxes do, in every phase. Memory that runs out and system calls that fail have a matrix
// of their own in tests/faults, and packets that come to the wrong endpoint of a group are tested in
// tests/unit/endpoint.
#include "matrix.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin::property;

TEST_CASE("a NAT that changes ports and addresses, in every phase", "[matrix]") {
  fault nat;
  nat.begin = [](world& w, sim::random& chance) {
    static_cast<void>(chance.chance(0.5) ? w.rebind_port() : w.rebind_address());
    for (int more = 0; more < 2; ++more)
      w.network().schedule(w.network().now() + chance.between(100ms, 20s), [&w, port = chance.chance(0.5)] {
        static_cast<void>(port ? w.rebind_port() : w.rebind_address());
      });
  };
  using enum outcome;
  // RFC 9000 9: nobody is followed before the handshake is confirmed, and a token is good for one address.
  check_row(nat, {{phase::first_flight, {complete, handshake_timeout, idle_timeout, refused}},
                  {phase::retry, {complete, handshake_timeout, idle_timeout, refused}},
                  {phase::early_data, {complete, handshake_timeout, idle_timeout, refused}},
                  {phase::handshake_end, {complete, handshake_timeout, idle_timeout}}});
}

TEST_CASE("a peer that crashes and comes back, in every phase", "[matrix]") {
  fault crash;
  crash.mixes_connections = true;
  crash.begin = [](world& w, sim::random&) {
    w.restart_server();
    if (w.count(role::client) > 0 && !w.client(w.count(role::client) - 1).gone())
      w.client(w.count(role::client) - 1).ping();
  };
  using enum outcome;
  check_row(crash, {{phase::early_data, {complete, reset, handshake_timeout}},
                    {phase::handshake_end, {complete, reset, handshake_timeout, idle_timeout}},
                    {phase::transfer, {reset}},
                    {phase::migration, {reset, idle_timeout, refused}},
                    {phase::key_update, {reset}}});
}

TEST_CASE("clocks that begin at nothing or shortly before their end, in every phase", "[matrix]") {
  fault odd;
  odd.prepare = [](world_options& options, sim::random& chance) {
    // Deadlines of an hour or more do not exist any more then: they must be never, and not in the past.
    options.start = chance.chance(0.3) ? instant{} : never - chance.between(3000s, 4000s);
  };
  check_row(odd, {}, 6);
}

TEST_CASE("an address to migrate to that is not there, or is taken away, in every phase", "[matrix]") {
  auto address = world::client_address();
  address.port = 6'000;  // where the phase of migrations goes
  fault gone;
  gone.begin = [address](world& w, sim::random&) { w.take_down(role::client, address); };
  // A path on which nothing can be sent is not validated, and the one before is used (RFC 9000 9.3.2).
  check_row(gone, {}, 6);

  gone.begin = [address](world& w, sim::random& chance) {
    w.network().schedule(w.network().now() + chance.between(duration{}, 300ms),
                         [&w, address] { w.take_down(role::client, address); });
  };
  // Once it is validated, only its application can know of a better one.
  using enum outcome;
  check_row(gone, {{phase::migration, {complete, idle_timeout}}}, 6);
}

TEST_CASE("clocks that stand still and go on, in every phase", "[matrix]") {
  fault halt;
  halt.mixes_connections = true;  // invariants know one clock only
  halt.stays = true;
  halt.begin = [](world& w, sim::random& chance) {
    for (auto const side : {role::client, role::server})
      for (int times = 0; times < 3; ++times)
        w.network().schedule(w.network().now() + chance.between(duration{}, 10s),
                             [&w, side, span = chance.between(10ms, 8s), catches_up = chance.chance(0.5)] {
                               w.stop_clock(side, span, catches_up);
                             });
  };
  // Whoever sleeps is slow, and nothing more.
  check_row(halt, {}, 6);
}

TEST_CASE("clocks that tick every sixteen milliseconds, in every phase", "[matrix]") {
  fault coarse;
  coarse.mixes_connections = true;
  coarse.stays = true;
  coarse.begin = [](world& w, sim::random&) {
    for (auto const side : {role::client, role::server})
      for (int tick = 0; tick < 2'000; ++tick)
        w.network().schedule(w.network().now() + tick * 16ms, [&w, side] { w.stop_clock(side, 16ms, true); });
  };
  check_row(coarse);
}

TEST_CASE("clocks that step ahead, in every phase", "[matrix]") {
  fault step;
  step.mixes_connections = true;
  step.stays = true;
  auto const by = [](duration least, duration most) {
    return [=](world& w, sim::random& chance) {
      for (auto const side : {role::client, role::server})
        for (int times = 0; times < 2; ++times)
          w.network().schedule(w.network().now() + chance.between(duration{}, 2s),
                               [&w, side, span = chance.between(least, most)] { w.step_clock(side, span); });
    };
  };
  // Less than any timeout together.
  step.begin = by(1ms, 30s);
  check_row(step, {}, 6);
  // More than all of them: a deadline that has passed is acted on, in order and once.
  step.begin = by(1h, 100h);
  using enum outcome;
  std::initializer_list<outcome> const any{complete, handshake_timeout, idle_timeout, reset};
  check_row(step,
            {{phase::first_flight, any},
             {phase::retry, any},
             {phase::early_data, any},
             {phase::handshake_end, any},
             {phase::transfer, any},
             {phase::migration, any},
             {phase::key_update, any}},
            6);
}

TEST_CASE("a NAT that forgets a flow after thirty seconds of silence, in every phase", "[matrix]") {
  struct flow {
    world* in = nullptr;
    instant last_up;
    bool begun = false;  ///< there is a connection whose flow can be forgotten
    std::uint64_t dropped = 0;
  };
  auto const flow_seen = std::make_shared<flow>();
  fault nat;
  nat.begin = [flow_seen](world& w, sim::random&) {
    flow_seen->in = &w;
    flow_seen->last_up = w.network().now();
    flow_seen->begun = false;
    // Whoever is silent for longer is not reached by the server any more, until the client speaks again.
    w.advance(40s);
    auto const count = w.count(role::server);
    if (count == 0 || w.server(count - 1).gone()) return;
    flow_seen->begun = true;
    w.server(count - 1).ping();
    w.advance(500ms);
  };
  nat.each = [flow_seen](sim::datagram&, bool up, sim::random& chance) -> sim::verdict {
    auto const now = flow_seen->in->network().now();
    bool const forgotten = now - flow_seen->last_up > 30s;
    if (up) {
      flow_seen->last_up = now;
      // A flow that begins again may get another port.
      if (forgotten && flow_seen->begun && chance.chance(0.5))
        flow_seen->in->network().schedule(now, [w = flow_seen->in] { static_cast<void>(w->rebind_port()); });
    } else if (forgotten) {
      ++flow_seen->dropped;
    }
    return {.drop = !up && forgotten};
  };
  check_row(nat);
  CHECK(flow_seen->dropped > 0);
}

TEST_CASE("a middle-box that lets version 1 through alone and clears marks, in every phase", "[matrix]") {
  fault box;
  box.each = [](sim::datagram& d, bool, sim::random&) -> sim::verdict {
    d.mark = ecn::not_ect;
    bool const is_long = !d.bytes.empty() && (d.bytes[0] & 0x80) != 0;
    bool const negotiation =
        d.bytes.size() > 5 && d.bytes[1] == 0 && d.bytes[2] == 0 && d.bytes[3] == 0 && d.bytes[4] == 0;
    bool const v1 = d.bytes.size() > 5 && d.bytes[1] == 0 && d.bytes[2] == 0 && d.bytes[3] == 0 && d.bytes[4] == 1;
    return {.drop = is_long && !v1 && !negotiation};
  };
  using enum outcome;
  // A client that begins with another version is not answered.
  check_row(box, {{phase::retry, {complete, handshake_timeout}}});
}

TEST_CASE("somebody who repeats old datagrams from anywhere, in every phase", "[matrix]") {
  fault echo;
  echo.mixes_connections = true;  // a client's first datagram, once more from elsewhere, begins another
  auto const heard = std::make_shared<std::vector<sim::datagram>>();
  echo.begin = [heard](world& w, sim::random& chance) {
    heard->clear();
    for (int i = 0; i < 30; ++i)
      w.network().schedule(w.network().now() + chance.between(1ms, 5s), [&w, heard, pick = chance.next(), i] {
        if (heard->empty()) return;
        auto const& d = (*heard)[pick % heard->size()];
        auto const from = d.path.remote == world::server_address() ? role::client : role::server;
        w.forge(from, socket_address::v4(10, 9, 0, static_cast<std::uint8_t>(i), 999), d.path.remote, d.bytes);
      });
  };
  echo.each = [heard](sim::datagram& d, bool, sim::random&) -> sim::verdict {
    if (heard->size() < 200) heard->push_back(d);
    return {};
  };
  check_row(echo);
}

TEST_CASE("garbage from strangers, in every phase", "[matrix]") {
  fault noise;
  noise.begin = [](world& w, sim::random& chance) {
    for (int i = 0; i < 50; ++i) {
      std::vector<std::uint8_t> bytes(1 + chance.below(1'400));
      for (auto& byte : bytes) byte = static_cast<std::uint8_t>(chance.next());
      w.network().schedule(w.network().now() + chance.between(duration{}, 2s), [&w, bytes, i] {
        auto const to = i % 2 == 0 ? world::server_address() : world::client_address();
        w.forge(i % 2 == 0 ? role::client : role::server, socket_address::v4(10, 9, 0, 1, 999), to, bytes);
      });
    }
  };
  check_row(noise);
}

TEST_CASE("an interface that takes ever smaller datagrams, in every phase", "[matrix]") {
  fault interface;
  interface.begin = [](world& w, sim::random& chance) {
    w.set_interface_mtu(chance.chance(0.5) ? role::client : role::server, 1200 + chance.below(200));
  };
  check_row(interface);
}

TEST_CASE("a thousand times the usual round trip, in every phase", "[matrix]") {
  fault far_away;
  far_away.prepare = [](world_options& options, sim::random& chance) {
    options.one_way_delay = chance.between(2s, 5s);
    for (auto* const settings : {&options.client, &options.server}) {
      settings->handshake_timeout = 600s;
      settings->idle_timeout = 0s;
    }
  };
  check_row(far_away, {}, 2);
}
