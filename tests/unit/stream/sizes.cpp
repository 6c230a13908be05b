// SPDX-License-Identifier: BSL-1.0
// What flow control counts of a stream, for protocols with credit of their own.
#include "harness.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace stream_test;
using kind = quoin::stream_event::kind;

TEST_CASE("a stream tells how far it has come in each direction", "[stream]") {
  subject s{small(role::server)};
  REQUIRE(s.data(client_bidi(0), 100, 50));
  REQUIRE(s.data(client_bidi(0), 0, 20));
  CHECK(s.streams.sizes(client_bidi(0)) == quoin::stream_sizes{150, 0, 0});
  REQUIRE(s.streams.consume(client_bidi(0), 15, s.now, {}));
  std::vector<std::uint8_t> const some(30, 1);
  REQUIRE(s.streams.write(client_bidi(0), byte_view{some}));
  CHECK(s.streams.sizes(client_bidi(0)) == quoin::stream_sizes{150, 15, 30});
  CHECK_FALSE(s.streams.sizes(client_bidi(1)));
}

TEST_CASE("what was never sent before a reset is not counted", "[stream][rfc9000]") {
  subject s{small(role::client)};
  auto const id = s.streams.open(uni).value();
  std::vector<std::uint8_t> const some(900, 1);
  REQUIRE(s.streams.write(id, byte_view{some}));
  auto const sent = s.stream_frames(400);
  CHECK(s.streams.sizes(id)->sent == 900);
  REQUIRE(s.streams.reset(id, 7));
  CHECK(s.streams.sizes(id)->sent == sent.frames[0].length);
  basic_subject<quoin::partial_resets> partial{small(role::client)};
  auto const other = partial.streams.open(uni).value();
  REQUIRE(partial.streams.write(other, byte_view{some}));
  REQUIRE(partial.streams.reset_at(other, 7, 100));
  CHECK(partial.streams.sizes(other)->sent == 100);
}

TEST_CASE("a stream that is watched tells its size once, even if nobody reads it", "[stream][rfc9000]") {
  auto const told = [](auto&& happen) {
    subject s{small(role::server)};
    REQUIRE(s.data(client_uni(0), 0, 10));
    REQUIRE(s.streams.watch_size(client_uni(0)));
    happen(s);
    std::string sizes;
    for (auto const& event : s.events())
      if (event.what == kind::size_known) sizes += std::to_string(event.code) + ' ';
    return sizes;
  };
  auto const reset = [](subject& s, std::uint64_t size) {
    REQUIRE(s.receive(quoin::wire::reset_stream_frame{client_uni(0), 3, size}));
  };
  CHECK(told([](subject&) {}).empty());
  CHECK(told([](subject& s) { REQUIRE(s.data(client_uni(0), 10, 5, true)); }) == "15 ");
  CHECK(told([](subject& s) { REQUIRE(s.data(client_uni(0), 100, 5, true)); }) == "105 ");
  CHECK(told([&](subject& s) { reset(s, 40); }) == "40 ");
  CHECK(told([&](subject& s) {
          REQUIRE(s.data(client_uni(0), 10, 5, true));
          reset(s, 15);
        }) == "15 ");
  CHECK(told([&](subject& s) {
          REQUIRE(s.streams.stop_sending(client_uni(0), 9));
          static_cast<void>(s.control());
          reset(s, 77);
          CHECK(s.streams.open_count() == 0);
        }) == "77 ");
  // Asked for when it is known already, and never where nobody asked.
  subject late{small(role::server)};
  REQUIRE(late.data(client_uni(0), 0, 10, true));
  CHECK_FALSE(late.saw(kind::size_known, client_uni(0), 10));
  REQUIRE(late.streams.watch_size(client_uni(0)));
  CHECK(late.saw(kind::size_known, client_uni(0), 10));
}
