// SPDX-License-Identifier: BSL-1.0
#include "harness.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace stream_test;
namespace wire = quoin::wire;
using kind = quoin::stream_event::kind;

TEST_CASE("ten thousand short streams open and close with their credit returned", "[stream][rfc9000]") {
  auto peer = generous();
  peer.initial_max_streams_bidi = 4;
  peer.initial_max_data = 2'000;
  peer.initial_max_stream_data_bidi_remote = peer.initial_max_stream_data_bidi_local = 1'000;
  subject client{small(role::client), peer};
  subject server{small(role::server), peer};
  std::array<std::uint8_t, 100> const bytes{1, 2, 3};
  eager_sink sink;
  auto const carry = [&](subject& from, subject& to) {
    for (auto const& p : {from.control(), from.stream_frames()}) {
      if (p.frames.empty()) continue;
      REQUIRE(to.receive(p.bytes, sink));
      from.acked(p);
    }
  };
  for (int opened = 0; opened < 10'000; ++opened) {
    auto const id = client.streams.open(bidi);
    REQUIRE(id);
    REQUIRE(client.streams.write(*id, byte_view{bytes}).value() == bytes.size());
    REQUIRE(client.streams.finish(*id));
    carry(client, server);
    REQUIRE(server.streams.write(*id, byte_view{bytes}).value() == bytes.size());
    REQUIRE(server.streams.finish(*id));
    carry(server, client);
    carry(client, server);
    carry(server, client);
    (void)client.events();
    (void)server.events();
    REQUIRE(client.streams.open_count() == 0);
    REQUIRE(server.streams.open_count() == 0);
  }
  CHECK(sink.bytes.size() == 2 * 10'000 * bytes.size());
  CHECK(client.streams.held_bytes() == 0);
  CHECK(server.streams.held_bytes() == 0);
  CHECK_FALSE(server.streams.has_data());
}

TEST_CASE("credit for a stream comes back only when both its parts have ended",
          "[stream][rfc9000][cve_class_credit_before_cleanup]") {
  auto settings = small(role::server);
  settings.bidi_streams = 1;
  subject server{settings};
  auto const id = client_bidi(0);
  REQUIRE(server.data(id, 0, 5, true));
  (void)server.events();
  std::array<std::uint8_t, 10> room{};
  CHECK(server.streams.read(id, room, {}, {}).value().fin);
  CHECK_FALSE(server.streams.has_control());
  REQUIRE(server.streams.finish(id));
  auto const p = server.stream_frames();
  CHECK_FALSE(server.streams.has_control());
  server.acked(p);
  CHECK(server.streams.open_count() == 0);
  CHECK(server.control().frames == std::vector{sent_frame{sent_frame::kind::max_streams_bidi, false, 0, 0, 2}});
  CHECK_FALSE(server.data(client_bidi(2), 0, 1));
  CHECK(server.data(client_bidi(1), 0, 1));
}

TEST_CASE("a reset that nobody was told of keeps its stream and its credit", "[stream][rfc9000]") {
  auto settings = small(role::server);
  settings.uni_streams = 1;
  subject server{settings};
  REQUIRE(server.receive(wire::reset_stream_frame{client_uni(0), 4, 0}));
  CHECK(server.streams.open_count() == 1);
  CHECK_FALSE(server.streams.has_control());
  CHECK(server.saw(kind::reset_by_peer, client_uni(0), 4));
  CHECK(server.streams.open_count() == 0);
  CHECK(server.control().frames == std::vector{sent_frame{sent_frame::kind::max_streams_uni, false, 0, 0, 2}});
}

TEST_CASE("a lost limit of streams is sent again with its newest value", "[stream][rfc9000]") {
  subject server{small(role::server)};
  auto const end_one = [&](std::uint64_t n) {
    REQUIRE(server.receive(wire::reset_stream_frame{client_uni(n), 4, 0}));
    (void)server.events();
  };
  end_one(0);
  CHECK_FALSE(server.streams.has_control());
  end_one(1);
  auto const p = server.control();
  REQUIRE(p.frames.size() == 1);
  CHECK(p.frames[0].offset == 5);
  end_one(2);
  CHECK_FALSE(server.streams.has_control());
  server.lost(p);
  CHECK(server.control().frames[0].offset == 6);
  server.lost(p);
  CHECK_FALSE(server.streams.has_control());
}

TEST_CASE("a long-lived stream does not make its row grow with those that come and go", "[stream]") {
  quoin::stream_row row;
  row.open_through(0);
  for (std::uint64_t i = 1; i < 5'000; ++i) {
    row.open_through(i);
    REQUIRE(row.find(i) != nullptr);
    row.remove(*row.find(i));
    REQUIRE(row.find(i) == nullptr);
    REQUIRE(row.find(0) != nullptr);
    REQUIRE(row.find(i + 1) == nullptr);
    REQUIRE(row.open_count() == 1);
    REQUIRE(row.entry_count() < 40);
  }
}

TEST_CASE("streams are found among holes of those that are gone", "[stream]") {
  quoin::stream_row row;
  row.open_through(999);
  for (std::uint64_t i = 0; i < 1'000; ++i)
    if (i % 7 != 0) row.remove(*row.find(i));
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    auto const* const entry = row.find(i);
    REQUIRE((entry != nullptr) == (i % 7 == 0));
    if (entry != nullptr) REQUIRE(entry->index == i);
  }
  CHECK(row.open_count() == 143);
}
