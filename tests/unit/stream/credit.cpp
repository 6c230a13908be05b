// SPDX-License-Identifier: BSL-1.0
// Many streams that share little credit of their connection.
#include "harness.hpp"

#include <quoin/schedule/strict_priority.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace stream_test;
namespace wire = quoin::wire;

namespace {

std::size_t steps = 0;

/// Counts what streams have it do.
template <class S>
class counted {
 public:
  void activate(stream_id id, quoin::stream_priority priority) {
    ++steps;
    scheduler_.activate(id, priority);
  }
  void deactivate(stream_id id) noexcept {
    ++steps;
    scheduler_.deactivate(id);
  }
  [[nodiscard]] std::optional<stream_id> next() const noexcept {
    ++steps;
    return scheduler_.next();
  }
  void sent(stream_id id, quoin::byte_count bytes) noexcept {
    ++steps;
    scheduler_.sent(id, bytes);
  }
  void prioritize(stream_id id, quoin::stream_priority priority) {
    ++steps;
    scheduler_.prioritize(id, priority);
  }

 private:
  S scheduler_;
};

/// A client with many streams that have a hundred bytes each, and no credit for any.
template <class S>
class crowd {
 public:
  static constexpr std::size_t size = 1'000;

  crowd() {
    auto peer = generous();
    peer.initial_max_data = 0;
    peer.initial_max_streams_uni = size;
    streams.on_peer_limits(peer);
    for (std::size_t i = 0; i < size; ++i) {
      ids.push_back(*streams.open(uni));
      REQUIRE(streams.write(ids.back(), byte_view{bytes}));
    }
    REQUIRE_FALSE(streams.has_data());
    REQUIRE(streams.data_limited_by_peer());
  }

  void credit(std::uint64_t limit) { REQUIRE(streams.on_max_data(wire::max_data_frame{limit})); }

  /// STREAM frames that go into one packet.
  std::vector<sent_frame> packet() {
    std::array<std::uint8_t, 1'200> room{};
    quoin::byte_writer writer{room};
    quoin::sent_frames frames;
    streams.write_data(writer, frames);
    std::vector<sent_frame> made;
    std::copy_if(frames.begin(), frames.end(), std::back_inserter(made),
                 [](auto const& frame) { return frame.what == sent_frame::kind::stream; });
    return made;
  }

  quoin::streams<counted<S>> streams{small(role::client)};
  std::vector<stream_id> ids;
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(100, 0x5a);
};

}  // namespace

TEST_CASE("credit for a byte is not the work of all streams that wait for it",
          "[stream][rfc9000][cve_class_credit_flood]") {
  crowd<quoin::round_robin> client;
  for (std::uint64_t limit = 1; limit <= 50; ++limit) {
    steps = 0;
    client.credit(limit);
    REQUIRE(client.streams.has_data());
    auto const frames = client.packet();
    CHECK(steps < 10);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].length == 1);
    CHECK(frames[0].id == client.ids[limit - 1].value());  // each has its turn
    CHECK_FALSE(client.streams.has_data());
    CHECK(client.streams.data_limited_by_peer());
  }
}

TEST_CASE("what is said again without credit is not the work of all streams that wait for it",
          "[stream][rfc9000][cve_class_credit_flood]") {
  crowd<quoin::round_robin> client;
  for (std::uint64_t limit = 1; limit <= 50; ++limit) {
    client.credit(limit);
    auto const frames = client.packet();
    REQUIRE(frames.size() == 1);
    steps = 0;
    client.streams.on_lost(frames[0]);
    REQUIRE(client.streams.has_data());
    auto const again = client.packet();
    CHECK(steps < 10);
    CHECK(again == frames);
    CHECK_FALSE(client.streams.has_data());
  }
}

TEST_CASE("little credit goes to the most urgent stream, whenever that was written", "[stream][rfc9000]") {
  crowd<quoin::strict_priority> client;
  client.credit(1);
  REQUIRE(client.packet()[0].id == client.ids[0].value());
  REQUIRE(client.streams.prioritize(client.ids[700], {1, false}));
  REQUIRE(client.streams.prioritize(client.ids[900], {0, false}));
  for (std::uint64_t limit = 2; limit <= 250; ++limit) {
    client.credit(limit);
    auto const frames = client.packet();
    REQUIRE(frames.size() == 1);
    auto const urgent = limit <= 101 ? 900U : limit <= 201 ? 700U : 0U;
    CHECK(frames[0].id == client.ids[urgent].value());
  }
}

TEST_CASE("without credit the most urgent of what was lost goes first", "[stream][rfc9000]") {
  crowd<quoin::strict_priority> client;
  client.credit(30 * 100);
  std::vector<sent_frame> sent;
  while (client.streams.has_data())
    for (auto const& frame : client.packet()) sent.push_back(frame);
  for (auto const& frame : sent) client.streams.on_lost(frame);
  REQUIRE(client.streams.prioritize(client.ids[20], {0, false}));
  REQUIRE(client.streams.prioritize(client.ids[900], {0, false}));  // has nothing that it may send
  REQUIRE(client.streams.has_data());
  std::vector<std::uint64_t> order;
  while (client.streams.has_data())
    for (auto const& frame : client.packet())
      if (order.empty() || order.back() != frame.id) order.push_back(frame.id);
  REQUIRE(order.size() == 30);
  CHECK(order[0] == client.ids[20].value());
  CHECK(order[1] == client.ids[0].value());
  CHECK(order[29] == client.ids[29].value());
}

TEST_CASE("streams that end while they wait for credit leave nothing to wait for", "[stream][rfc9000]") {
  crowd<quoin::round_robin> client;
  for (auto const id : client.ids) REQUIRE(client.streams.reset(id, 1));
  CHECK_FALSE(client.streams.data_limited_by_peer());
  client.credit(1'000);
  CHECK_FALSE(client.streams.has_data());
  CHECK(client.packet().empty());
}
