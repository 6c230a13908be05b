// SPDX-License-Identifier: BSL-1.0
// Two honest connections, between which the fuzzer loses, doubles, turns around, delays and damages datagrams, and at
// whose ends it calls what an application may call: no error of the protocol comes of it, and bytes arrive as sent.
#include <quoin/connection/connection.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/wire/packet/long_header.hpp>

#include "require.hpp"
#include "script.hpp"

#include <map>
#include <optional>
#include <vector>

namespace {

using namespace quoin;
using namespace std::chrono_literals;
using fuzz::require;
using bytes = std::vector<std::uint8_t>;
using end_type = connection<test_stack>;

constexpr auto client_address = socket_address::v4(192, 0, 2, 1, 1111);
constexpr auto server_address = socket_address::v4(192, 0, 2, 2, 4433);

std::uint8_t pattern(stream_id id, std::uint64_t offset) {
  return static_cast<std::uint8_t>(offset * 7 + (offset >> 8) + id.value() * 31);
}

connection_start<test_stack> start_of(role self) {
  connection_start<test_stack> start;
  start.self = self;
  start.path = self == role::client ? network_path{client_address, server_address}
                                    : network_path{server_address, client_address};
  auto crypto = std::make_shared<null_handshake::config>();
  crypto->alpn = {"fuzz"};
  start.crypto = crypto;
  start.server_name = "fuzz.test";
  start.settings.stream_window = start.settings.max_stream_window = 3'000;
  start.settings.connection_window = start.settings.max_connection_window = 8'000;
  start.settings.bidi_streams = start.settings.uni_streams = 3;
  return start;
}

class pair_of_ends {
 public:
  explicit pair_of_ends(std::uint8_t seed) {
    client_.emplace(start_of(role::client), now_, seeded_entropy{seed + 1U});
    collect(role::client);
    auto const header = wire::read_long_header(under_way_[0].front());
    auto start = start_of(role::server);
    start.original_destination = start.first_destination = header->destination;
    start.peer_source = header->source;
    server_.emplace(std::move(start), now_, seeded_entropy{seed + 300U});
  }

  void step(fuzz::script& input) {
    auto const what = input.byte();
    auto const side = (what & 1) != 0 ? role::client : role::server;
    switch (what >> 1 & 7) {
      case 0: pass(std::chrono::milliseconds{input.byte()}); break;
      case 1: call(side, input); break;
      default: carry(side, input); break;
    }
    check();
  }

  /// Left alone, everything that was written arrives, or the connection has ended.
  void settle() {
    for (int turns = 0; turns < 4'000 && !over(); ++turns) {
      collect(role::client);
      collect(role::server);
      bool moved = false;
      for (auto const side : {role::client, role::server})
        for (auto& all = under_way_[index_of(side)]; !all.empty(); moved = true) {
          auto datagram = std::move(all.front());
          all.erase(all.begin());
          deliver(peer_of(side), datagram);
        }
      read_all();
      if (moved) continue;
      auto const next = std::min(client_->deadline(), server_->deadline());
      if (next == never) break;
      now_ = std::max(now_, next);
      expire();
    }
    check();
    if (!over()) require(written_ == read_, "what was written arrives");
  }

 private:
  end_type& at(role side) { return side == role::client ? *client_ : *server_; }
  bool over() { return client_->closing() || server_->closing(); }

  void check() {
    for (auto const side : {role::client, role::server})
      if (auto const& why = at(side).close_reason(); why && why->origin == event::close_origin::local)
        require(why->application, "no honest end breaks a rule");
  }

  void pass(duration time) {
    now_ += time;
    expire();
  }
  void expire() {
    for (auto const side : {role::client, role::server})
      if (at(side).deadline() <= now_) at(side).expire(now_);
  }

  void collect(role side) {
    bytes room(65536);
    while (auto const out = at(side).transmit(room, now_))
      for (auto rest = out->bytes; !rest.empty();) {
        auto const one = rest.first(std::min(rest.size(), out->segment_size));
        rest = rest.subspan(one.size());
        under_way_[index_of(side)].emplace_back(one.begin(), one.end());
      }
  }

  void deliver(role side, bytes datagram) {
    auto const path = side == role::client ? network_path{client_address, server_address}
                                           : network_path{server_address, client_address};
    at(side).receive({path, datagram, 0, ecn::not_ect}, now_);
  }

  /// One datagram of `side` meets its fate.
  void carry(role side, fuzz::script& input) {
    collect(side);
    auto& all = under_way_[index_of(side)];
    if (all.empty()) return;
    auto const fate = input.byte();
    auto const index = (fate & 0x10) != 0 ? input.byte() % all.size() : 0;
    auto datagram = all[index];
    if ((fate & 0x20) == 0) all.erase(all.begin() + static_cast<std::ptrdiff_t>(index));  // else it comes again
    if (all.size() > 64) all.erase(all.begin());
    if (fate % 16 == 1) return;  // lost
    if (fate % 16 == 2) datagram[input.number() % datagram.size()] ^= static_cast<std::uint8_t>(1U | input.byte());
    if (fate % 16 == 3) datagram.resize(input.number() % datagram.size());
    if (fate % 16 == 4) datagram.resize(datagram.size() + input.byte(), 0x55);
    deliver(peer_of(side), std::move(datagram));
  }

  void call(role side, fuzz::script& input) {
    auto& on = at(side);
    auto const what = input.byte();
    if (what % 8 == 0) static_cast<void>(on.update_keys(now_));
    if (what % 8 == 1) static_cast<void>(on.rotate_connection_id());
    if (what % 8 == 2) on.ping();
    if (what % 8 == 3) read_all();
    if (what == 0xff) on.close(7, "fuzz", now_);
    if (what % 8 < 4) return;
    if (what % 8 == 4) {
      auto const id = on.open((what & 8) != 0 ? stream_direction::bidirectional : stream_direction::unidirectional);
      if (id) open_[index_of(side)].push_back(*id);
      return;
    }
    auto const& ids = open_[index_of(side)];
    if (ids.empty()) return;
    auto const id = ids[input.byte() % ids.size()];
    if (what % 8 == 7) {
      static_cast<void>(on.finish(id));
      return;
    }
    auto& written = written_[id.value()];
    bytes more(input.number() % 2'000);
    for (std::size_t i = 0; i < more.size(); ++i) more[i] = pattern(id, written + i);
    if (auto const took = on.write(id, byte_view{more})) written += *took;
    if (written == 0) written_.erase(id.value());
  }

  void read_all() {
    for (auto const side : {role::client, role::server}) {
      auto& on = at(side);
      while (on.next_event()) {
      }
      for (auto const& id : open_[index_of(peer_of(side))]) {
        bytes room(4'096);
        for (auto got = on.read(id, room, now_); got && got->size > 0; got = on.read(id, room, now_)) {
          auto& read = read_[id.value()];
          for (std::size_t i = 0; i < got->size; ++i)
            require(room[i] == pattern(id, read + i), "bytes arrive as they were sent");
          read += got->size;
        }
      }
    }
  }

  instant now_{100s};
  std::optional<end_type> client_;
  std::optional<end_type> server_;
  std::array<std::vector<bytes>, 2> under_way_;
  std::array<std::vector<stream_id>, 2> open_;
  std::map<std::uint64_t, std::uint64_t> written_;
  std::map<std::uint64_t, std::uint64_t> read_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::script input{data, size};
  pair_of_ends ends{input.byte()};
  for (int steps = 0; steps < 400 && !input.empty(); ++steps) ends.step(input);
  ends.settle();
  return 0;
}
