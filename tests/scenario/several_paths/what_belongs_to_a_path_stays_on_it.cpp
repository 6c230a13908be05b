// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

/// The Destination Connection IDs of short headers on one link, and their datagrams' sizes.
struct link_tap {
  std::set<std::vector<std::uint8_t>> destinations;
  std::vector<std::size_t> sizes;

  void watch(sim::link& link) {
    link.on_each([this](sim::datagram& d, std::uint64_t) {
      constexpr auto id_size = test_stack::cid_format::size;
      if ((d.bytes[0] & wire::long_form_bit) == 0)
        destinations.emplace(d.bytes.begin() + 1, d.bytes.begin() + 1 + id_size);
      sizes.push_back(d.bytes.size());
      return sim::verdict{};
    });
  }
};

/// The connection IDs that `self` issued for a path ID.
std::set<std::vector<std::uint8_t>> issued_by(two_paths<path_schedule::round_robin>& both, role self,
                                              std::uint64_t path) {
  std::set<std::vector<std::uint8_t>> found;
  for (auto const& packet : *both.packets)
    if (packet.self == self)
      for (auto const& frame : frames_of(packet))
        if (frame.type == wire::path_new_connection_id_frame::first_type && frame.path == path)
          found.insert({frame.data.begin(), frame.data.end()});
  return found;
}

bool includes_all(std::set<std::vector<std::uint8_t>> const& some, std::set<std::vector<std::uint8_t>> const& all) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

std::vector<seen_packet> with_frame(two_paths<path_schedule::round_robin>& both, role self, std::uint64_t type) {
  std::vector<seen_packet> found;
  for (auto const& packet : *both.packets) {
    if (packet.self != self) continue;
    auto const frames = frames_of(packet);
    if (std::any_of(frames.begin(), frames.end(), [&](auto const& f) { return f.type == type; }))
      found.push_back(packet);
  }
  return found;
}

constexpr std::uint64_t path_challenge = 0x1a;
constexpr std::uint64_t path_response = 0x1b;

}  // namespace

TEST_CASE("packets of a path carry connection IDs that were issued for it", "[scenario][multipath]") {
  two_paths<path_schedule::round_robin> both;
  std::array<link_tap, 2> up;
  std::array<link_tap, 2> down;
  up[0].watch(both.lab.uplink());
  up[1].watch(both.second_uplink());
  down[0].watch(both.lab.downlink());
  down[1].watch(both.second_downlink());
  REQUIRE(both.open_second());
  for (auto const sender : {role::client, role::server}) REQUIRE(both.transfer(sender, 100'000));
  // Another ID of the same path, and an address that changes: the path ID stays.
  for (auto const self : {role::client, role::server}) CHECK(both.connection_of(self).rotate_connection_id());
  both.lab.network().rebind(both.other_address(), socket_address::v4(203, 0, 113, 5, 4242));
  for (auto const sender : {role::client, role::server}) REQUIRE(both.transfer(sender, 200'000));
  REQUIRE(both.paths(role::server).paths().size() == 2);

  auto const of_server = issued_by(both, role::server, 1);
  auto const of_client = issued_by(both, role::client, 1);
  REQUIRE_FALSE(up[1].destinations.empty());
  REQUIRE_FALSE(down[1].destinations.empty());
  CHECK(includes_all(up[1].destinations, of_server));
  CHECK(includes_all(down[1].destinations, of_client));
  for (auto const& id : up[0].destinations) CHECK_FALSE(of_server.contains(id));
  for (auto const& id : down[0].destinations) CHECK_FALSE(of_client.contains(id));
  CHECK(up[0].destinations.size() + up[1].destinations.size() > 2);
}

TEST_CASE("each end validates a new path there, in datagrams of full size", "[scenario][multipath]") {
  two_paths<path_schedule::round_robin> both;
  link_tap up;
  link_tap down;
  up.watch(both.second_uplink());
  down.watch(both.second_downlink());
  REQUIRE(both.open_second());
  for (auto const self : {role::client, role::server}) {
    auto const other = self == role::client ? role::server : role::client;
    auto const asked = with_frame(both, self, path_challenge);
    auto const answers = with_frame(both, other, path_response);
    REQUIRE_FALSE(asked.empty());
    REQUIRE_FALSE(answers.empty());
    for (auto const& packet : asked) CHECK(packet.name == 1);
    for (auto const& packet : answers) {
      CHECK(packet.name == 1);
      // What it answers came on the same path.
      for (auto const& answer : frames_of(packet))
        if (answer.type == path_response)
          CHECK(std::any_of(asked.begin(), asked.end(), [&](auto const& question) {
            auto const frames = frames_of(question);
            return std::any_of(frames.begin(), frames.end(),
                               [&](auto const& f) { return f.type == path_challenge && f.data == answer.data; });
          }));
    }
  }
  REQUIRE_FALSE(up.sizes.empty());
  REQUIRE_FALSE(down.sizes.empty());
  CHECK(up.sizes.front() >= 1200);
  CHECK(*std::max_element(down.sizes.begin(), down.sizes.end()) >= 1200);
}

TEST_CASE("nothing but probes leaves on a path before its address is proven", "[scenario][multipath]") {
  for (auto const mute : {role::client, role::server}) {
    two_paths<path_schedule::round_robin> both;
    REQUIRE(both.lab.establish());
    both.lab.advance(100ms);
    // Of a client that falls silent after its first datagram the server gets no answer; of a silent server the client.
    byte_count came = 0;
    byte_count sent = 0;
    both.second_uplink().on_each([&](sim::datagram& d, std::uint64_t n) {
      bool const arrives = mute == role::server || n == 1;
      came += arrives ? d.bytes.size() : 0;
      return sim::verdict{.drop = !arrives};
    });
    both.second_downlink().on_each([&](sim::datagram& d, std::uint64_t) {
      sent += d.bytes.size();
      return sim::verdict{.drop = mute == role::server};
    });
    auto const opened =
        both.paths(role::client).open_path(both.other_address(), both.lab.server_address(), both.lab.now());
    REQUIRE(opened);
    for (auto const sender : {role::client, role::server}) REQUIRE(both.transfer(sender, 100'000));
    REQUIRE(both.lab.run_until([&] { return both.lab.count(role::client, connection_event::kind::path_closed) == 1; },
                               20s));
    both.lab.advance(5s);
    // A server that answers has proven itself to its client, which may go on.
    for (auto const& packet : *both.packets)
      if (packet.name == 1 && (packet.self == role::server || mute == role::server))
        for (auto const& frame : frames_of(packet)) CHECK(frame.type != 8);
    REQUIRE(came > 0);
    CHECK(sent <= 3 * came);
    // Whoever has tried it closes it, on the path that works.
    auto const told = with_frame(both, role::client, wire::path_abandon_frame::first_type);
    REQUIRE_FALSE(told.empty());
    for (auto const& packet : told) CHECK(packet.name == 0);
    CHECK_FALSE(both.lab.client().closing());
    CHECK_FALSE(both.lab.server().closing());
  }
}

TEST_CASE("what an abandoned path has not brought is lost, and said on another", "[scenario][multipath]") {
  for (auto const sender : {role::client, role::server}) {
    two_paths<path_schedule::round_robin> both;
    REQUIRE(both.open_second());
    REQUIRE(both.transfer(sender, 100'000));
    for (auto* const link : {&both.second_uplink(), &both.second_downlink()}) link->black_out(both.lab.now(), never);
    auto const before = both.facts(sender, 1).sent.bytes_sent;
    both.begin(sender, 20'000);
    REQUIRE(both.facts(sender, 1).sent.bytes_sent > before);
    REQUIRE(both.paths(sender).abandon_path(1, both.lab.now()));
    CHECK(both.lab.run_until([&] { return both.complete(sender); }, 5s));
  }
}

TEST_CASE("preferences of a path are numbered upwards, and the maximum path ID only rises", "[scenario][multipath]") {
  two_paths<path_schedule::round_robin> both;
  REQUIRE(both.open_second());
  for (int i = 0; i < 5; ++i)
    for (std::uint32_t const path : {0U, 1U}) {
      REQUIRE(both.paths(role::client).set_backup(path, i % 2 == 0));
      both.lab.advance(50ms);
    }
  for (std::uint32_t id = 1; id <= 3; ++id) {
    REQUIRE(both.paths(role::client).abandon_path(id, both.lab.now()));
    both.lab.advance(2s);
    REQUIRE(both.paths(role::client).open_path(both.other_address(), both.lab.server_address(), both.lab.now()));
    both.lab.advance(2s);
  }
  std::map<std::uint64_t, std::vector<std::uint64_t>> numbers;
  std::array<std::vector<std::uint64_t>, 2> maxima;
  for (auto const& packet : *both.packets)
    for (auto const& frame : frames_of(packet)) {
      if (frame.type == wire::path_status_frame::first_type || frame.type == wire::path_status_frame::last_type)
        numbers[frame.path].push_back(frame.value);
      if (frame.type == wire::max_path_id_frame::first_type) maxima[index_of(packet.self)].push_back(frame.value);
    }
  for (std::uint64_t const path : {0U, 1U}) {
    REQUIRE(numbers[path].size() == 5);
    CHECK(std::adjacent_find(numbers[path].begin(), numbers[path].end(), std::greater_equal<>{}) ==
          numbers[path].end());
  }
  for (auto const& of_end : maxima) {
    REQUIRE(of_end.size() == 3);
    CHECK(of_end.front() >= 2);
    CHECK(std::is_sorted(of_end.begin(), of_end.end()));
  }
}
