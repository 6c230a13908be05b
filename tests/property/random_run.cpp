// SPDX-License-Identifier: BSL-1.0
#include "random_run.hpp"

#include "application.hpp"
#include "draw.hpp"
#include "invariants.hpp"
#include "strangers.hpp"
#include "world/seal_ledger.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace quoin::property {
namespace {

using namespace scenario;
using kind = connection_event::kind;

std::uint64_t from_environment(char const* name, std::uint64_t otherwise) {
  auto const* text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

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
      if (strangers::are(d.path.remote)) return {};
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
    plan_streams();
    auto const patience = 900s;
    auto const begin = world_->now();
    while (!done() && world_->now() - begin < patience) {
      act();
      world_->serve();
      check_windows();
      if (world_->client().ended || world_->server().ended)
        return fail("INV-38 the connection ends by itself" + why_ended() + left_over());
      // An application does not sleep until the idle timeout.
      if (world_->deadline() > world_->network().now() + 50ms)
        world_->advance(50ms);
      else
        world_->step();
    }
    if (!done()) return fail("INV-38 not everything arrives" + left_over());
    world_->run_until([&] { return quiet(); }, 300s);
    check_streams();
    check_datagrams();
    rest();
    if (!quiet())
      fail("streams or bytes are left over: " + std::to_string(world_->client().open_streams()) + " and " +
           std::to_string(world_->server().open_streams()) + " streams, " +
           std::to_string(world_->client().held_bytes()) + " and " + std::to_string(world_->server().held_bytes()) +
           " bytes");
    close();
  }

  /// INV-19: nothing but probes goes beyond the congestion window.
  void check_windows() {
    for (auto const side : {role::client, role::server}) {
      auto const now = world_->of(side).statistics();
      auto& before = in_flight_[index_of(side)];
      bool const same_path = std::exchange(moves_seen_[index_of(side)], now.migrations) == now.migrations;
      if (same_path && now.bytes_in_flight > before && now.bytes_in_flight > now.congestion_window &&
          now.pto_count == 0)
        fail("INV-19 " + std::to_string(now.bytes_in_flight) + " bytes in flight in a window of " +
             std::to_string(now.congestion_window));
      before = now.bytes_in_flight;
    }
  }

  /// What either end says of the connection's end.
  std::string why_ended() const {
    std::string text;
    for (auto const side : {role::client, role::server})
      if (auto const& end = world_->of(side).ended)
        text += (side == role::client ? ", client: " : ", server: ") + std::to_string(end->code) + ' ' + end->reason;
    return text;
  }

  /// What has not arrived, for people.
  std::string left_over() const {
    std::string text = ": " + std::to_string(to_open_.size()) + " streams not opened";
    for (auto const& [key, planned] : plans_) {
      auto const [sender, number] = key;
      if (finished(sender, stream_id{number}, planned)) continue;
      auto const& out = world_->of(sender).out;
      auto const written = out.find(number);
      text += "; " + std::to_string(number) + (sender == role::client ? " of the client: " : " of the server: ");
      text += std::to_string(written == out.end() ? 0 : written->second.written) + " of " +
              std::to_string(planned.size) + " bytes written" + (planned.reset ? ", reset" : "") +
              (planned.opened ? "" : ", not known yet");
    }
    return text;
  }

  void plan_streams() {
    auto const count = 1 + chance_.below(chance_.chance(0.2) ? 60 : 14);
    for (std::uint64_t i = 0; i < count; ++i) {
      auto const opener = chance_.chance(0.5) ? role::client : role::server;
      auto const direction = chance_.chance(0.5) ? stream_direction::bidirectional : stream_direction::unidirectional;
      to_open_.push_back({opener, direction});
    }
    world_->client().takes_views = chance_.chance(0.5);
    world_->server().takes_views = chance_.chance(0.5);
  }

  plan random_plan() {
    plan made;
    made.size = chance_.chance(0.1) ? 0 : chance_.below(chance_.chance(0.2) ? 120'000 : 12'000);
    if (chance_.chance(0.1)) made.reset_at = chance_.below(made.size + 1);
    if (made.reset_at && chance_.chance(0.5)) made.promised = chance_.below(*made.reset_at + 1);
    if (chance_.chance(0.1)) made.stop_at = chance_.below(made.size + 1);
    return made;
  }

  /// A bit of what an application might do now.
  void act() {
    open_one();
    for (auto& [key, planned] : plans_) drive(key.first, stream_id{key.second}, planned);
    if (chance_.chance(0.2)) send_datagram(some_side());
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

  /// A number of its own and a pattern that depends on it.
  void send_datagram(role from) {
    auto& end = world_->of(from);
    auto const number = datagrams_sent_[index_of(from)];
    std::vector<std::uint8_t> bytes(chance_.chance(0.1) ? 2 : 2 + chance_.below(1'300));
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = pattern(number, i);
    bytes[0] = static_cast<std::uint8_t>(number >> 8);
    bytes[1] = static_cast<std::uint8_t>(number);
    auto const fits = bytes.size() <= end.max_datagram();
    auto const sent = end.send_datagram(bytes);
    if (sent) ++datagrams_sent_[index_of(from)];
    if (!sent && sent.error() != (fits ? datagram_errc::queue_full : datagram_errc::too_large))
      fail("send_datagram says " + std::string{name_of(sent.error())});
  }

  void check_datagrams() {
    for (auto const side : {role::client, role::server}) {
      std::vector<bool> seen(datagrams_sent_[index_of(peer_of(side))]);
      for (auto const& bytes : world_->of(side).datagrams) {
        auto const number = bytes.size() < 2 ? seen.size() : std::size_t{bytes[0]} << 8 | bytes[1];
        if (number >= seen.size() || seen[number]) return fail("a datagram that was not sent, or twice");
        seen[number] = true;
        for (std::size_t i = 2; i < bytes.size(); ++i)
          if (bytes[i] != pattern(number, i)) return fail("a wrong byte in a datagram");
      }
    }
  }

  role some_side() { return chance_.chance(0.5) ? role::client : role::server; }

  void open_one() {
    if (to_open_.empty() || !chance_.chance(0.5)) return;
    auto const at = to_open_.begin() + static_cast<std::ptrdiff_t>(chance_.below(to_open_.size()));
    auto const [opener, direction] = *at;
    auto const id = world_->of(opener).open(direction);
    if (!id) {
      if (id.error() != stream_errc::limit_reached) fail("open says " + std::string{name_of(id.error())});
      return;
    }
    to_open_.erase(at);
    plans_[{opener, id->value()}] = random_plan();
    if (direction == stream_direction::bidirectional) plans_[{peer_of(opener), id->value()}] = random_plan();
    if (chance_.chance(0.5))
      static_cast<void>(
          world_->of(opener).prioritize(*id, {static_cast<std::uint8_t>(chance_.below(8)), chance_.chance(0.5)}));
  }

  /// Goes on with the part of stream `id` on which `sender` sends.
  void drive(role sender, stream_id id, plan& planned) {
    auto& from = world_->of(sender);
    auto& to = world_->of(peer_of(sender));
    if (id.initiator() != sender && !knows(from, id)) return;
    planned.opened = true;
    auto& written = from.out[id.value()];
    if (!planned.reset && !planned.stopped && !written.finished) {
      if (planned.reset_at && written.written >= *planned.reset_at) {
        planned.reset = (planned.promised ? from.reset_at(id, 7, *planned.promised) : from.reset(id, 7)).has_value();
      } else if (written.total < planned.size) {
        auto const more = std::min(planned.size - written.total, 1 + chance_.below(9'000));
        world_->write(from, id, more, written.total + more == planned.size);
      } else if (written.total == planned.size) {
        world_->write(from, id, 0, true);
      }
    }
    if (planned.stop_at && !planned.stopped && knows(to, id)) {
      auto const& got = to.in[id.value()];
      if (got.ends == 0 && !got.reset && got.bytes.size() >= *planned.stop_at)
        planned.stopped = to.stop_sending(id, 9).has_value();
    }
  }

  /// Whether the application of that side has heard of the stream.
  static bool knows(party const& of, stream_id id) {
    return std::any_of(of.events.begin(), of.events.end(),
                       [&](connection_event const& e) { return e.what == kind::stream_opened && e.id == id; }) ||
           of.in.count(id.value()) != 0 || of.out.count(id.value()) != 0;
  }

  bool finished(role sender, stream_id id, plan const& planned) const {
    auto const& in = world_->of(peer_of(sender)).in;
    if (planned.stopped) return true;
    auto const found = in.find(id.value());
    return found != in.end() && (found->second.ends > 0 || found->second.reset);
  }

  bool done() const {
    return to_open_.empty() && std::all_of(plans_.begin(), plans_.end(), [&](auto const& each) {
             return finished(each.first.first, stream_id{each.first.second}, each.second);
           });
  }

  bool quiet() const {
    for (auto const side : {role::client, role::server})
      if (world_->of(side).open_streams() != 0 || world_->of(side).held_bytes() != 0) return false;
    return true;
  }

  void check_streams() {
    for (auto const& [key, planned] : plans_) {
      auto const& [sender, number] = key;
      auto const problem = problem_with(world_->of(peer_of(sender)).in[number], planned, number);
      if (!problem.empty()) fail(problem);
    }
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
  std::vector<std::pair<role, stream_direction>> to_open_;
  std::map<std::pair<role, std::uint64_t>, plan> plans_;
  byte_count in_flight_[2] = {0, 0};
  std::uint64_t moves_seen_[2] = {0, 0};
  std::uint64_t datagrams_sent_[2] = {0, 0};
  static constexpr std::uint16_t moved_ports = 7000;
  address_budgets budgets_;
  std::map<std::string, std::uint16_t> port_of_id_[2];
  unsigned moves_ = 0;
  socket_address shown_ = world::client_address();
  bool proven_ = false;
  bool cut_ = false;
  bool fair_ = true;  ///< nothing that was sent can have been lost
  std::optional<strangers> strangers_;
  std::string problems_;
};

}  // namespace

std::string random_run(run_options const& options, std::string* trace) {
  run one{options};
  return one.go(trace);
}

std::string reproduce(std::uint64_t seed, std::string_view test_case) {
  return "reproduce: QUOIN_SEED=" + std::to_string(seed) + " <build>/tests/property/test_property \"" +
         std::string{test_case} + '"';
}

std::vector<std::uint64_t> seeds_to_run(std::uint64_t part, std::uint64_t parts) {
  if (auto const only = from_environment("QUOIN_SEED", 0); only != 0) {
    // Reproducing one failure: whichever part is asked for.
    return {only};
  }
  std::vector<std::uint64_t> seeds;
  for (auto seed = 1 + part; seed <= from_environment("QUOIN_SEEDS", 2000); seed += parts) seeds.push_back(seed);
  return seeds;
}

}  // namespace quoin::property
