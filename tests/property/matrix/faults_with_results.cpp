// SPDX-License-Identifier: BSL-1.0
// Faults in every phase of which more is expected than an outcome: what the ends hold, send and do afterwards.
#include "matrix.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>

using namespace quoin::property;

namespace {

/// The client's host is gone: nothing comes from it or reaches it any more.
fault vanishing(std::shared_ptr<instant> since) {
  fault made;
  made.stays = true;
  made.begin = [since](world& w, sim::random&) {
    *since = w.network().now();
    for (auto* const link : {&w.uplink(), &w.downlink()}) link->black_out(*since, never);
  };
  made.after = [since](world& w, phase, outcome) -> std::string {
    std::string wrong;
    w.run_until([&] { return w.alive(role::server) == 0; }, 1000s);
    if (w.alive(role::server) > 0) wrong += "the server holds a connection to nobody\n";
    if (w.count(role::server) == 0) return wrong;
    auto& server = w.server(w.count(role::server) - 1);
    // RFC 9000 10.1: the timer begins with what was heard last, and once more with what is sent after that.
    if (server.ended && server.ended_at > *since - instant{} + 245s) wrong += "the server waited for too long\n";
    if (server.held_bytes() > 0 || server.connection_ids() > 0) wrong += "what is over holds something\n";
    return wrong;
  };
  return made;
}

}  // namespace

TEST_CASE("a client that vanishes without a word, in every phase", "[matrix]") {
  using enum outcome;
  check_row(vanishing(std::make_shared<instant>()), {{phase::first_flight, {handshake_timeout}},
                                                     {phase::retry, {handshake_timeout}},
                                                     {phase::early_data, {handshake_timeout}},
                                                     {phase::handshake_end, {idle_timeout, handshake_timeout}},
                                                     {phase::transfer, {idle_timeout}},
                                                     {phase::migration, {idle_timeout, refused}},
                                                     {phase::key_update, {idle_timeout}}});
}

TEST_CASE("a server that never gives up a client that vanished is found out", "[matrix]") {
  auto patient = vanishing(std::make_shared<instant>());
  patient.prepare = [](world_options& options, sim::random&) {
    options.server.idle_timeout = options.client.idle_timeout = 5000s;
  };
  CHECK(play(patient, phase::transfer, 1).broken.find("holds a connection to nobody") != std::string::npos);
}

TEST_CASE("an interface that goes as soon as the client has moved to it, in every phase", "[matrix]") {
  auto const moves = std::make_shared<std::map<bool, int>>();
  auto address = world::client_address();
  address.port = 6'100;
  fault gone;
  gone.begin = [=](world& w, sim::random& chance) {
    w.network().schedule(w.network().now() + chance.between(duration{}, 30ms), [=, &w] {
      if (w.count(role::client) == 0) return;
      auto& client = w.client(w.count(role::client) - 1);
      // RFC 9000 9: not before the handshake is confirmed.
      bool const may = client.confirmed() && !client.closing();
      bool const moved = client.migrate(w.open_local(role::client, address)).has_value();
      ++(*moves)[moved];
      CHECK((may || !moved));
      if (moved) client.ping();
    });
  };
  // EADDRNOTAVAIL: nothing leaves from there, which is no more than a loss.
  gone.each = [=](sim::datagram& d, bool up, sim::random&) -> sim::verdict {
    return {.drop = (up ? d.path.local : d.path.remote) == address};
  };
  gone.stays = true;
  gone.after = [=](world& w, phase, outcome how) -> std::string {
    if (how != outcome::complete || w.count(role::client) == 0) return {};
    auto& client = w.client(w.count(role::client) - 1);
    bool const dead_path = !client.gone() && client.path().local == address;
    return dead_path ? "the client stays where nothing leaves\n" : "";
  };
  check_row(gone);
  CHECK((*moves)[true] > 0);
}

TEST_CASE("a path that narrows under datagrams that were larger, in every phase", "[matrix]") {
  struct seen {
    std::size_t width = 0;
    int lowered = 0;
  };
  auto const about = std::make_shared<seen>();
  fault narrow;
  narrow.stays = true;
  narrow.prepare = [](world_options& options, sim::random&) { options.log = true; };
  narrow.begin = [about](world& w, sim::random& chance) {
    if (w.count(role::client) > 0 && !w.client(w.count(role::client) - 1).gone()) w.advance(3s);  // so that they grow
    about->width = 1200 + chance.below(100);
    for (auto* const link : {&w.uplink(), &w.downlink()}) link->settings.mtu = about->width;
  };
  narrow.after = [about](world& w, phase when, outcome) -> std::string {
    for (auto const& each : w.mtus) about->lowered += each.what.size < each.what.before ? 1 : 0;
    // Whoever only closes never finds out.
    if (when == phase::close) return {};
    std::string wrong;
    for (auto const side : {role::client, role::server}) {
      auto& end = side == role::client ? w.client(w.count(side) - 1) : w.server(w.count(side) - 1);
      if (end.statistics().datagram_size > about->width) wrong += "datagrams are larger than the path takes\n";
    }
    return wrong;
  };
  check_row(narrow);
  CHECK(about->lowered > 0);
}

TEST_CASE("each Retry and each Version Negotiation packet comes twice, in every phase", "[matrix]") {
  auto const seen = std::make_shared<std::map<packet_kind, int>>();
  fault twice;
  twice.prepare = [](world_options& options, sim::random&) { options.log = true; };
  twice.each = [](sim::datagram&, bool up, sim::random&) -> sim::verdict { return {.duplicate = !up}; };
  twice.after = [seen](world& w, phase when, outcome) -> std::string {
    std::string wrong;
    for (auto const kind : {packet_kind::retry, packet_kind::version_negotiation}) {
      auto const times = w.received(role::client, of_kind(kind)).size();
      (*seen)[kind] += static_cast<int>(times);
      // RFC 9000 17.2.5.2 and 6.2: the first one counts, and nothing after it.
      if (times > (when == phase::retry ? 1 : 0)) wrong += "a client follows the server's wish twice\n";
    }
    return wrong;
  };
  check_row(twice, {}, 4);
  CHECK((*seen)[packet_kind::retry] == 2);
}
