// SPDX-License-Identifier: BSL-1.0
#include "random_run.hpp"

#include "application.hpp"
#include "draw.hpp"
#include "invariants.hpp"
#include "random_streams.hpp"
#include "strangers.hpp"
#include "world/seal_ledger.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace quoin::property {
namespace {

using namespace scenario;

// ---- what is done ---------------------------------------------------------------------------------------------------

class run {
 public:
  explicit run(run_options const& from) : chance_(from.seed, 77), options_(random_world(from, chance_)) {
    options_.watch = &watch_;
    world_ = std::make_unique<world>(options_);
    cut_ = from.cut;
    if (chance_.chance(0.5)) {
      // The way back is another one.
      auto other = random_link(chance_);
      other.mtu = options_.link.mtu;
      if (options_.require_retry) other.corruption = 0;
      world_->downlink().settings = other;
    }
    fair_ = fair_ && is_fair(world_->uplink().settings) && is_fair(world_->downlink().settings);
    if (chance_.chance(0.3)) strangers_.emplace(*world_);
    watch_.look_at(*world_, options_);
    if (from.also != nullptr) watch_.add(*from.also);
  }

  std::string go(std::string* trace) {
    watch_amplification();
    play();
    if (trace != nullptr) *trace = world_->trace();
    return problems_ + watch_.broken() + ledger_.broken();
  }

 private:
  void fail(std::string const& sentence) {
    if (problems_.size() < 1000) problems_ += sentence + "\n";
  }

  /// RFC 9000 8.1, seen on the wire: three times what arrived until a Handshake packet or a token proves the address.
  void watch_amplification() {
    world_->network();
    world_->uplink().on_each([this](sim::datagram& d, std::uint64_t) -> sim::verdict {
      if (strangers::are(d.path.local)) return {};
      if (strangers_) strangers_->overhear(d);
      // Counted when sent, which is more than what arrived: a bound that is never too strict.
      budgets_.hear(d.path.local.port, 2 * d.bytes.size());
      if (contains(d, packet_kind::handshake) || options_.require_retry) proven_ = true;
      note_id(role::client, d, inside_of(d.path.local).port);
      watch_.on_datagram({role::client, world_->network().now(), d.bytes});
      return {};
    });
    world_->downlink().on_each([this](sim::datagram& d, std::uint64_t) -> sim::verdict {
      if (strangers::are(d.path.remote)) {
        strangers_->note_answer(d, world_->network().now());
        return {};
      }
      auto const port = d.path.remote.port;
      bool const known = port == world::client_address().port ? proven_ : watch_.proven(role::server, d.path.remote);
      if (!budgets_.say(port, d.bytes.size(), known)) fail("INV-01 more than three times to an address not proven");
      note_id(role::server, d, port);
      watch_.on_datagram({role::server, world_->network().now(), d.bytes});
      return {};
    });
  }

  /// The client's own address behind the one that a NAT shows.
  static socket_address inside_of(socket_address const& shown) {
    return shown.port >= moved_ports ? shown : world::client_address();
  }

  /// RFC 9000 9.5: one connection ID for one of our addresses, and towards one of the peer's. Whose peer a NAT has
  /// moved may go on with the one it has: that is all it knows when the first packet from there has brought others.
  void note_id(role side, sim::datagram const& d, std::uint16_t port) {
    if (d.bytes.size() < 9 || (d.bytes[0] & 0x80) != 0) return;
    auto const id = std::string(d.bytes.begin() + 1, d.bytes.begin() + 9);
    auto const [at, added] = port_of_id_[index_of(side)].try_emplace(id, port);
    if (added || at->second == port) return;
    if (side == role::client || port >= moved_ports) fail("INV-23 a connection ID is shown on two paths");
    at->second = port;
  }

  /// Each port is new: nothing that was said to one before is said to it.
  void move() {
    if (moves_ == 3 || !world_->client().confirmed() || !world_->server().confirmed()) return;
    ++moves_;
    auto address = world::client_address();
    address.port = static_cast<std::uint16_t>(address.port + moves_);
    switch (chance_.below(3)) {
      case 0: show(address); break;
      case 1:
        address.ip[3] = static_cast<std::uint8_t>(100 + moves_);
        show(address);
        break;
      default:
        address.port = static_cast<std::uint16_t>(moved_ports + moves_);
        static_cast<void>(world_->client().migrate(world_->open_local(role::client, address)));
        break;
    }
    world_->client().ping();
  }

  /// A NAT shows another address for the client's first.
  void show(socket_address const& address) {
    world_->network().rebind(world::client_address(), address);
    shown_ = address;
  }

  /// Whether the server sends to where nobody is. RFC 9000 9.3.2: when all challenges of a new path are lost it goes
  /// back to the one before, which a NAT has closed, and only a packet of the client's shows it the way again (9.3).
  bool server_is_astray() {
    auto const& local = world_->client().path().local;
    return world_->server().path().remote != (local == world::client_address() ? shown_ : local);
  }

  /// Nothing arrives any more.
  void cut() {
    for (auto* const link : {&world_->uplink(), &world_->downlink()}) link->settings.loss.probability = 1;
  }

  void play() {
    if (!world_->establish(300s)) return fail("INV-38 the handshake does not complete");
    if (cut_) cut();
    streams_.emplace(*world_, chance_, [this](std::string const& sentence) { fail(sentence); });
    streams_->plan_all();
    auto const patience = 900s;
    auto const begin = world_->now();
    while (!streams_->done() && world_->now() - begin < patience) {
      act();
      world_->serve();
      if (world_->client().ended || world_->server().ended)
        return fail("INV-38 the connection ends by itself" + why_ended() + streams_->left_over());
      // An application does not sleep until the idle timeout.
      if (world_->deadline() > world_->network().now() + 50ms)
        world_->advance(50ms);
      else
        world_->step();
    }
    if (!streams_->done()) return fail("INV-38 not everything arrives" + streams_->left_over());
    world_->run_until([&] { return quiet(); }, 300s);
    streams_->check_all();
    rest();
    if (!quiet())
      fail("streams or bytes are left over: " + std::to_string(world_->client().open_streams()) + " and " +
           std::to_string(world_->server().open_streams()) + " streams, " +
           std::to_string(world_->client().held_bytes()) + " and " + std::to_string(world_->server().held_bytes()) +
           " bytes");
    close();
  }

  /// What either end says of the connection's end.
  std::string why_ended() const {
    std::string text;
    for (auto const side : {role::client, role::server})
      if (auto const& end = world_->of(side).ended)
        text += (side == role::client ? ", client: " : ", server: ") + std::to_string(end->code) + ' ' + end->reason;
    return text;
  }

  /// A bit of what an application might do now.
  void act() {
    streams_->go_on();
    if (chance_.chance(0.2)) streams_->send_datagram(some_side());
    if (chance_.chance(0.01)) static_cast<void>(world_->of(some_side()).update_keys());
    if (chance_.chance(0.01)) static_cast<void>(world_->of(some_side()).rotate_connection_id());
    if (chance_.chance(0.01)) world_->of(some_side()).ping();
    if (chance_.chance(0.003)) move();
    if (chance_.chance(0.003)) look_around();
    if (chance_.chance(0.005) && !cut_) change_weather();
    if (strangers_ && chance_.chance(0.1)) strangers_->annoy(chance_);
  }

  /// The client tries another address, and may go there later.
  void look_around() {
    auto address = world::client_address();
    address.port = static_cast<std::uint16_t>(moved_ports + 100);
    static_cast<void>(world_->client().probe(world_->open_local(role::client, address)));
  }

  /// A link becomes another one, or is silent for a while.
  void change_weather() {
    auto& link = chance_.chance(0.5) ? world_->uplink() : world_->downlink();
    if (chance_.chance(0.3)) {
      fair_ = false;
      auto const now = world_->network().now();
      return link.black_out(now, now + chance_.between(duration{}, 3s));
    }
    auto other = random_link(chance_);
    other.mtu = link.settings.mtu;
    link.settings = other;
    fair_ = fair_ && is_fair(other);
  }

  /// Whether everything that is sent arrives whole.
  static bool is_fair(sim::link_settings const& link) {
    return link.loss.probability == 0 && link.loss.two_state.enter_bad == 0 && link.corruption == 0 &&
           link.bottleneck.bits_per_second == 0;
  }

  role some_side() { return chance_.chance(0.5) ? role::client : role::server; }

  bool quiet() const {
    for (auto const side : {role::client, role::server})
      if (world_->of(side).open_streams() != 0 || world_->of(side).held_bytes() != 0) return false;
    return true;
  }

  /// INV-21: once everything is acknowledged, on whatever path it was sent, the peer has heard all that it must.
  void rest() {
    auto const settled = [this] {
      for (auto const side : {role::client, role::server})
        if (watch_.in_flight(side) || world_->of(side).statistics().pto_count != 0) return false;
      return true;
    };
    for (int i = 0; i < 100; ++i) {
      world_->run_until([&] { return settled() || server_is_astray(); }, 300s);
      if (server_is_astray()) {
        // An application that waits for its peer asks for it; who went astray too often follows nobody for a while.
        world_->client().ping();
        world_->run_until([this] { return !server_is_astray(); }, 10s);
      }
      world_->advance(200ms);
      if (settled()) return watch_.at_rest();
    }
    fail("INV-38 the connection does not come to rest");
  }

  /// Every way in which a connection ends.
  void close() {
    if (strangers_)
      if (auto const problem = strangers_->problem(); !problem.empty()) fail(problem);
    auto const how = chance_.below(10);
    if (how == 0) cut();
    if (how == 1) crash();
    auto const side = some_side();
    if (how > 1) world_->of(side).close(77, "done");
    if (how == 2) world_->of(peer_of(side)).close(78, "done too");
    world_->run_until([&] { return world_->client().gone() && world_->server().gone(); }, 2000s);
    if (!world_->client().gone() || !world_->server().gone()) return fail("INV-25 the connection does not go away");
    world_->advance(1s);
    world_->settle();
    watch_.at_end();
    if (how > 2)
      if (auto const problem = problem_with(world_->of(peer_of(side)).ended, 77, !fair_); !problem.empty())
        fail(problem);
    if (how < 2) check_silence(how == 0);
  }

  /// The server forgets everything, and the client finds out when it next sends.
  void crash() {
    world_->restart_server();
    world_->client().ping();
  }

  void check_silence(bool both) {
    for (auto const side : {role::client, role::server}) {
      if (side == role::server && !both) continue;
      auto const& told = world_->of(side).ended;
      bool const silent = told && (told->origin == event::close_origin::idle_timeout ||
                                   (!both && told->origin == event::close_origin::stateless_reset));
      if (!silent) fail("INV-37 an end whose peer is gone ends otherwise" + why_ended());
    }
  }

  sim::random chance_;
  world_options options_;
  seal_ledger ledger_;
  invariants watch_;
  std::unique_ptr<world> world_;
  static constexpr std::uint16_t moved_ports = 7000;
  address_budgets<std::uint16_t> budgets_;
  std::map<std::string, std::uint16_t> port_of_id_[2];
  unsigned moves_ = 0;
  socket_address shown_ = world::client_address();
  bool proven_ = false;
  bool cut_ = false;
  bool fair_ = true;  ///< nothing that was sent can have been lost
  std::optional<random_streams> streams_;
  std::optional<strangers> strangers_;
  std::string problems_;
};

}  // namespace

std::string random_run(run_options const& options, std::string* trace) {
  run one{options};
  return one.go(trace);
}

}  // namespace quoin::property
