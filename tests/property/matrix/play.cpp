// SPDX-License-Identifier: BSL-1.0
#include "amplification_guard.hpp"
#include "every_connection.hpp"
#include "matrix.hpp"
#include "world/seal_ledger.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace quoin::property {

using namespace scenario;

std::string_view name_of(phase p) noexcept {
  constexpr std::string_view names[]{"first flight", "retry",     "early data", "handshake end",
                                     "transfer",     "migration", "key update", "close"};
  return names[index_of(p)];
}

std::string_view name_of(outcome o) noexcept {
  constexpr std::string_view names[]{"complete", "handshake timeout", "idle timeout", "reset", "refused", "stuck"};
  return names[index_of(o)];
}

namespace {

class cell {
 public:
  cell(fault const& what, phase when, std::uint64_t seed) : fault_(what), phase_(when), chance_(seed, 5) {
    options_.seed = seed;
    options_.stack = chance_.chance(0.5) ? flavour::plain : flavour::strict;
    options_.one_way_delay = chance_.between(5ms, 50ms);
    options_.log = false;
    for (auto* const settings : {&options_.client, &options_.server}) {
      settings->handshake_timeout = 120s;
      settings->idle_timeout = 240s;
    }
    prepare_phase(seed);
    if (fault_.prepare) fault_.prepare(options_, chance_);
    watched_ = !fault_.mixes_connections;
    if (watched_) options_.watch = &watch_;
    world_ = std::make_unique<world>(options_);
    if (watched_) watch_.look_at(*world_, options_);
    guard_server();
  }

  cell_result go() {
    listen();
    cell_result found;
    found.how = play();
    if (fault_.after) faulty_ += fault_.after(*world_, phase_, found.how);
    if (beyond_) faulty_ += "INV-01 more than three times to an address not proven\n";
    found.broken = faulty_ + watch_.broken() + (fault_.mixes_connections ? "" : ledger_.broken());
    for (auto const side : {role::client, role::server})
      if (world_->count(side) > 0 && last(side).ended) {
        found.ends[index_of(side)] = last(side).ended;
        found.why += (side == role::client ? " client: " : " server: ") + std::to_string(last(side).ended->code) + ' ' +
                     last(side).ended->reason;
      }
    if (fault_.counted)
      for (auto const& each : watch_.all()) fault_.counted(each->checks, phase_);
    watch_.look_away();
    return found;
  }

 private:
  void prepare_phase(std::uint64_t seed) {
    if (phase_ == phase::retry && seed % 2 == 0) options_.require_retry = true;
    if (phase_ == phase::retry && seed % 2 == 1) {
      // A version that nobody speaks makes the server list those that it does (RFC 9000 6.3).
      options_.client.versions = {version{0x1a2a3a4a}, version::v1};
    }
    if (phase_ == phase::early_data) {
      options_.tickets = 1;
      options_.early_data = options_.takes_replays = true;
    }
  }

  void listen() {
    for (bool const up : {true, false}) {
      auto& link = up ? world_->uplink() : world_->downlink();
      link.on_each([this, up](sim::datagram& d, std::uint64_t) -> sim::verdict {
        // Forged ones pass here too.
        bool const ours = d.path.local.ip[0] == 10 && d.path.local.ip[1] == 0;
        if (watched_ && ours) watch_.on_datagram({up ? role::client : role::server, world_->network().now(), d.bytes});
        return active_ && fault_.each ? fault_.each(d, up, chance_) : sim::verdict{};
      });
    }
  }

  void begin() {
    if (active_) return;
    active_ = true;
    before_ = {world_->uplink().settings, world_->downlink().settings};
    if (fault_.begin) fault_.begin(*world_, chance_);
  }
  void end() {
    if (!active_ || fault_.stays) return;
    active_ = false;
    world_->uplink().settings = before_[0];
    world_->downlink().settings = before_[1];
    for (auto const side : both_sides) world_->set_offload(side, {});
  }

  /// INV-01 until the phase is over, unless the fault has the server's socket for itself.
  void guard_server() {
    quoin::sim_offload socket;
    socket.receiving = [this](std::vector<sim_train>& all) {
      for (auto const& each : all) guard_.hear(each);
    };
    socket.sending = [this](std::vector<sim::datagram>& batch) {
      for (auto const& each : batch)
        if (!guard_.say(each, watch_.proven(each.path.remote)) && watched_) beyond_ = true;
    };
    world_->set_offload(role::server, socket);
  }

  party& last(role side) {
    auto const count = world_->count(side);
    return side == role::client ? world_->client(count - 1) : world_->server(count - 1);
  }
  bool over(role side) { return world_->count(side) > 0 && last(side).ended.has_value(); }

  outcome play() {
    if (phase_ == phase::early_data) return play_early();
    bool const from_start = phase_ == phase::first_flight || phase_ == phase::retry;
    if (from_start) begin();
    auto& client = world_->connect();
    auto const done = [&] { return client.ended || client.connected(); };
    world_->run_until(done, 200s);
    if (from_start) end();
    if (phase_ == phase::handshake_end) begin();
    world_->run_until([&] { return client.ended || (client.confirmed() && server_confirmed()); }, 400s);
    if (phase_ == phase::handshake_end) end();
    if (client.ended) return ending();
    if (phase_ == phase::close) return play_close();
    if (phase_ == phase::transfer || phase_ == phase::migration || phase_ == phase::key_update) begin();
    if (phase_ == phase::migration) move();
    if (phase_ == phase::key_update) static_cast<void>(client.update_keys());
    auto const arrived = transfer();
    if (phase_ == phase::key_update && arrived == outcome::complete) {
      static_cast<void>(last(role::server).update_keys());
      if (auto const again = transfer(); again != outcome::complete) return again;
    }
    end();
    return arrived == outcome::complete ? play_close() : arrived;
  }

  bool server_confirmed() { return world_->count(role::server) > 0 && last(role::server).confirmed(); }

  /// The client goes to another address, by itself or by a NAT's doing.
  void move() {
    if (chance_.chance(0.5)) {
      static_cast<void>(chance_.chance(0.5) ? world_->rebind_port() : world_->rebind_address());
    } else {
      auto address = world::client_address();
      address.port = 6'000;
      static_cast<void>(last(role::client).migrate(world_->open_local(role::client, address)));
    }
    last(role::client).ping();
  }

  /// Some data each way.
  outcome transfer() {
    constexpr std::uint64_t size = 60'000;
    auto& client = last(role::client);
    auto& server = last(role::server);
    if (client.ended || server.ended || server.gone()) return ending();
    auto const up = world_->start(client, stream_direction::unidirectional, size);
    auto const down = world_->start(server, stream_direction::unidirectional, size);
    auto const arrived = [&] { return world::got(server, up, size) && world::got(client, down, size); };
    world_->run_until(
        [&] {
          return client.ended || server.ended || (server.in[up.value()].ends > 0 && client.in[down.value()].ends > 0);
        },
        600s);
    for (auto* const end : {&client, &server}) {
      // Nothing but a wish rotates keys, and a path's datagrams never outgrow nor undercut what QUIC allows.
      if (end->ended || end->gone()) continue;
      auto const stats = end->statistics();
      if (phase_ != phase::key_update && stats.key_phase != 0) faulty_ += "keys were updated that nobody updated\n";
      if (stats.datagram_size < 1200) faulty_ += "datagrams are smaller than QUIC's smallest\n";
    }
    return arrived() ? outcome::complete : ending();
  }

  outcome play_early() {
    if (!world_->get_session()) return outcome::stuck;
    constexpr std::uint64_t size = 5'000;
    begin();
    auto& client = world_->connect_early(size);
    auto const arrived = [&] {
      for (std::size_t i = 1; i < world_->count(role::server); ++i)
        for (auto const& [id, got] : world_->server(i).in)
          if (world::got(world_->server(i), stream_id{id}, size)) return true;
      return false;
    };
    world_->run_until([&] { return client.ended || arrived(); }, 600s);
    end();
    return arrived() ? outcome::complete : ending();
  }

  outcome play_close() {
    auto& client = last(role::client);
    auto& server = last(role::server);
    if (phase_ == phase::close) begin();
    auto const closer = chance_.chance(0.5) ? role::client : role::server;
    last(closer).close(7, "done");
    world_->run_until([&] { return client.gone() && server.gone(); }, 1000s);
    end();
    if (!client.gone() || !server.gone()) return outcome::stuck;
    world_->advance(1s);
    world_->settle();
    if (watched_) watch_.at_end();
    // INV-48: the word may be lost, but it is not mistaken.
    if (watched_) faulty_ += problem_with(last(peer_of(closer)).ended, 7, true);
    return outcome::complete;
  }

  /// What an end that ended by itself says; the client's word counts first.
  outcome ending() {
    world_->run_until([&] { return over(role::client); }, 1000s);
    world_->run_until([&] { return over(role::server); }, 10s);  // what the client says of it is under way
    for (auto const side : {role::client, role::server}) {
      if (!over(side)) continue;
      switch (last(side).ended->origin) {
        case event::close_origin::handshake_timeout: return outcome::handshake_timeout;
        case event::close_origin::idle_timeout: return outcome::idle_timeout;
        case event::close_origin::stateless_reset: return outcome::reset;
        default: return outcome::refused;
      }
    }
    return outcome::stuck;
  }

  fault const& fault_;
  phase phase_;
  sim::random chance_;
  world_options options_;
  bool watched_ = true;
  seal_ledger ledger_;
  every_connection watch_;
  amplification_guard guard_;
  bool beyond_ = false;
  std::unique_ptr<world> world_;
  std::array<sim::link_settings, 2> before_;
  std::string faulty_;  ///< what the cell itself found
  bool active_ = false;
};

}  // namespace

cell_result play(fault const& what, phase when, std::uint64_t seed) {
  return cell{what, when, seed}.go();
}

void check_row(fault const& what, std::initializer_list<expectation> exceptions, std::uint64_t seeds) {
  for (auto const when : all_phases) {
    std::vector<outcome> allowed{outcome::complete};
    for (auto const& each : exceptions)
      if (each.when == when) allowed = each.may_be;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      auto const found = play(what, when, seed);
      INFO(name_of(when) << ", seed " << seed << ": " << name_of(found.how) << '.' << found.why << '\n'
                         << found.broken);
      CHECK(std::find(allowed.begin(), allowed.end(), found.how) != allowed.end());
      CHECK(found.broken.empty());
    }
  }
}

}  // namespace quoin::property
