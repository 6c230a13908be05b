// SPDX-License-Identifier: BSL-1.0
/// \file
/// An application of endpoints that calls anything at any time: whatever it does, the answers are the documented ones
/// and nothing breaks. Every call of a connection, without an endpoint: calls/.
#include "every_connection.hpp"
#include "random_run.hpp"
#include "seeds.hpp"

#include <quoin/sim/random.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>

using namespace quoin;
using namespace quoin::property;
using namespace quoin::scenario;

namespace {

class reckless_application {
 public:
  explicit reckless_application(std::uint64_t seed) : chance_(seed, 3), options_(options_for(seed)), world_(options_) {
    for (auto const& each : {other_address(1), other_address(2)}) world_.open_local(role::client, each);
    watch_.look_at(world_, options_);
    for (auto const from : both_sides)
      (from == role::client ? world_.uplink() : world_.downlink())
          .on_each([this, from](sim::datagram& d, std::uint64_t) -> sim::verdict {
            watch_.on_datagram({from, world_.network().now(), d.bytes});
            return {};
          });
  }

  /// What went wrong, in sentences.
  std::string go() {
    auto const calls = 50 + chance_.below(400);
    world_.connect();
    for (std::uint64_t i = 0; i < calls && problems_.size() < 1000; ++i) {
      call_something();
      pass_time();
    }
    leave();
    return problems_ + watch_.broken();
  }

 private:
  world_options options_for(std::uint64_t seed) {
    world_options options;
    options.seed = seed;
    constexpr std::array stacks{flavour::plain, flavour::strict, flavour::modelling, flavour::scalable,
                                flavour::first_in};
    options.stack = stacks[chance_.below(stacks.size())];
    options.watch = &watch_;
    options.tickets = static_cast<unsigned>(chance_.below(3));
    options.early_data = chance_.chance(0.7);
    options.takes_replays = chance_.chance(0.5);
    options.one_way_delay = chance_.between(1ms, 40ms);
    if (chance_.chance(0.5)) options.link.loss.probability = chance_.unit() * 0.1;
    for (auto* settings : {&options.client, &options.server}) {
      settings->handshake_timeout = 100s;
      settings->stream_window = settings->max_stream_window = 1 + chance_.below(20'000);
      settings->connection_window = settings->max_connection_window = 1 + chance_.below(40'000);
      settings->bidi_streams = chance_.below(6);
      settings->uni_streams = chance_.below(6);
      settings->send_buffer = chance_.below(20'000);
      settings->idle_timeout = chance_.chance(0.2) ? duration{} : chance_.between(1s, 60s);
      if (chance_.chance(0.2)) settings->keep_alive = chance_.between(100ms, 10s);
    }
    options.log = false;
    return options;
  }

  static socket_address other_address(std::uint16_t number) {
    auto address = world::client_address();
    address.port = static_cast<std::uint16_t>(address.port + number);
    return address;
  }

  /// One of the host's, mostly.
  socket_address some_address() {
    if (chance_.chance(0.1)) return {};
    return other_address(static_cast<std::uint16_t>(chance_.below(4)));
  }

  /// Each with other bytes, so that none is taken for another that is sent again.
  std::vector<std::uint8_t> next_datagram() {
    std::vector<std::uint8_t> bytes(4 + chance_.below(1'500), 0x64);
    ++datagrams_;
    for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(datagrams_ >> 8 * i);
    return bytes;
  }

  party* some_party() {
    auto const side = chance_.chance(0.5) ? role::client : role::server;
    auto const count = world_.count(side);
    if (count == 0) return nullptr;
    auto& found = side == role::client ? world_.client(chance_.below(count)) : world_.server(chance_.below(count));
    found.reading = chance_.chance(0.7);
    found.takes_views = chance_.chance(0.5);
    return &found;
  }

  /// Mostly one of few streams, so that calls meet; sometimes one that cannot be.
  stream_id some_stream() { return stream_id{chance_.chance(0.02) ? chance_.next() >> 2 : chance_.below(24)}; }

  template <class T>
  void expect(stream_result<T> const& outcome, char const* call, std::initializer_list<stream_errc> documented) {
    if (outcome) return;
    for (auto const each : documented)
      if (outcome.error() == each) return;
    problems_ += std::string{call} + " says " + std::string{name_of(outcome.error())} + "\n";
  }

  void call_something() {
    using e = stream_errc;
    auto* const who = some_party();
    if (who == nullptr) return;
    auto const id = some_stream();
    std::uint8_t room[3000] = {};
    auto const size = static_cast<std::size_t>(chance_.below(sizeof room + 1));
    auto const direction = chance_.chance(0.5) ? stream_direction::bidirectional : stream_direction::unidirectional;
    switch (chance_.below(26)) {
      case 0:
      case 1:
      case 2: expect(who->open(direction), "open", {e::limit_reached, e::connection_closed, e::not_ready}); break;
      case 3:
      case 4:
      case 5: {
        auto const took = who->write(id, byte_view{room, size});
        expect(took, "write",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::connection_closed,
                e::not_ready});
        if (took && *took > size) problems_ += "write takes more than it was given\n";
        break;
      }
      case 6: {
        auto const owner = std::make_shared<std::vector<std::uint8_t>>(size);
        expect(who->write(id, send_slice{*owner, owner}), "write of a slice",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::connection_closed,
                e::not_ready});
        break;
      }
      case 7:
        expect(who->finish(id), "finish",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::connection_closed,
                e::not_ready});
        break;
      case 8:
        expect(who->reset(id, chance_.next()), "reset",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::connection_closed});
        break;
      case 9:
        expect(who->stop_sending(id, chance_.next()), "stop_sending",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::connection_closed});
        break;
      case 10:
        expect(who->prioritize(id, {static_cast<std::uint8_t>(chance_.below(256)), chance_.chance(0.5)}), "prioritize",
               {e::unknown_stream, e::wrong_direction, e::connection_closed});
        break;
      case 11:
      case 12:
      case 13: {
        auto const got = who->read(id, byte_span{room, size});
        expect(got, "read",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::connection_closed,
                e::not_ready});
        if (got && got->size > size) problems_ += "read gives more than there is room for\n";
        break;
      }
      case 14: {
        auto const seen = who->peek(id);
        expect(seen, "peek",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::connection_closed,
                e::not_ready});
        if (seen)
          expect(who->consume(id, static_cast<std::size_t>(chance_.below(seen->size() + 1))), "consume",
                 {e::unknown_stream, e::already_finished, e::was_reset, e::connection_closed, e::not_ready});
        break;
      }
      case 15: static_cast<void>(who->update_keys()); break;
      case 16: static_cast<void>(who->rotate_connection_id()); break;
      case 17: who->ping(); break;
      case 18: {
        if (!chance_.chance(0.05)) break;
        auto const code = chance_.next();  // drawn before the length, whatever the compiler
        who->close(code, std::string(chance_.below(3'000), '!'));
        break;
      }
      case 19: {
        auto const local = some_address();
        auto const named = chance_.chance(0.5) ? who->migrate(local) : who->probe(local);
        using p = path_errc;
        constexpr std::array documented{p::connection_closed, p::server,           p::not_confirmed,
                                        p::forbidden,         p::no_connection_id, p::too_many};
        if (!named && std::find(documented.begin(), documented.end(), named.error()) == documented.end())
          problems_ += "migrate says " + std::string{name_of(named.error())} + "\n";
        break;
      }
      case 20: {
        auto const bytes = next_datagram();
        bool const fits = bytes.size() <= who->max_datagram();
        auto const sent = who->send_datagram(bytes);
        if (sent && !fits) problems_ += "a datagram is taken that does not fit\n";
        break;
      }
      case 21:
        expect(who->reset_at(id, size, chance_.below(3'000)), "reset_at",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::not_written,
                e::unsupported, e::connection_closed});
        break;
      case 22:
        expect(who->early_open(direction), "open", {e::limit_reached, e::connection_closed, e::not_ready});
        break;
      case 23:
        expect(who->early_write(id, byte_view{room, size}), "write",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::connection_closed});
        break;
      case 24:
        expect(who->early_finish(id), "finish",
               {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::connection_closed});
        break;
      default:
        if (world_.count(role::client) < 4 && chance_.chance(0.2)) world_.connect("server.test", chance_.chance(0.5));
        break;
    }
  }

  void pass_time() {
    if (chance_.chance(0.5)) return;
    if (chance_.chance(0.05))
      world_.advance(chance_.between(1ms, 5s));
    else
      world_.advance(chance_.between(duration{}, 30ms));
  }

  /// Everything can be closed from wherever it stands, and then nothing is left.
  void leave() {
    for (auto const side : {role::client, role::server})
      for (std::size_t i = 0; i < world_.count(side); ++i) {
        auto& each = side == role::client ? world_.client(i) : world_.server(i);
        each.close(1, "");
        if (each.ended && each.ended->origin == event::close_origin::local && !each.ended->application)
          problems_ += "an honest peer broke a rule: " + each.ended->reason + "\n";
      }
    world_.advance(1000s);
    for (auto const side : {role::client, role::server})
      if (world_.alive(side) != 0) problems_ += "a closed connection stays\n";
  }

  sim::random chance_;
  every_connection watch_;
  world_options options_;
  world world_;
  std::uint64_t datagrams_ = 0;
  std::string problems_;
};

}  // namespace

TEST_CASE("whatever an application calls is answered as documented", "[property][api][cve_class_calls_after_the_end]") {
  auto const seeds = property::seeds_to_run(0, 2);
  for (auto const seed : seeds) {
    auto const problems = reckless_application{seed}.go();
    INFO("QUOIN_SEED=" << seed << '\n' << problems);
    CHECK(problems.empty());
  }
}
