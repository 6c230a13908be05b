// SPDX-License-Identifier: BSL-1.0
// The function, the program as its instructions say, and the kernel: all three send a datagram to the same endpoint.
#include <quoin/endpoint/steering.hpp>
#include <quoin/io/udp.hpp>

#include "classic_bpf.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <random>
#include <vector>

using namespace quoin;

namespace {

using bytes = std::vector<std::uint8_t>;

constexpr quic_lb_layout usual{1, 6};
constexpr std::uint8_t config_id = 2;
constexpr std::uint32_t endpoints = 5;

// Both are made when the program is compiled.
constexpr auto program = steering_program<usual>(config_id, endpoints);
constexpr std::array<std::uint8_t, 9> for_the_third{0x40, config_id << 5, 3, 0, 0, 0, 0, 0, 0};
static_assert(steer<usual>(config_id, endpoints, for_the_third) == 3);
static_assert(program.size() < 64);

template <quic_lb_layout Layout>
bytes id_of(std::uint8_t number, std::uint8_t config = config_id, std::size_t size = Layout.size()) {
  bytes id(size, 0xcc);
  id[0] = static_cast<std::uint8_t>(config << 5 | 9);
  std::fill_n(id.begin() + 1, Layout.server_id_size, std::uint8_t{0xee});
  id[Layout.server_id_size] = number;
  return id;
}

bytes short_packet(bytes const& id, std::size_t rest = 30) {
  bytes packet{0x41};
  packet.insert(packet.end(), id.begin(), id.end());
  packet.resize(packet.size() + rest, 0x77);
  return packet;
}

bytes long_packet(bytes const& id, std::size_t rest = 30) {
  bytes packet{0xc1, 0, 0, 0, 1, static_cast<std::uint8_t>(id.size())};
  packet.insert(packet.end(), id.begin(), id.end());
  packet.resize(packet.size() + rest, 0x77);
  return packet;
}

std::vector<bytes> random_packets(std::size_t count) {
  std::mt19937 random{5};
  auto const byte = [&] { return static_cast<std::uint8_t>(random()); };
  std::vector<bytes> packets;
  for (std::size_t i = 0; i < count; ++i) {
    bytes packet(random() % 40);
    for (auto& each : packet) each = byte();
    // Mostly headers that get far.
    if (packet.size() > 7 && i % 3 != 0) {
      packet[5] = static_cast<std::uint8_t>(random() % 24);
      auto const at = (packet[0] & 0x80) != 0 ? 6U : 1U;
      packet[at] = static_cast<std::uint8_t>(config_id << 5 | (packet[at] & 0x1f));
      packet[at + 1] = static_cast<std::uint8_t>(packet[at + 1] % 8);
    }
    packets.push_back(std::move(packet));
  }
  return packets;
}

template <quic_lb_layout Layout>
void check_agreement(bytes const& packet) {
  static constexpr auto code = steering_program<Layout>(config_id, endpoints);
  auto const said = classic_bpf::run(code, packet);
  CHECK(said == steer<Layout>(config_id, endpoints, packet).value_or(~std::uint32_t{0}));
}

}  // namespace

TEST_CASE("an ID of ours leads to its endpoint, in every kind of packet", "[endpoint][steering]") {
  for (std::uint8_t number = 0; number < endpoints; ++number) {
    CHECK(steer<usual>(config_id, endpoints, short_packet(id_of<usual>(number))) == number);
    CHECK(steer<usual>(config_id, endpoints, long_packet(id_of<usual>(number))) == number);
    // The smallest packet there is: nothing after the ID.
    CHECK(steer<usual>(config_id, endpoints, short_packet(id_of<usual>(number), 0)) == number);
  }
}

TEST_CASE("an ID that a client made up leads to one endpoint, and all endpoints get their share",
          "[endpoint][steering]") {
  std::mt19937 random{3};
  std::array<int, endpoints> share{};
  constexpr int clients = 5000;
  for (int i = 0; i < clients; ++i) {
    bytes id(8 + random() % 13);
    for (auto& byte : id) byte = static_cast<std::uint8_t>(random());
    auto const initial = steer<usual>(config_id, endpoints, long_packet(id, 1200));
    REQUIRE(initial);
    CHECK(steer<usual>(config_id, endpoints, long_packet(id, 40)) == initial);
    ++share[*initial];
  }
  for (auto const each : share) CHECK(each > clients / static_cast<int>(endpoints) * 3 / 4);
}

TEST_CASE("what names no endpoint is left to its addresses", "[endpoint][steering]") {
  auto const nobody = std::optional<std::uint32_t>{};
  CHECK(steer<usual>(config_id, endpoints, {}) == nobody);
  CHECK(steer<usual>(config_id, endpoints, short_packet(id_of<usual>(5))) == nobody);
  CHECK(steer<usual>(config_id, endpoints, short_packet(id_of<usual>(1, 3))) == nobody);
  CHECK(steer<usual>(config_id, endpoints, short_packet(bytes(6, 0x40), 0)) == nobody);
  CHECK(steer<usual>(config_id, endpoints, long_packet({})) == nobody);
  CHECK(steer<usual>(config_id, endpoints, long_packet(bytes(7, 0x40))) == nobody);
  // A length that the datagram does not have.
  CHECK(steer<usual>(config_id, endpoints, bytes{0xc0, 0, 0, 0, 1, 8, 0x40, 1, 2, 3, 4, 5, 6}) == nobody);
  CHECK(steer<usual>(config_id, endpoints, bytes{0xc0, 0, 0, 0, 1}) == nobody);
}

TEST_CASE("the program says what the function says", "[endpoint][steering]") {
  for (auto const& packet : random_packets(20'000)) {
    check_agreement<usual>(packet);
    check_agreement<quic_lb_layout{1, 4}>(packet);
    check_agreement<quic_lb_layout{3, 8}>(packet);
    check_agreement<quic_lb_layout{15, 4}>(packet);
  }
  for (std::uint8_t number = 0; number < 8; ++number) {
    check_agreement<quic_lb_layout{15, 4}>(short_packet(id_of<quic_lb_layout{15, 4}>(number)));
    check_agreement<quic_lb_layout{15, 4}>(long_packet(id_of<quic_lb_layout{15, 4}>(number)));
    check_agreement<quic_lb_layout{1, 4}>(long_packet(id_of<quic_lb_layout{1, 4}>(number)));
  }
}

TEST_CASE("the kernel says what the function says", "[endpoint][steering][io]") {
  udp_config settings;
  settings.bind = socket_address::v4(127, 0, 0, 1, 0);
  settings.port = port_sharing::founds;
  std::vector<std::unique_ptr<udp>> sockets;
  for (std::uint32_t i = 0; i < endpoints; ++i) {
    sockets.push_back(std::make_unique<udp>(settings));
    settings.bind = sockets.front()->local_address();
    settings.port = port_sharing::joins;
    settings.steering.assign(program.begin(), program.end());
  }
  auto const port = settings.bind;

  auto packets = random_packets(400);
  for (std::uint8_t number = 0; number < 8; ++number) {
    packets.push_back(short_packet(id_of<usual>(number)));
    packets.push_back(long_packet(id_of<usual>(number)));
    packets.push_back(long_packet(bytes(8 + number, number)));
  }
  for (auto const& packet : packets) {
    if (packet.empty()) continue;
    // A port of its own for each: the addresses say nothing.
    udp client{{.bind = socket_address::v4(127, 0, 0, 1, 0)}};
    REQUIRE(client.send({{client.local_address(), port}, packet, packet.size(), ecn::not_ect}) == send_status::sent);
    std::optional<std::uint32_t> reached;
    for (std::uint32_t i = 0; i < endpoints; ++i)
      if (!sockets[i]->receive().empty()) reached = i;
    REQUIRE(reached);  // loopback delivers before `send` returns
    if (auto const meant = steer<usual>(config_id, endpoints, packet)) CHECK(reached == meant);
  }
}

TEST_CASE("from one address, what names no endpoint reaches the same one each time", "[endpoint][steering][io]") {
  auto const stranger = short_packet(id_of<usual>(1, 3));
  REQUIRE_FALSE(steer<usual>(config_id, 2, stranger));
  auto const code = steering_program<usual>(config_id, 2);
  udp_config settings;
  settings.bind = socket_address::v4(127, 0, 0, 1, 0);
  settings.port = port_sharing::founds;
  udp first{settings};
  settings.bind = first.local_address();
  settings.port = port_sharing::joins;
  settings.steering.assign(code.begin(), code.end());
  udp second{settings};
  bool both = false;
  std::optional<bool> before;
  for (int i = 0; i < 64; ++i) {
    udp client{{.bind = socket_address::v4(127, 0, 0, 1, 0)}};
    std::array<int, 2> got{};
    for (int repeat = 0; repeat < 3; ++repeat) {
      static_cast<void>(
          client.send({{client.local_address(), settings.bind}, stranger, stranger.size(), ecn::not_ect}));
      got[0] += first.receive().empty() ? 0 : 1;
      got[1] += second.receive().empty() ? 0 : 1;
    }
    CHECK(((got[0] == 3 && got[1] == 0) || (got[0] == 0 && got[1] == 3)));
    if (before && *before != (got[0] == 3)) both = true;
    before = got[0] == 3;
  }
  CHECK(both);
}
