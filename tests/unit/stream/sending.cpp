// SPDX-License-Identifier: BSL-1.0
#include "harness.hpp"

#include <catch2/catch_test_macros.hpp>

#include <numeric>

using namespace stream_test;
namespace wire = quoin::wire;
using kind = quoin::stream_event::kind;
using quoin::stream_errc;

namespace {

constexpr std::uint8_t offset_bit = 0x04, length_bit = 0x02, fin_bit = 0x01;

std::vector<std::uint8_t> zeros(std::size_t size) {
  return std::vector<std::uint8_t>(size);
}

/// A client with one stream of its own.
struct fixture : subject {
  explicit fixture(quoin::wire::transport_parameters const& peer = generous())
      : subject(small(role::client), peer), id(*streams.open(bidi)) {}
  stream_id id;
};

}  // namespace

TEST_CASE("a frame has no length when its bytes would fill the room without one, and else it has one",
          "[stream][rfc9000]") {
  for (std::size_t room = 20; room < 200; ++room) {
    CAPTURE(room);
    fixture client;
    REQUIRE(client.streams.write(client.id, zeros(100)));
    auto const p = client.stream_frames(room);
    REQUIRE(p.frames.size() == 1);
    bool const has_length = (p.bytes[0] & length_bit) != 0;
    CHECK(has_length == (room > 2 + 100));
    if (!has_length) CHECK(p.bytes.size() == room);
    CHECK(p.bytes.size() - p.frames[0].length == (has_length ? 2U + quoin::varint_size(p.frames[0].length) : 2U));
  }
}

TEST_CASE("the end travels with the last byte, alone if need be, and again when it was lost", "[stream][rfc9000]") {
  fixture client;
  REQUIRE(client.streams.write(client.id, zeros(50)));
  auto const first = client.stream_frames();
  CHECK((first.bytes[0] & fin_bit) == 0);
  CHECK_FALSE(client.streams.has_data());
  REQUIRE(client.streams.finish(client.id));
  REQUIRE(client.streams.has_data());
  auto const end = client.stream_frames();
  REQUIRE(end.frames.size() == 1);
  CHECK(end.frames[0] == sent_frame{sent_frame::kind::stream, true, 0, client.id.value(), 50});
  CHECK(end.bytes.size() == 4);
  CHECK((end.bytes[0] & (fin_bit | offset_bit)) == (fin_bit | offset_bit));
  CHECK_FALSE(client.streams.has_data());
  client.lost(end);
  client.lost(first);
  auto const again = client.stream_frames();
  REQUIRE(again.frames.size() == 1);
  CHECK(again.frames[0] == sent_frame{sent_frame::kind::stream, true, 50, client.id.value(), 0});
  client.acked(again);
  CHECK(client.saw(kind::send_finished, client.id));
}

TEST_CASE("new bytes stop at the stream's limit, which is said once, and lost ones do not", "[stream][rfc9000]") {
  auto peer = generous();
  peer.initial_max_stream_data_bidi_remote = 100;
  fixture client{peer};
  REQUIRE(client.streams.write(client.id, zeros(300)));
  sent_frame const blocked{sent_frame::kind::stream_data_blocked, false, 0, client.id.value(), 100};
  auto const first = client.stream_frames();
  REQUIRE(first.frames.size() == 2);
  CHECK(first.frames[0].length == 100);
  CHECK(first.frames[1] == blocked);
  CHECK_FALSE(client.streams.has_data());
  CHECK(client.streams.data_limited_by_peer());
  CHECK_FALSE(client.streams.has_control());
  client.lost(first);
  CHECK(client.streams.has_data());
  CHECK(client.streams.has_control());
  CHECK(client.stream_frames().frames == first.frames);
  CHECK_FALSE(client.streams.has_control());
  REQUIRE(client.receive(wire::max_stream_data_frame{client.id, 250}));
  CHECK_FALSE(client.streams.has_control());
  auto const second = client.stream_frames();
  REQUIRE(second.frames.size() == 2);
  CHECK(second.frames[0].length == 150);
  CHECK(second.frames[1].offset == 250);
}

TEST_CASE("new bytes stop at the connection's limit, which is said once, and lost ones do not", "[stream][rfc9000]") {
  auto peer = generous();
  peer.initial_max_data = 150;
  fixture client{peer};
  auto const other = *client.streams.open(uni);
  REQUIRE(client.streams.write(client.id, zeros(100)));
  REQUIRE(client.streams.write(other, zeros(100)));
  auto const p = client.stream_frames();
  REQUIRE(p.frames.size() == 3);
  CHECK(p.frames[0].length + p.frames[1].length == 150);
  CHECK(p.frames[2] == sent_frame{sent_frame::kind::data_blocked, false, 0, 0, 150});
  CHECK_FALSE(client.streams.has_data());
  CHECK(client.streams.data_limited_by_peer());
  CHECK_FALSE(client.streams.has_control());
  client.lost(p);
  CHECK(client.stream_frames().frames.size() == 3);
  CHECK_FALSE(client.streams.has_data());
  REQUIRE(client.receive(wire::max_data_frame{200}));
  REQUIRE(client.streams.has_data());
  CHECK(client.stream_frames().frames[0].length == 50);
  CHECK_FALSE(client.streams.data_limited_by_peer());
}

TEST_CASE("an end without bytes needs no credit", "[stream][rfc9000]") {
  auto peer = generous();
  peer.initial_max_data = 10;
  fixture client{peer};
  auto const other = *client.streams.open(uni);
  REQUIRE(client.streams.write(client.id, zeros(100)));
  (void)client.stream_frames();
  REQUIRE(client.streams.finish(other));
  REQUIRE(client.streams.has_data());
  auto const p = client.stream_frames();
  REQUIRE(p.frames.size() == 1);
  CHECK(p.frames[0].id == other.value());
  CHECK_FALSE(client.streams.has_data());
}

TEST_CASE("a slice larger than memory is taken whole and sent piece by piece", "[stream]") {
  static std::uint8_t const page[1 << 16] = {};
  fixture client;
  for (int i = 0; i < 16; ++i) REQUIRE(client.streams.write(client.id, quoin::send_slice{page, nullptr}));
  CHECK(client.streams.unsent(client.id) == 1 << 20);
  auto const p = client.stream_frames();
  CHECK(client.streams.unsent(client.id) == (1 << 20) - p.frames[0].length);
}

TEST_CASE("a copying write takes what fits and says when there is room again", "[stream]") {
  fixture client;
  CHECK(client.streams.write(client.id, zeros(5'000)).value() == 4'000);
  CHECK(client.streams.write(client.id, zeros(1)).value() == 0);
  std::vector<packet> sent;
  while (client.streams.has_data()) sent.push_back(client.stream_frames());
  CHECK(client.events().empty());
  for (auto const& p : sent) client.acked(p);
  CHECK(client.saw(kind::writable, client.id));
  CHECK(client.events().empty());
  CHECK(client.streams.write(client.id, zeros(5'000)).value() == 4'000);
}

TEST_CASE("a reset says how much was sent, drops the rest and ends with its acknowledgement", "[stream][rfc9000]") {
  fixture client;
  auto const id = *client.streams.open(uni);
  REQUIRE(client.streams.write(id, zeros(3'000)));
  auto const data = client.stream_frames(500);
  REQUIRE(client.streams.reset(id, 77));
  CHECK_FALSE(client.streams.has_data());
  CHECK(client.streams.held_bytes() == 0);
  auto p = client.control();
  REQUIRE(p.frames.size() == 1);
  wire::reset_stream_frame frame;
  quoin::byte_reader reader{byte_view{p.bytes}.subspan(1)};
  REQUIRE(wire::read(reader, frame));
  CHECK(frame.id == id);
  CHECK(frame.code == 77);
  CHECK(frame.final_size == data.frames[0].length);
  CHECK(client.streams.write(id, zeros(1)).error() == stream_errc::was_reset);
  CHECK(client.streams.reset(id, 78).error() == stream_errc::was_reset);
  client.lost(data);
  CHECK_FALSE(client.streams.has_data());
  client.lost(p);
  p = client.control();
  REQUIRE(p.frames.size() == 1);
  client.acked(data);
  CHECK(client.streams.open_count() == 2);
  client.acked(p);
  CHECK(client.streams.open_count() == 1);
  CHECK(client.streams.write(id, zeros(1)).error() == stream_errc::unknown_stream);
}

TEST_CASE("a request to stop is answered with a reset of the same code", "[stream][rfc9000]") {
  fixture client;
  REQUIRE(client.streams.write(client.id, zeros(10)));
  REQUIRE(client.receive(wire::stop_sending_frame{client.id, 42}));
  CHECK(client.events() == std::vector<quoin::stream_event>{{kind::stop_sending, client.id, 42}});
  auto const p = client.control();
  REQUIRE(p.frames.size() == 1);
  CHECK(p.bytes == std::vector<std::uint8_t>{0x04, static_cast<std::uint8_t>(client.id.value()), 42, 0});
  REQUIRE(client.receive(wire::stop_sending_frame{client.id, 43}));
  CHECK(client.events().empty());
  CHECK_FALSE(client.streams.has_control());
}

TEST_CASE("a request to stop after everything was sent resets only when something of it is lost", "[stream][rfc9000]") {
  for (bool const loses : {false, true}) {
    CAPTURE(loses);
    fixture client;
    REQUIRE(client.streams.write(client.id, zeros(10)));
    REQUIRE(client.streams.finish(client.id));
    auto const p = client.stream_frames();
    REQUIRE(client.receive(wire::stop_sending_frame{client.id, 42}));
    CHECK(client.saw(kind::stop_sending, client.id, 42));
    CHECK_FALSE(client.streams.has_control());
    if (loses)
      client.lost(p);
    else
      client.acked(p);
    CHECK(client.streams.has_control() == loses);
    CHECK_FALSE(client.streams.has_data());
    CHECK(client.saw(kind::send_finished, client.id) == !loses);
  }
}

TEST_CASE("nothing is written to a stream that is finished, foreign or unknown", "[stream]") {
  fixture client;
  REQUIRE(client.streams.finish(client.id));
  CHECK(client.streams.write(client.id, zeros(1)).error() == stream_errc::already_finished);
  CHECK(client.streams.finish(client.id).error() == stream_errc::already_finished);
  CHECK(client.streams.write(server_uni(0), zeros(1)).error() == stream_errc::wrong_direction);
  CHECK(client.streams.write(client_bidi(7), zeros(1)).error() == stream_errc::unknown_stream);
  CHECK(client.streams.write(server_bidi(0), zeros(1)).error() == stream_errc::unknown_stream);
}

TEST_CASE("streams take turns packet by packet, and a full list of frames ends a packet", "[stream]") {
  fixture client;
  std::vector<stream_id> ids{client.id};
  for (int i = 0; i < 79; ++i) ids.push_back(*client.streams.open(bidi));
  for (auto const id : ids) REQUIRE(client.streams.write(id, zeros(10)));
  auto const p = client.stream_frames(60'000);
  CHECK(p.frames.size() == quoin::sent_frames::capacity());
  CHECK(client.stream_frames(60'000).frames.size() == ids.size() - p.frames.size());
  CHECK_FALSE(client.streams.has_data());
}

TEST_CASE("no stream opens before the peer's limits are known nor beyond them", "[stream][rfc9000]") {
  quoin::streams<quoin::round_robin> unready{small(role::client)};
  CHECK(unready.open(bidi).error() == stream_errc::not_ready);
  auto peer = generous();
  peer.initial_max_streams_bidi = 1;
  fixture client{peer};
  CHECK(client.id == client_bidi(0));
  CHECK(client.streams.open(bidi).error() == stream_errc::limit_reached);
  CHECK(client.streams.open(bidi).error() == stream_errc::limit_reached);
  auto const p = client.control();
  REQUIRE(p.frames.size() == 1);
  CHECK(p.frames[0] == sent_frame{sent_frame::kind::streams_blocked_bidi, false, 0, 0, 1});
  CHECK_FALSE(client.streams.has_control());
  REQUIRE(client.receive(wire::max_streams_frame{bidi, 2}));
  auto const events = client.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].what == kind::streams_available);
  CHECK(events[0].id.direction() == bidi);
  CHECK(client.streams.open(bidi).value() == client_bidi(1));
}

TEST_CASE("the handshake's limits replace remembered ones for streams that are open already", "[stream][rfc9000]") {
  auto remembered = generous();
  remembered.initial_max_stream_data_bidi_remote = 10;
  fixture client{remembered};
  REQUIRE(client.streams.write(client.id, zeros(100)));
  CHECK(client.stream_frames().frames[0].length == 10);
  client.streams.on_peer_limits(generous());
  REQUIRE(client.streams.has_data());
  CHECK(client.stream_frames().frames[0].length == 90);
}
