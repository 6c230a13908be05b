// SPDX-License-Identifier: BSL-1.0
#include "random_topologies.hpp"

#include "topology.hpp"

#include <quoin/crypto/null/crypto.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab_stack.hpp>

#include <deque>
#include <optional>

namespace quoin::property {
namespace {

using namespace std::chrono_literals;

struct topology_stack : test_stack {
  using io = sim_io;
  using clock = manual_clock;
  using entropy = lab_entropy;
};
using node = endpoint<topology_stack>;
using end = connection<topology_stack>;

std::uint8_t pattern(std::uint64_t flow, std::uint64_t stream, std::size_t offset) {
  return static_cast<std::uint8_t>((offset ^ offset >> 8) * 167 + stream * 101 + flow * 59);
}

/// Bytes that wait to be written to a stream, and then its end.
struct outgoing_bytes {
  std::vector<std::uint8_t> bytes;
  std::size_t written = 0;
  bool ends = false;
  bool finished = false;

  void write(end& to, stream_id id) {
    while (written < bytes.size()) {
      auto const took = to.write(id, byte_view{bytes}.subspan(written));
      if (!took) return;
      written += *took;
      if (written < bytes.size() && *took == 0) return;
    }
    if (ends && !finished) finished = to.finish(id).has_value();
  }
};

/// Reads all that is there; true when the end was among it.
bool read_all(end& from, stream_id id, std::vector<std::uint8_t>& into, instant now) {
  std::array<std::uint8_t, 4096> room;
  for (;;) {
    auto const got = from.read(id, room, now);
    if (!got) return false;
    into.insert(into.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got->size));
    if (got->fin) return true;
    if (got->size == 0) return false;
  }
}

/// A server sends back what it gets.
struct echo {
  instant const& now;
  std::map<std::pair<end const*, std::uint64_t>, outgoing_bytes> streams{};

  void on_event(end& on, connection_event const& e) {
    using kind = connection_event::kind;
    if (e.what == kind::closed) {
      std::erase_if(streams, [&](auto const& each) { return each.first.first == &on; });
      return;
    }
    if (e.what != kind::stream_readable && e.what != kind::stream_writable) return;
    auto& back = streams[{&on, e.id.value()}];
    if (e.what == kind::stream_readable) back.ends = read_all(on, e.id, back.bytes, now) || back.ends;
    back.write(on, e.id);
  }
};

/// One connection of a client: some streams, each of which must come back as it went.
struct flow {
  std::uint64_t number = 0;
  end* on = nullptr;
  std::vector<std::size_t> sizes{};
  std::map<std::uint64_t, outgoing_bytes> out{};
  std::map<std::uint64_t, std::vector<std::uint8_t>> in{};
  std::size_t opened = 0;
  std::size_t returned = 0;
  std::string ended{};

  [[nodiscard]] bool done() const { return returned == sizes.size(); }

  void open_more() {
    while (opened < sizes.size()) {
      auto const id = on->open(stream_direction::bidirectional);
      if (!id) return;
      auto& one = out[id->value()];
      for (std::size_t i = 0; i < sizes[opened]; ++i) one.bytes.push_back(pattern(number, id->value(), i));
      one.ends = true;
      ++opened;
      one.write(*on, *id);
    }
  }

  void read(stream_id id, instant now) {
    auto& got = in[id.value()];
    if (read_all(*on, id, got, now)) {
      if (got == out[id.value()].bytes)
        ++returned;
      else
        ended += "stream " + std::to_string(id.value()) + " came back changed; ";
    }
    if (done()) on->close(0, "done", now);
  }
};

struct asker {
  instant const& now;
  std::vector<std::unique_ptr<flow>>& flows;

  void on_event(end& on, connection_event const& e) {
    using kind = connection_event::kind;
    auto const at = std::find_if(flows.begin(), flows.end(), [&](auto const& each) { return each->on == &on; });
    if (at == flows.end()) return;
    auto& mine = **at;
    if (e.what == kind::connected || e.what == kind::streams_available) mine.open_more();
    if (e.what == kind::stream_readable) mine.read(e.id, now);
    if (e.what == kind::stream_writable) mine.out[e.id.value()].write(on, e.id);
    if (e.what != kind::closed) return;
    if (!mine.done())
      mine.ended += "ended with " + std::to_string(on.close_reason()->code) + ": " + on.close_reason()->reason;
    mine.on = nullptr;
  }
};

class run {
 public:
  explicit run(std::uint64_t seed)
      : seed_(seed), chance_(seed, 17), network_(std::make_shared<sim::network>(seed)), ways_(*network_, chance_) {
    for (auto count = 1 + chance_.below(3); count > 0; --count) add_server();
    for (auto count = 1 + chance_.below(4); count > 0; --count) add_client();
    ways_.find_routes();
    plan_misfortunes();
  }

  std::string go(std::string* trace) {
    auto const text = std::make_shared<std::string>();
    if (trace != nullptr) network_->trace_to(text);
    connect_all();
    step_until(
        [&] { return std::all_of(flows_.begin(), flows_.end(), [](auto const& f) { return f->on == nullptr; }); });
    step_until([&] { return left() == 0; });
    if (trace != nullptr) *trace = *text;
    return problems();
  }

 private:
  struct party {
    socket_address address;
    std::optional<socket_address> second{};  ///< a client's other interface
    std::unique_ptr<node> at{};
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
    endpoint_config<topology_stack> settings;
    settings.io = {network_, host, made.address};
    auto crypto = std::make_shared<null_handshake::config>();
    crypto->alpn = {"echo"};
    settings.crypto = crypto;
    settings.transport = draw_settings();
    settings.accept = serves;
    settings.require_retry = serves && chance_.chance(0.2);
    settings.secret.fill(static_cast<std::uint8_t>(1 + parties_made_));
    made.at =
        std::make_unique<node>(std::move(settings), manual_clock{now_}, lab_entropy{seed_ * 131 + ++parties_made_});
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
      made.at->io().open_local(*made.second, ways_.add_host("client" + std::to_string(number) + "-second"));
    }
  }

  void connect_all() {
    for (auto& client : clients_)
      for (auto count = 1 + chance_.below(3); count > 0; --count) {
        auto& made = *client.flows.emplace_back(std::make_unique<flow>());
        made.number = flows_.size();
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
    client.at->for_each_connection([&](end& each) { all = all && (each.confirmed() || each.closing()); });
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
    client.at->for_each_connection([&](end& each) {
      if (each.confirmed() && !each.closing()) static_cast<void>(each.migrate(*client.second, network_->now()));
      client.at->touch(each);
    });
  }

  // ---- time

  void serve_all() {
    now_ = network_->now();
    for (auto& server : servers_) serve(server, echo_);
    for (auto& client : clients_) {
      asker handler{now_, client.flows};
      serve(client, handler);
    }
  }

  template <class Handler>
  void serve(party& who, Handler& handler) {
    constexpr int many = 1'000;
    int turns = 0;
    do {
      who.at->clock().set(now_);
      who.at->service(handler);
    } while (who.at->deadline() <= now_ && ++turns < many);
    if (turns == many) spun_ = true;
  }

  void step_until(std::function<bool()> const& reached) {
    constexpr std::uint64_t many = 3'000'000;
    auto const last = now_ + 5'000s;
    serve_all();
    while (!reached() && !spun_) {
      auto at = network_->deadline();
      for (auto* const all : {&servers_, &clients_})
        for (auto& each : *all) at = std::min(at, each.at->deadline());
      if (at > last || ++steps_ > many) return;
      network_->run_until(std::max(at, now_));
      serve_all();
    }
  }

  std::size_t left() {
    std::size_t connections = 0;
    for (auto* const all : {&servers_, &clients_})
      for (auto& each : *all) connections += each.at->connection_count();
    return connections;
  }

  std::string problems() {
    std::string found;
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
  std::deque<party> servers_;
  std::deque<party> clients_;
  std::vector<flow*> flows_;
  echo echo_{now_};
  std::uint64_t parties_made_ = 0;
  std::uint64_t rebindings_ = 0;
  std::uint64_t steps_ = 0;
  bool spun_ = false;
};

}  // namespace

std::string random_topology_run(std::uint64_t seed, std::string* trace) {
  return run{seed}.go(trace);
}

}  // namespace quoin::property
