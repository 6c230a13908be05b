// SPDX-License-Identifier: BSL-1.0
#include "harness.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace stream_test;
namespace wire = quoin::wire;
using kind = quoin::stream_event::kind;
using quoin::read_outcome;
using quoin::stream_errc;
using quoin::stream_event;

namespace {

struct fixture : subject {
  fixture() : subject(small(role::server)) {}
  stream_id id = client_bidi(0);

  quoin::stream_result<read_outcome> read(std::size_t size) {
    std::vector<std::uint8_t> room(size);
    return streams.read(id, room, now, {});
  }
};

}  // namespace

TEST_CASE("a stream is announced before what happens on it, with all that it opens", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(client_bidi(2), 0, 5));
  CHECK(server.events() == std::vector<stream_event>{{kind::opened, client_bidi(0), 0},
                                                     {kind::opened, client_bidi(1), 0},
                                                     {kind::opened, client_bidi(2), 0},
                                                     {kind::readable, client_bidi(2), 0}});
  CHECK(server.streams.write(client_bidi(1), std::vector<std::uint8_t>(3)).value() == 3);
}

TEST_CASE("reading gives bytes in order and the end with the last of them", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(server.id, 10, 10, true));
  CHECK(server.read(5).value() == read_outcome{0, false});
  REQUIRE(server.data(server.id, 0, 10));
  CHECK(server.saw(kind::readable, server.id));
  CHECK(server.read(15).value() == read_outcome{15, false});
  CHECK(server.read(15).value() == read_outcome{5, true});
  CHECK(server.read(15).error() == stream_errc::already_finished);
}

TEST_CASE("an end without bytes is readable and read once", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(server.id, 0, 0, true));
  CHECK(server.saw(kind::readable, server.id));
  CHECK(server.read(1).value() == read_outcome{0, true});
  CHECK(server.read(1).error() == stream_errc::already_finished);
}

TEST_CASE("peeked bytes stay until they are consumed", "[stream]") {
  fixture server;
  REQUIRE(server.data(server.id, 0, 100, true));
  CHECK(server.streams.peek(server.id).value().size() == 100);
  CHECK_FALSE(server.streams.consume(server.id, 60, {}, {}).value());
  CHECK(server.streams.peek(server.id).value().size() == 40);
  CHECK(server.streams.consume(server.id, 40, {}, {}).value());
}

TEST_CASE("a reset interrupts reading, gives the credit back and is told once", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(server.id, 0, 900));
  CHECK_FALSE(server.streams.has_control());
  REQUIRE(server.receive(wire::reset_stream_frame{server.id, 66, 1'000}));
  CHECK(server.streams.held_bytes() == 0);
  auto const p = server.control();
  REQUIRE(p.frames.size() == 1);
  CHECK(p.frames[0] == sent_frame{sent_frame::kind::max_data, false, 0, 0, 3'000});
  CHECK(server.events() ==
        std::vector<stream_event>{{kind::opened, server.id, 0}, {kind::reset_by_peer, server.id, 66}});
  REQUIRE(server.receive(wire::reset_stream_frame{server.id, 66, 1'000}));
  CHECK(server.events().empty());
  CHECK(server.read(1).error() == stream_errc::was_reset);
}

TEST_CASE("a reset after all bytes arrived does not take them away", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(server.id, 0, 10, true));
  REQUIRE(server.receive(wire::reset_stream_frame{server.id, 66, 10}));
  CHECK_FALSE(server.saw(kind::reset_by_peer, server.id, 66));
  CHECK(server.read(20).value() == read_outcome{10, true});
}

TEST_CASE("data after we asked to stop is dropped, counted and its credit returned", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(server.id, 0, 400));
  REQUIRE(server.streams.stop_sending(server.id, 5));
  CHECK(server.streams.held_bytes() == 0);
  CHECK(server.read(1).error() == stream_errc::already_finished);
  auto const p = server.control();
  REQUIRE(p.frames.size() == 1);
  CHECK(p.frames[0].what == sent_frame::kind::stop_sending);
  CHECK(p.bytes == std::vector<std::uint8_t>{0x05, 0, 5});
  REQUIRE(server.data(server.id, 400, 600));
  CHECK(server.streams.held_bytes() == 0);
  CHECK(server.control().frames == std::vector{sent_frame{sent_frame::kind::max_data, false, 0, 0, 3'000}});
  auto const over = server.data(server.id, 1'000, 1);
  REQUIRE_FALSE(over);
  CHECK(over.error().code == error_code::flow_control_error);
}

TEST_CASE("a lost request to stop is repeated until the end of the stream is known", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(server.id, 0, 1));
  REQUIRE(server.streams.stop_sending(server.id, 5));
  auto const p = server.control();
  server.lost(p);
  CHECK(server.control().frames == p.frames);
  REQUIRE(server.receive(wire::reset_stream_frame{server.id, 1, 1}));
  server.lost(p);
  CHECK_FALSE(server.streams.has_control());
}

TEST_CASE("a request to stop is pointless for a stream whose bytes are all here", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(client_uni(0), 0, 10, true));
  REQUIRE(server.streams.stop_sending(client_uni(0), 5));
  CHECK_FALSE(server.streams.has_control());
  CHECK(server.streams.open_count() == 0);
}

TEST_CASE("a stream's limit moves when half of its window was read, and a lost one is renewed", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(server.id, 0, 1'000));
  REQUIRE(server.read(499));
  CHECK_FALSE(server.streams.has_control());
  REQUIRE(server.read(1));
  auto const p = server.control();
  REQUIRE(p.frames.size() == 1);
  CHECK(p.frames[0] == sent_frame{sent_frame::kind::max_stream_data, false, 0, server.id.value(), 1'500});
  REQUIRE(server.read(100));
  CHECK_FALSE(server.streams.has_control());
  server.lost(p);
  auto const newer = server.control();
  REQUIRE(newer.frames.size() == 1);
  CHECK(newer.frames[0].offset == 1'600);
  server.lost(p);
  CHECK_FALSE(server.streams.has_control());
}

TEST_CASE("no limit is moved for a stream whose end is known", "[stream][rfc9000]") {
  fixture server;
  REQUIRE(server.data(server.id, 0, 900, true));
  REQUIRE(server.read(800));
  CHECK_FALSE(server.streams.has_control());
}

TEST_CASE("a sink sees ordered bytes where they lie and the end with the last", "[stream]") {
  fixture server;
  eager_sink sink;
  std::array<std::uint8_t, 8> const bytes{1, 2, 3, 4, 5, 6, 7, 8};
  REQUIRE(server.streams.on_stream({server.id, 4, byte_view{bytes}.subspan(4), true}, {}, {}, sink));
  CHECK(sink.bytes.empty());
  REQUIRE(server.streams.on_stream({server.id, 0, byte_view{bytes}.first(6), false}, {}, {}, sink));
  CHECK(sink.bytes == std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
  CHECK(sink.ended);
  CHECK_FALSE(server.saw(kind::readable, server.id));
}

TEST_CASE("a sink that takes data takes a bare end too", "[stream]") {
  fixture server;
  eager_sink sink;
  REQUIRE(server.streams.on_stream({client_uni(0), 0, {}, true}, {}, {}, sink));
  CHECK(sink.ended);
  CHECK(server.streams.open_count() == 0);
}

namespace {

/// Looks at everything and takes nothing, because somebody else reads.
struct onlooker {
  static constexpr bool takes_stream_data = true;
  bool reads_itself = false;
  int seen = 0;
  [[nodiscard]] bool keeps_for_reading() const { return !reads_itself; }
  std::size_t on_stream_data(stream_id, byte_view, bool) {
    ++seen;
    return 0;
  }
};

}  // namespace

TEST_CASE("a sink that keeps a stream for reading keeps its bare end", "[stream]") {
  fixture server;
  onlooker sink;
  REQUIRE(server.streams.on_stream({client_uni(0), 0, {}, true}, {}, {}, sink));
  CHECK(sink.seen == 1);
  CHECK(server.saw(kind::readable, client_uni(0)));
  CHECK(server.streams.open_count() == 1);
  CHECK(server.streams.consume(client_uni(0), 0, {}, {}).value());
  CHECK(server.streams.open_count() == 0);
  sink.reads_itself = true;
  REQUIRE(server.streams.on_stream({client_uni(1), 0, {}, true}, {}, {}, sink));
  CHECK(server.streams.open_count() == 0);
}

TEST_CASE("a sink may end the very stream whose bytes it is given", "[stream][cve_class_calls_after_the_end]") {
  fixture server;
  struct {
    fixture& server;
    std::size_t on_stream_data(stream_id id, byte_view view, bool) {
      CHECK(server.streams.stop_sending(id, 3));
      return view.size();
    }
  } sink{server};
  std::array<std::uint8_t, 8> const bytes{};
  REQUIRE(server.streams.on_stream({client_uni(0), 0, bytes, true}, {}, {}, sink));
  CHECK(server.streams.held_bytes() == 0);
  CHECK(server.data(client_uni(0), 0, 8));
}
