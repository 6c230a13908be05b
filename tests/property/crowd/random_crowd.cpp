// SPDX-License-Identifier: BSL-1.0
#include "random_crowd.hpp"

#include "applications.hpp"
#include "topology.hpp"

#include <deque>
#include <optional>

namespace quoin::property {
namespace {

using namespace std::chrono_literals;

class run {
 public:
  explicit run(std::uint64_t seed)
      : seed_(seed), chance_(seed, 17), network_(std::make_shared<sim::network>(seed)), ways_(*network_, chance_) {
    for (auto count = 1 + chance_.below(3); count > 0; --count) add_server();
    for (auto count = 1 + chance_.below(4); count > 0; --count) add_client();
    ways_.find_routes();
    plan_misfortunes();
    expect();
  }

  std::string go(std::string* trace) {
    auto const text = std::make_shared<std::string>();
    if (trace != nullptr) network_->trace_to(text);
    connect_all();
    step_until([&] { return all_flows([](flow const& f) { return f.on == nullptr || (f.stays && f.done()); }); });
    come_to_rest();
    for (auto& client : clients_)
      for (auto& each : client.flows)
        if (each->on != nullptr) client.at->touch(*each->on), each->on->close(0, "done", now_);
    step_until([&] { return all_flows([](flow const& f) { return f.on == nullptr; }); });
    step_until([&] { return left() == 0; });
    serve_all();
    checks_.at_end();
    if (trace != nullptr) *trace = *text;
    return problems();
  }

 private:
  struct party {
    socket_address address;
    std::optional<socket_address> second{};  ///< a client's other interface
    std::vector<sim::host_id> hosts{};
    transport_settings settings{};
    amplification_guard guard{};
    std::unique_ptr<crowd_endpoint> at{};
    std::vector<std::unique_ptr<flow>> flows{};
  };

  transport_settings draw_settings() {
    transport_settings drawn;
    drawn.handshake_timeout = 300s;
    drawn.idle_timeout = 600s;
    drawn.keep_alive = 20s;  // or nobody would notice that a NAT has forgotten a silent client
    drawn.stream_window = 2'000 + chance_.below(60'000);
    drawn.max_stream_window = 4 * drawn.stream_window;
    drawn.connection_window = 4'000 + chance_.below(200'000);
    drawn.max_connection_window = 4 * drawn.connection_window;
    drawn.bidi_streams = 1 + chance_.below(6);
    drawn.send_buffer = 2'000 + chance_.below(50'000);
    drawn.discover_mtu = chance_.chance(0.5);
    drawn.datagram_size = 1200;
    return drawn;
  }

  /// A third of all runs is over IPv6.
  [[nodiscard]] socket_address address(std::uint8_t net, std::uint8_t host, std::uint16_t port) const {
    if (seed_ % 3 == 0) return socket_address::v6({0xfd, 0, 0, 0, 0, 0, net, 0, 0, 0, 0, 0, 0, 0, 0, host}, port);
    return socket_address::v4(10, 0, net, host, port);
  }

  void add(party& made, sim::host_id host, bool serves) {
    endpoint_config<crowd_stack> settings;
    settings.io = {network_, host, made.address};
    made.hosts.push_back(host);
    auto crypto = std::make_shared<null_handshake::config>();
    crypto->alpn = {"echo"};
    settings.crypto = crypto;
    settings.transport = made.settings = draw_settings();
    settings.accept = serves;
    settings.require_retry = serves && chance_.chance(0.2);
    settings.secret.fill(static_cast<std::uint8_t>(1 + parties_made_));
    settings.make_observer = [this](role side, connection_id const&) {
      return crowd_observer{checks_, side, ends_made_[index_of(side)]++};
    };
    made.at = std::make_unique<crowd_endpoint>(std::move(settings), manual_clock{now_},
                                               lab_entropy{seed_ * 131 + ++parties_made_});
    watch_socket(made, serves);
  }

  /// What goes through a party's socket, with datagrams put together on their way in for some.
  void watch_socket(party& of, bool serves) {
    bool const joins = chance_.chance(0.5);
    sim_offload card;
    card.receiving = [&of, serves, joins](std::vector<sim_train>& all) {
      if (serves)
        for (auto const& each : all) of.guard.hear(each);
      if (joins) put_together(all);
    };
    card.sending = [this, &of, serves](std::vector<sim::datagram>& batch) {
      for (auto const& each : batch) {
        checks_.on_datagram({serves ? role::server : role::client, network_->now(), each.bytes, each.path.local});
        if (serves && !of.guard.say(each, checks_.proven(each.path.remote)))
          fail("INV-01 more than three times to an address not proven");
      }
    };
    of.at->io().set_offload(std::move(card));
  }

  void fail(std::string const& sentence) {
    if (found_.size() < 1'000) found_ += sentence + '\n';
  }

  void add_server() {
    auto& made = servers_.emplace_back();
    made.address = address(1, static_cast<std::uint8_t>(servers_.size()), 443);
    add(made, ways_.add_host("server" + std::to_string(servers_.size())), true);
  }

  void add_client() {
    auto const number = static_cast<std::uint8_t>(clients_.size() + 1);
    auto& made = clients_.emplace_back();
    made.address = address(2, number, 5000);
    add(made, ways_.add_host("client" + std::to_string(number)), false);
    if (chance_.chance(0.4)) {
      made.second = address(3, number, 6000);
      made.hosts.push_back(ways_.add_host("client" + std::to_string(number) + "-second"));
      made.at->io().open_local(*made.second, made.hosts.back());
    }
  }

  void connect_all() {
    for (auto& client : clients_)
      for (auto count = 1 + chance_.below(3); count > 0; --count) {
        auto& made = *client.flows.emplace_back(std::make_unique<flow>());
        made.number = flows_.size();
        made.stays = chance_.chance(0.5);
        for (auto streams = 1 + chance_.below(6); streams > 0; --streams)
          made.sizes.push_back(static_cast<std::size_t>(chance_.below(chance_.chance(0.7) ? 5'000 : 60'000)));
        made.on = &client.at->connect(servers_[chance_.below(servers_.size())].address, "server.test");
        flows_.push_back(&made);
      }
  }

  // ---- what happens to them

  void plan_misfortunes() {
    for (auto count = chance_.below(3); count > 0; --count) at_some_time([this] { ways_.interrupt_some_link(3s); });
    for (auto& client : clients_) {
      if (chance_.chance(0.4))
        for (auto count = 1 + chance_.below(2); count > 0; --count) at_some_time([this, &client] { rebind(client); });
      if (client.second) at_some_time([this, &client] { move(client); });
    }
  }

  void at_some_time(std::function<void()> what) {
    network_->schedule(now_ + chance_.between(duration{}, 3s), std::move(what));
  }

  /// RFC 9000 9: nobody is followed before the handshake is confirmed.
  [[nodiscard]] static bool all_confirmed(party& client) {
    bool all = true;
    client.at->for_each_connection([&](crowd_end& each) { all = all && (each.confirmed() || each.closing()); });
    return all;
  }

  /// A NAT shows the client at another port, or at another address.
  void rebind(party& client) {
    if (!all_confirmed(client)) return;
    auto const number = static_cast<std::uint8_t>(++rebindings_);
    network_->rebind(client.address, address(4, chance_.chance(0.5) ? number : std::uint8_t{0},
                                             static_cast<std::uint16_t>(5'000 + number)));
  }

  /// The client goes to its other interface.
  void move(party& client) {
    client.at->for_each_connection([&](crowd_end& each) {
      if (each.confirmed() && !each.closing()) static_cast<void>(each.migrate(*client.second, network_->now()));
      client.at->touch(each);
    });
  }

  // ---- the invariants

  void expect() {
    checks_.prepare = [](every_connection::pair& made) {
      made.checks.of_fairness().expected = made.checks.of_reductions().expected = true;
      made.checks.of_endings().handshake_timeout = {300s, 300s};
    };
    checks_.look_around = [this](seen_step& step) {
      step.now = now_;
      step.network = network_->count();
      step.most_turns = most_turns_;
      for (auto* const all : {&servers_, &clients_})
        for (auto& each : *all) step.world_deadline = std::min(step.world_deadline, each.at->deadline());
    };
    checks_.look = [this](every_connection::pair const& asked, role side) {
      auto const known = known_[index_of(side)].find(*asked.number[index_of(side)]);
      seen_end end;
      end.gone = true;
      if (known == known_[index_of(side)].end()) return end;
      auto const [of, at] = known->second;
      if (at != nullptr) end = look(*of, *at);
      for (auto const host : of->hosts) end.arrived += network_->arrived_at(host);
      return end;
    };
  }

  seen_end look(party& of, crowd_end& at) {
    std::vector<std::uint64_t> streams;
    if (at.self() == role::server) streams = echo_.streams_of(at);
    for (auto const& each : of.flows)
      if (each->on == &at) streams = each->streams();
    return look_at_end(at, of.settings, streams);
  }

  void find_ends() {
    for (auto& all : known_)
      for (auto& [number, each] : all) each.second = nullptr;
    for (auto* const all : {&servers_, &clients_})
      for (auto& each : *all)
        each.at->for_each_connection([&](crowd_end& at) {
          known_[index_of(at.self())][at.observer().number()] = {&each, &at};
        });
  }

  [[nodiscard]] bool settled(every_connection::pair const& asked) {
    for (auto const side : both_sides) {
      if (asked.checks.in_flight(side)) return false;
      auto const& number = asked.number[index_of(side)];
      auto* const at = number ? known_[index_of(side)][*number].second : nullptr;
      if (at != nullptr && at->statistics().pto_count != 0) return false;
    }
    return true;
  }

  /// INV-21: what is open has heard all that it must once nothing is in flight for a while.
  void come_to_rest() {
    std::map<every_connection::pair*, instant> quiet_since;
    for (auto const& each : checks_.all())
      for (auto const* const one : flows_)
        if (one->on != nullptr && one->on->observer().number() == each->number[0]) quiet_since[each.get()] = never;
    auto const give_up = now_ + 1'000s;
    step_until([&] {
      for (auto each = quiet_since.begin(); each != quiet_since.end();) {
        auto& [asked, since] = *each;
        if (!settled(*asked))
          since = never;
        else if (since == never)
          since = now_;
        // Nothing happens before the next event.
        bool const rests = since != never && next_event() - since >= 200ms;
        if (rests) checks_.at_rest(*asked);
        each = rests ? quiet_since.erase(each) : std::next(each);
      }
      return quiet_since.empty() || now_ > give_up;
    });
    for (auto const& [asked, since] : quiet_since)
      fail("INV-38 a connection does not come to rest: client " + std::to_string(*asked->number[0]) + " has" +
           asked->checks.in_flight_text(role::client) + " and its server" + asked->checks.in_flight_text(role::server) +
           " in flight");
  }

  // ---- time

  void serve_all() {
    now_ = network_->now();
    for (auto& server : servers_) serve(server, echo_);
    for (auto& client : clients_) {
      asker handler{now_, client.flows};
      serve(client, handler);
    }
    find_ends();
    checks_.after_serve();
  }

  template <class Handler>
  void serve(party& who, Handler& handler) {
    constexpr int many = 1'000;
    int turns = 0;
    do {
      who.at->clock().set(now_);
      who.at->service(handler);
    } while (who.at->deadline() <= now_ && ++turns < many);
    most_turns_ = std::max(most_turns_, static_cast<unsigned>(turns));
    if (turns == many) spun_ = true;
  }

  [[nodiscard]] instant next_event() {
    auto at = network_->deadline();
    for (auto* const all : {&servers_, &clients_})
      for (auto& each : *all) at = std::min(at, each.at->deadline());
    return at;
  }

  void step_until(std::function<bool()> const& reached) {
    constexpr std::uint64_t many = 3'000'000;
    auto const last = now_ + 5'000s;
    serve_all();
    while (!reached() && !spun_) {
      auto const at = next_event();
      if (at > last || ++steps_ > many) return;
      network_->run_until(std::max(at, now_));
      serve_all();
    }
  }

  [[nodiscard]] bool all_flows(bool (*is)(flow const&)) const {
    return std::all_of(flows_.begin(), flows_.end(), [&](auto const* each) { return is(*each); });
  }

  std::size_t left() {
    std::size_t connections = 0;
    for (auto* const all : {&servers_, &clients_})
      for (auto& each : *all) connections += each.at->connection_count();
    return connections;
  }

  std::string problems() {
    auto found = found_ + checks_.broken() + echo_.problems;
    for (auto const* const each : flows_)
      if (!each->done() || !each->ended.empty())
        found += "flow " + std::to_string(each->number) + " got " + std::to_string(each->returned) + " of " +
                 std::to_string(each->sizes.size()) + " streams back; " + each->ended + '\n';
    if (left() != 0) found += std::to_string(left()) + " connections are left at the end\n";
    if (!echo_.streams.empty()) found += "a server's application was not told of every end\n";
    if (!network_->count().adds_up()) found += "the network has lost count of its datagrams\n";
    if (spun_) found += "an endpoint had something to do without end\n";
    return found;
  }

  std::uint64_t seed_;
  sim::random chance_;
  std::shared_ptr<sim::network> network_;
  topology ways_;
  instant now_{};
  every_connection checks_;
  std::array<std::size_t, 2> ends_made_{};
  std::array<std::map<std::size_t, std::pair<party*, crowd_end*>>, 2> known_;  ///< null: gone
  std::deque<party> servers_;
  std::deque<party> clients_;
  std::vector<flow*> flows_;
  echo echo_{now_};
  std::uint64_t parties_made_ = 0;
  std::uint64_t rebindings_ = 0;
  std::uint64_t steps_ = 0;
  unsigned most_turns_ = 0;
  bool spun_ = false;
  std::string found_;
};

}  // namespace

std::string random_crowd(std::uint64_t seed, std::string* trace) {
  return run{seed}.go(trace);
}

}  // namespace quoin::property
