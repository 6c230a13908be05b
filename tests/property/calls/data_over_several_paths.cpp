// SPDX-License-Identifier: BSL-1.0
// Random data over several paths at a time, each over a bad network of its own, that come and go meanwhile: all of it
// arrives whole, and every invariant holds.
#include "draw.hpp"
#include "loose_look.hpp"
#include "seeds.hpp"

#include "world/seal_ledger.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <fstream>
#include <set>

namespace quoin::property {
namespace {

using namespace std::chrono_literals;

/// What one end says on one stream, and what the other has got of it.
struct transfer {
  role from = role::client;
  stream_id id;
  std::uint64_t size = 0;
  std::uint64_t written = 0;
  std::uint64_t got = 0;
  bool finished = false;
  bool ended = false;
};

template <class Stack>
class paths_run {
 public:
  explicit paths_run(std::uint64_t seed) : chance_(seed, 23) {
    options_.seed = seed;
    draw_ends();
    options_.watch = &checks_;
    ends_ = std::make_unique<basic_loose_ends<Stack>>(options_);
    for (bool const other : {false, true})
      for (auto* const link : {&ends_->uplink(other), &ends_->downlink(other)}) link->settings = random_link(chance_);
    watch();
  }

  std::string go() {
    play();
    return problems_ + unasked(checks_.broken()) + ledger_.broken();
  }
  [[nodiscard]] std::string const& trace() const { return ends_->trace(); }
  [[nodiscard]] std::size_t paths_opened() const noexcept { return opened_; }

 private:
  // ---- what is drawn

  void draw_ends() {
    scenario::world_options expected;
    for (auto const side : both_sides) {
      auto& made = options_.ends[index_of(side)];
      auto& settings = made.settings;
      settings.handshake_timeout = 300s;
      settings.idle_timeout = 600s;
      settings.stream_window = settings.max_stream_window =
          1'500 + chance_.below(chance_.chance(0.5) ? 10'000 : 200'000);
      settings.connection_window = settings.max_connection_window =
          2'000 + chance_.below(chance_.chance(0.5) ? 20'000 : 400'000);
      settings.bidi_streams = settings.uni_streams = 1 + chance_.below(12);
      settings.send_buffer = 1'000 + chance_.below(100'000);
      settings.max_ack_delay = chance_.between(0ms, 60ms);
      settings.discover_mtu = chance_.chance(0.7);
      if (chance_.chance(0.1)) {
        settings.key_limits.sealed_before_update = 40 + chance_.below(400);
        settings.key_limits.sealed = settings.key_limits.sealed_before_update + 1'000;
      }
      made.extensions.multipath.paths = 1 + static_cast<std::uint32_t>(chance_.below(5));
      made.extensions.ack_frequency.ask = chance_.chance(0.5);
      made.extensions.datagram.max_frame_size = 1'500;
      made.extensions.datagram.send_queue = made.extensions.datagram.receive_queue = 20'000;
      auto crypto = std::make_shared<null_handshake::config>();
      crypto->alpn = {"paths"};
      made.crypto = std::move(crypto);
      (side == role::client ? expected.client : expected.server) = settings;
    }
    abandons_ = chance_.chance(0.5);
    abandoner_ = some_side();
    checks_.expect(expected);
  }

  role some_side() { return chance_.chance(0.5) ? role::client : role::server; }
  connection<Stack>& at(role side) { return *ends_->at(side); }
  auto paths_at(role side) { return at(side).template extension<multipath>(); }
  socket_address some_address(role side) {
    auto const& own = basic_loose_ends<Stack>::addresses(side);
    return own[chance_.below(own.size())];
  }
  std::uint32_t some_path(role side) {
    auto const list = paths_at(side).paths();
    return list[static_cast<std::size_t>(chance_.below(list.size()))].id;
  }

  // ---- what is done

  void play() {
    if (!until([this] { return both_confirmed(); }, 300s)) return fail("INV-38 the handshake does not complete");
    plan();
    auto const begun = ends_->now();
    while (!done() && ends_->now() - begun < 1500s && problems_.size() < 1000) {
      act();
      ends_->advance(chance_.between(duration{}, 20ms));
      if (is_over()) return check_end_without_paths();
    }
    if (!done()) return fail("INV-38 not everything arrives" + left_over());
    rest();
    if (!is_over()) close();
  }

  void plan() {
    auto const count = 1 + chance_.below(10);
    for (std::uint64_t i = 0; i < count; ++i) {
      transfer made;
      made.from = some_side();
      made.size = chance_.below(chance_.chance(0.3) ? 200'000 : 20'000);
      to_open_.push_back(made);
    }
  }

  void act() {
    go_on();
    if (chance_.chance(0.05)) send_datagram(some_side());
    if (chance_.chance(0.05)) open_path();
    if (abandons_ && chance_.chance(0.01)) abandon_path();
    if (chance_.chance(0.02)) prefer();
    if (chance_.chance(0.01)) static_cast<void>(at(some_side()).update_keys(ends_->now()));
    if (chance_.chance(0.01)) static_cast<void>(at(some_side()).rotate_connection_id());
    if (chance_.chance(0.01)) at(some_side()).ping();
    if (chance_.chance(0.005)) change_weather();
    if (!abandons_ && chance_.chance(0.005)) rebind();
  }

  void open_path() {
    if (opened_ == 12) return;
    auto const local = some_address(role::client);
    if (paths_at(role::client).open_path(local, some_address(role::server), ends_->now())) ++opened_;
  }

  /// One end alone does so, or both might leave themselves none (draft-ietf-quic-multipath 3.4).
  void abandon_path() {
    if (paths_at(abandoner_).abandon_path(some_path(abandoner_), ends_->now())) ++abandoned_;
  }

  void prefer() {
    auto const side = some_side();
    auto const path = some_path(side);
    static_cast<void>(paths_at(side).set_backup(path, chance_.chance(0.3)));
  }

  /// A link becomes another one, or is silent for a while.
  void change_weather() {
    bool const other = chance_.chance(0.5);
    auto& link = chance_.chance(0.5) ? ends_->uplink(other) : ends_->downlink(other);
    if (chance_.chance(0.5))
      link.black_out(ends_->now(), ends_->now() + chance_.between(duration{}, 3s));
    else
      link.settings = random_link(chance_);
  }

  /// A NAT shows another address for one of the client's, which says something from wherever it is.
  void rebind() {
    if (rebound_ == 3) return;
    ++rebound_;
    auto const local = some_address(role::client);
    auto shown = local;
    shown.port = static_cast<std::uint16_t>(9000 + rebound_);
    if (chance_.chance(0.5)) shown.ip[3] = static_cast<std::uint8_t>(100 + rebound_);
    ends_->network().rebind(local, shown);
    at(role::client).ping();
  }

  void go_on() {
    if (!to_open_.empty()) {
      auto next = to_open_.back();
      if (auto const id = at(next.from).open(stream_direction::unidirectional)) {
        next.id = *id;
        transfers_.push_back(next);
        to_open_.pop_back();
      }
    }
    for (auto& each : transfers_) {
      write_on(each);
      read_on(each);
    }
    for (auto const side : both_sides) take_datagrams(side);
  }

  void write_on(transfer& on) {
    if (on.finished) return;
    std::vector<std::uint8_t> bytes(std::min(on.size - on.written, 1 + chance_.below(9'000)));
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = scenario::pattern(on.id.value(), on.written + i);
    if (auto const took = at(on.from).write(on.id, bytes)) on.written += *took;
    if (on.written == on.size) on.finished = at(on.from).finish(on.id).has_value();
  }

  void read_on(transfer& on) {
    std::array<std::uint8_t, 9'000> room{};
    while (!on.ended) {
      auto const got = at(peer_of(on.from)).read(on.id, room, ends_->now());
      if (!got || (got->size == 0 && !got->fin)) return;
      for (std::size_t i = 0; i < got->size; ++i)
        if (room[i] != scenario::pattern(on.id.value(), on.got + i)) return fail("INV-02 a wrong byte");
      on.got += got->size;
      on.ended = got->fin;
      if (on.ended && on.got != on.size) fail("INV-04 the end comes early");
    }
  }

  void send_datagram(role from) {
    auto& number = datagrams_sent_[index_of(from)];
    std::vector<std::uint8_t> bytes(2 + chance_.below(1'000));
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = scenario::pattern(number, i);
    bytes[0] = static_cast<std::uint8_t>(number >> 8);
    bytes[1] = static_cast<std::uint8_t>(number);
    if (at(from).template extension<datagram>().send(byte_view{bytes})) ++number;
  }

  void take_datagrams(role side) {
    auto api = at(side).template extension<datagram>();
    auto& seen = datagrams_seen_[index_of(side)];
    for (auto bytes = api.peek(); bytes; api.pop(), bytes = api.peek()) {
      auto const number = bytes->size() < 2 ? ~std::size_t{0} : std::size_t{(*bytes)[0]} << 8 | (*bytes)[1];
      bool const sent = number < datagrams_sent_[index_of(peer_of(side))];
      if (!sent || !seen.insert(number).second) fail("a datagram that was not sent, or twice");
      for (std::size_t i = 2; i < bytes->size(); ++i)
        if ((*bytes)[i] != scenario::pattern(number, i)) fail("a wrong byte in a datagram");
    }
  }

  // ---- how it ends

  bool done() const {
    return to_open_.empty() &&
           std::all_of(transfers_.begin(), transfers_.end(), [](transfer const& each) { return each.ended; });
  }

  std::string left_over() const {
    std::string text = ": " + std::to_string(to_open_.size()) + " streams not opened";
    for (auto const& each : transfers_)
      if (!each.ended)
        text += "; " + std::to_string(each.id.value()) + ": " + std::to_string(each.got) + " of " +
                std::to_string(each.size) + " bytes";
    return text;
  }

  /// INV-21: nothing is in flight on any path, and the peer has heard all that it must. On a path whose peer a NAT has
  /// moved, and which says nothing there, nobody can be heard.
  void rest() {
    auto const settled = [this] {
      for (auto const side : both_sides) {
        if (at(side).open_streams() != 0) return false;
        for (auto const& each : paths_at(side).paths())
          if (each.bytes_in_flight != 0 && !(each.silent && rebound_ > 0)) return false;
      }
      return true;
    };
    for (int i = 0; i < 100; ++i) {
      bool const reached = until([&] { return is_over() || settled(); }, 300s);
      if (is_over()) return check_end_without_paths();
      if (!reached) break;
      advance(200ms);
      if (!settled()) continue;
      if (!checks_.in_flight(role::client) && !checks_.in_flight(role::server)) checks_.at_rest(look());
      return;
    }
    fail("INV-38 the connection does not come to rest" + standing());
  }

  /// How both ends stand, for people.
  std::string standing() {
    std::string text;
    for (auto const side : both_sides) {
      text += side == role::client ? "; client: " : "; server: ";
      text += std::to_string(at(side).open_streams()) + " streams";
      for (auto const& each : paths_at(side).paths())
        text += ", path " + std::to_string(each.id) + " stands at " + std::to_string(static_cast<int>(each.standing)) +
                (each.silent ? ", silent" : "") + " with " + std::to_string(each.bytes_in_flight) + " bytes in flight";
    }
    return text;
  }

  void close() {
    auto const side = some_side();
    at(side).close(77, "done", ends_->now());
    advance(2000s);
    if (!at(role::client).closed() || !at(role::server).closed()) return fail("INV-25 the connection does not go away");
    checks_.at_end(look());
  }

  bool is_over() { return at(role::client).closing() || at(role::server).closing(); }

  /// Where paths are abandoned while the others are given up, none may be left.
  void check_end_without_paths() {
    for (auto const side : both_sides) {
      auto const& why = at(side).close_reason();
      if (!why) continue;
      bool const no_path = !why->application && why->code == static_cast<std::uint64_t>(error_code::no_viable_path);
      if (!no_path || abandoned_ == 0)
        fail("INV-38 the connection ends by itself: " + std::to_string(why->code) + ' ' + why->reason);
    }
    without_paths_ = true;
  }

  std::string unasked(std::string complaints) const {
    constexpr std::string_view said = "INV-36 a transport error in an honest run, with the code (16)\n";
    for (auto at = complaints.find(said); without_paths_ && at != std::string::npos; at = complaints.find(said)) {
      auto const line = complaints.rfind('\n', at);
      auto const begin = line == std::string::npos ? 0 : line + 1;
      complaints.erase(begin, at + said.size() - begin);
    }
    return complaints;
  }

  // ---- what is seen

  void watch() {
    ends_->after_step = [this] { checks_.after_step(look()); };
    ends_->on_datagram = [this](role side, sim::datagram const& what, bool sent) {
      if (sent) checks_.on_datagram({side, ends_->now(), what.bytes, what.path.local});
      if (side == role::client) return;
      if (!sent) return guard_.hear({what.path, what.bytes, 0, what.mark});
      if (!guard_.say(what, checks_.proven(role::server, what.path.remote)))
        fail("INV-01 more than three times to an address not proven");
    };
  }

  seen_step look() {
    auto step = look_around(*ends_);
    for (auto const side : both_sides) {
      auto& end = step.ends[index_of(side)];
      end.gone = ends_->at(side) == nullptr;
      if (!end.gone) end = look_at_end(*ends_, side, options_.ends[index_of(side)]);
    }
    return step;
  }

  bool both_confirmed() {
    return std::all_of(both_sides.begin(), both_sides.end(),
                       [this](role side) { return ends_->at(side) != nullptr && at(side).confirmed(); });
  }

  template <class Predicate>
  bool until(Predicate&& reached, duration patience) {
    auto const end = ends_->now() + patience;
    while (!reached() && ends_->now() < end) ends_->advance(20ms);
    return reached();
  }

  void advance(duration span) { ends_->advance(span); }

  void fail(std::string const& sentence) {
    if (problems_.size() < 1000) problems_ += sentence + "\n";
  }

  sim::random chance_;
  loose_options options_;
  scenario::seal_ledger ledger_;
  invariants checks_;
  amplification_guard guard_;
  // Who abandons a path while a NAT leads what is said on the other one astray has nobody left to talk to.
  bool abandons_ = false;
  role abandoner_ = role::client;
  std::vector<transfer> to_open_;
  std::vector<transfer> transfers_;
  std::array<std::uint64_t, 2> datagrams_sent_{};
  std::array<std::set<std::size_t>, 2> datagrams_seen_;
  std::size_t opened_ = 0;
  std::size_t abandoned_ = 0;
  unsigned rebound_ = 0;
  bool without_paths_ = false;
  std::string problems_;
  std::unique_ptr<basic_loose_ends<Stack>> ends_;
};

}  // namespace
}  // namespace quoin::property

using namespace quoin::property;

namespace {

/// How many paths were opened in all.
template <class Stack>
std::size_t run_all(std::vector<std::uint64_t> const& seeds, std::string_view tags) {
  std::size_t opened = 0;
  for (auto const seed : seeds) {
    paths_run<Stack> one{seed};
    auto const problems = one.go();
    opened += one.paths_opened();
    if (auto const* const wanted = std::getenv("QUOIN_TRACE")) std::ofstream{wanted} << one.trace();
    INFO(reproduce(seed, tags, "test_every_call") << '\n' << problems);
    CHECK(problems.empty());
  }
  return opened;
}

}  // namespace

TEST_CASE("random data arrive whole over several paths that come and go", "[property][multipath]") {
  auto const seeds = seeds_to_run(0, 4);
  auto const opened = run_all<loose_stack>(seeds, "[property][multipath]~[copies]");
  if (seeds.size() >= 100) CHECK(opened > seeds.size());
}

TEST_CASE("random data arrive whole, and once, where each packet takes every path", "[property][multipath][copies]") {
  auto const seeds = seeds_to_run(1, 16);
  auto const opened = run_all<copying_stack>(seeds, "[property][copies]");
  if (seeds.size() >= 100) CHECK(opened > seeds.size());
}

TEST_CASE("seeds of several paths that once broke a check break none", "[property][multipath]") {
  run_all<loose_stack>({189, 229, 905, 1341, 1481, 3145, 5509, 23345, 67337}, "[property][multipath]~[copies]");
}

// INV-41 between builds: what digests.py compares.
TEST_CASE("digests of the traces of data over several paths", "[.digests]") {
  for (auto const seed : seeds_to_run(0, 1)) {
    paths_run<loose_stack> one{seed};
    static_cast<void>(one.go());
    print_digest(seed, one.trace());
  }
}
