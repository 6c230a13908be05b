// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client with two interfaces, each with a link of its own to the server: what scenarios of multipath play on.
#pragma once

#include <quoin/extension/multipath.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

namespace quoin::scenario {

using namespace std::chrono_literals;

/// A packet as an observer was told of it.
struct seen_packet {
  role self = role::client;
  bool sent = false;
  path_id name = 0;
  packet_number number = 0;
  byte_count size = 0;
  std::vector<std::uint8_t> payload;
  instant at{};
};

/// Keeps every 1-RTT packet that is sent, when it is given a place for them.
struct packet_tap {
  static constexpr bool enabled = true;
  std::shared_ptr<std::vector<seen_packet>> kept{};
  role self = role::client;

  void on(event::packet_sent const& e) const {
    if (kept && e.kind == event::packet_kind::one_rtt)
      kept->push_back({self, true, e.path, e.number, e.size, {e.frames.begin(), e.frames.end()}, e.now});
  }
  template <class Event>
  void on(Event const&) const {}
};

template <class Scheduler>
struct several_paths_stack : test_stack {
  using observer = packet_tap;
  using extensions = quoin::extensions<datagram, multipath>;
  using path_scheduler = Scheduler;
};

/// A frame reduced to what scenarios ask: its type, the path that it is about, a number, and the connection ID or the
/// data of a challenge.
struct multipath_frame {
  std::uint64_t type = 0;
  std::uint64_t path = 0;
  std::uint64_t value = 0;
  std::vector<std::uint8_t> data{};
};

namespace detail {

struct frame_collector {
  std::vector<multipath_frame>& found;

  result<> operator()(wire::path_ack_frame const& f) { return add(f.first_type, f.path, f.ack.largest); }
  result<> operator()(wire::path_abandon_frame const& f) { return add(f.first_type, f.path, f.code); }
  result<> operator()(wire::path_status_frame const& f) {
    return add(f.available ? f.last_type : f.first_type, f.path, f.sequence);
  }
  result<> operator()(wire::path_new_connection_id_frame const& f) {
    auto const id = f.issued.id.view();
    return add(f.first_type, f.path, f.issued.sequence, {id.begin(), id.end()});
  }
  result<> operator()(wire::path_retire_connection_id_frame const& f) { return add(f.first_type, f.path, f.sequence); }
  result<> operator()(wire::max_path_id_frame const& f) { return add(f.first_type, 0, f.maximum); }
  result<> operator()(wire::paths_blocked_frame const& f) { return add(f.first_type, 0, f.maximum); }
  result<> operator()(wire::path_cids_blocked_frame const& f) { return add(f.first_type, f.path, f.next_sequence); }
  result<> operator()(wire::ack_frame const& f) { return add(2, 0, f.largest); }
  result<> operator()(wire::stream_frame const& f) { return add(8, 0, f.data.size()); }
  result<> operator()(wire::path_challenge_frame const& f) { return add(0x1a, 0, 0, {f.data.begin(), f.data.end()}); }
  result<> operator()(wire::path_response_frame const& f) { return add(0x1b, 0, 0, {f.data.begin(), f.data.end()}); }
  template <class Frame>
  result<> operator()(Frame const&) {
    return {};
  }

  result<> add(std::uint64_t type, std::uint64_t path, std::uint64_t value, std::vector<std::uint8_t> data = {}) {
    found.push_back({type, path, value, std::move(data)});
    return {};
  }
};

}  // namespace detail

inline std::vector<multipath_frame> frames_of(seen_packet const& packet) {
  std::vector<multipath_frame> found;
  detail::frame_collector collector{found};
  using known = wire::frame_list<wire::path_ack_frame, wire::path_abandon_frame, wire::path_status_frame,
                                 wire::path_new_connection_id_frame, wire::path_retire_connection_id_frame,
                                 wire::max_path_id_frame, wire::paths_blocked_frame, wire::path_cids_blocked_frame,
                                 wire::datagram_frame>;
  REQUIRE(wire::read_frames<known>(packet.payload, event::packet_kind::one_rtt, collector));
  return found;
}

struct two_paths_options {
  sim::link_settings first{.delay = 10ms};
  sim::link_settings second{.delay = 10ms};
  std::uint32_t client_paths = 2;
  std::uint32_t server_paths = 2;
  transport_settings client{};
  transport_settings server{};
  bool tap = true;
  bool discover_addresses = false;  ///< where the stack lists it
};

template <class Scheduler = path_schedule::min_rtt, class Base = several_paths_stack<Scheduler>>
class two_paths {
 public:
  using lab_type = quoin::lab<Base>;
  using connection_type = typename lab_type::connection_type;

  explicit two_paths(two_paths_options const& chosen = {})
      : packets(std::make_shared<std::vector<seen_packet>>()),
        lab(options_of(chosen, packets)),
        other_interface(lab.network().add_host("other")) {
    lab.network().join(other_interface, lab.server_host(), chosen.second);
    lab.client_endpoint().io().open_local(other_address(), other_interface);
    lab.on_event([this](role self, connection_type& from, connection_event const& e) { react(self, from, e); });
  }

  static socket_address other_address() { return socket_address::v4(10, 0, 1, 1, 6000); }

  sim::link& second_uplink() { return lab.network().between(other_interface, lab.server_host()); }
  sim::link& second_downlink() { return lab.network().between(lab.server_host(), other_interface); }

  auto paths(role self) { return connection_of(self).template extension<multipath>(); }
  connection_type& connection_of(role self) { return self == role::client ? lab.client() : lab.server(); }

  /// What the end `self` knows of a path; the default value when it has none.
  path_facts facts(role self, std::uint32_t id) {
    for (auto const& each : paths(self).paths())
      if (each.id == id) return each;
    path_facts none;
    none.standing = path_standing::unused;
    return none;
  }

  /// Connects, and opens the second path from the other interface.
  bool open_second() {
    if (!lab.establish()) return false;
    lab.advance(100ms);
    auto const opened = paths(role::client).open_path(other_address(), lab_type::server_address(), lab.now());
    if (!opened) return false;
    return lab.run_until(
        [&] {
          return facts(role::client, *opened).standing == path_standing::open &&
                 facts(role::server, *opened).standing == path_standing::open;
        },
        5s);
  }

  /// Sends `size` bytes on a new stream and waits for them; how long it took, or nothing when it took too long.
  std::optional<duration> transfer(role from, std::size_t size, duration patience = 60s) {
    auto const begun = lab.now();
    begin(from, size);
    auto const done = lab.run_until([&] { return complete(from); }, patience);
    return done ? std::optional{lab.now() - begun} : std::nullopt;
  }

  void begin(role from, std::size_t size) {
    auto& connection = connection_of(from);
    auto const id = connection.open(stream_direction::unidirectional);
    REQUIRE(id);
    sending_[index_of(from)] = {*id, 0, size, true};
    received_[index_of(from)] = 0;
    finished_[index_of(from)] = false;
    write_on(from);
    lab.serve();
  }
  [[nodiscard]] bool complete(role from) const {
    return finished_[index_of(from)] && received_[index_of(from)] == sending_[index_of(from)].size;
  }
  [[nodiscard]] std::size_t received(role from) const { return received_[index_of(from)]; }

  std::shared_ptr<std::vector<seen_packet>> packets;
  lab_type lab;
  sim::host_id other_interface;

 private:
  struct sending {
    stream_id id;
    std::size_t at = 0;
    std::size_t size = 0;
    bool active = false;
  };

  static lab_options<Base> options_of(two_paths_options const& chosen,
                                      std::shared_ptr<std::vector<seen_packet>> const& packets) {
    lab_options<Base> options;
    options.one_way_delay = {};
    options.link = chosen.first;
    options.client = chosen.client;
    options.server = chosen.server;
    auto const kept = chosen.tap ? packets : nullptr;
    options.make_observer = [kept](role self) { return packet_tap{kept, self}; };
    options.adjust_endpoint = [chosen](role self, auto& settings) {
      settings.extensions.multipath.paths = self == role::client ? chosen.client_paths : chosen.server_paths;
      if constexpr (requires { settings.extensions.address_discovery; })
        settings.extensions.address_discovery = {chosen.discover_addresses, chosen.discover_addresses};
    };
    return options;
  }

  static std::uint8_t pattern(std::size_t at) { return static_cast<std::uint8_t>(at * 7 + at / 251); }

  void write_on(role self) {
    auto& s = sending_[index_of(self)];
    auto& connection = connection_of(self);
    while (s.active && s.at < s.size) {
      std::vector<std::uint8_t> bytes(std::min<std::size_t>(s.size - s.at, 16384));
      for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = pattern(s.at + i);
      auto const taken = connection.write(s.id, bytes);
      if (!taken || *taken == 0) return;
      s.at += *taken;
    }
    if (s.active && s.at == s.size) {
      s.active = false;
      static_cast<void>(connection.finish(s.id));
    }
  }

  void react(role self, connection_type& from, connection_event const& e) {
    if (e.what == connection_event::kind::stream_writable) write_on(self);
    if (e.what != connection_event::kind::stream_readable) return;
    auto const sender = self == role::client ? role::server : role::client;
    std::vector<std::uint8_t> room(65536);
    while (true) {
      auto const got = from.read(e.id, room, lab.now());
      if (!got || (got->size == 0 && !got->fin)) return;
      for (std::size_t i = 0; i < got->size; ++i)
        if (room[i] != pattern(received_[index_of(sender)] + i)) FAIL("wrong byte");
      received_[index_of(sender)] += got->size;
      if (got->fin) {
        finished_[index_of(sender)] = true;
        return;
      }
    }
  }

  std::array<sending, 2> sending_;
  std::array<std::size_t, 2> received_{};
  std::array<bool, 2> finished_{};
};

}  // namespace quoin::scenario
