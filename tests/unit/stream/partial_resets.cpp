// SPDX-License-Identifier: BSL-1.0
// Streams that are reset but for their beginning (draft-ietf-quic-reliable-stream-reset).
#include "harness.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace stream_test;
namespace wire = quoin::wire;
using kind = quoin::stream_event::kind;
using quoin::stream_errc;
using partial_subject = basic_subject<quoin::partial_resets>;
using at = wire::reset_stream_at_frame;

namespace {

std::array<std::uint8_t, 1'000> const some_bytes{};

stream_id opened(partial_subject& s, std::size_t written) {
  auto const id = s.streams.open(uni);
  REQUIRE(id);
  REQUIRE(s.streams.write(*id, byte_view{some_bytes}.first(written)).value() == written);
  return *id;
}

/// The RESET_STREAM_AT frame of a packet.
std::optional<at> reset_in(packet const& p) {
  std::optional<at> found;
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(
      p.bytes, quoin::event::packet_kind::one_rtt, [&](auto const& frame) -> quoin::result<> {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(frame)>, at>) found = frame;
        return {};
      }));
  return found;
}

std::size_t readable(partial_subject& s, stream_id id) {
  std::array<std::uint8_t, 2'000> room{};
  auto const got = s.streams.read(id, room, s.now, {});
  REQUIRE(got);
  CHECK_FALSE(got->fin);
  return got->size;
}

}  // namespace

TEST_CASE("a reset that spares the beginning is told once that was sent", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = opened(s, 900);
  REQUIRE(s.streams.reset_at(id, 7, 600));
  CHECK_FALSE(s.streams.has_control());
  CHECK(s.streams.unsent(id) == 600);
  auto const first = s.stream_frames(400);
  CHECK_FALSE(reset_in(s.control()));
  auto const rest = s.stream_frames();
  REQUIRE(s.streams.has_control());
  auto const reset = s.control();
  REQUIRE(reset_in(reset));
  CHECK(reset_in(reset)->code == 7);
  CHECK(reset_in(reset)->final_size == 600);
  CHECK(reset_in(reset)->reliable_size == 600);
  for (auto const& p : {first, rest})
    for (auto const& frame : p.frames) CHECK_FALSE(frame.fin);

  s.acked(reset);
  s.acked(rest);
  CHECK(s.streams.open_count() == 1);
  s.acked(first);
  CHECK(s.saw(kind::send_finished, id));
  CHECK(s.streams.open_count() == 0);
  CHECK(s.streams.held_bytes() == 0);
}

TEST_CASE("each of many resets is told as soon as what it spares was sent, and not before", "[stream]") {
  constexpr std::uint64_t count = 40;
  auto peer = generous();
  peer.initial_max_stream_data_uni = 10;
  partial_subject s{small(role::client), peer};
  std::vector<stream_id> ids;
  for (std::uint64_t i = 0; i < count; ++i) {
    ids.push_back(opened(s, 30));
    REQUIRE(s.streams.reset_at(ids.back(), i, 20));
  }
  while (s.streams.has_data()) static_cast<void>(s.stream_frames());
  while (s.streams.has_control()) CHECK_FALSE(reset_in(s.control()));
  for (std::uint64_t i = 0; i < count; ++i) {
    auto const turn = i * 7 % count;
    REQUIRE(s.receive(wire::max_stream_data_frame{ids[turn], 20}));
    REQUIRE(s.streams.has_data());
    CHECK_FALSE(s.streams.has_control());
    auto const data = s.stream_frames();
    REQUIRE(s.streams.has_control());
    auto const reset = s.control();
    REQUIRE(reset_in(reset));
    CHECK(reset_in(reset)->id == ids[turn]);
    CHECK(reset_in(reset)->code == turn);
    CHECK_FALSE(s.streams.has_control());
    s.lost(data);
    CHECK_FALSE(s.streams.has_control());
    s.lost(reset);
    REQUIRE(s.streams.has_control());
    CHECK(reset_in(s.control())->id == ids[turn]);
    CHECK(s.stream_frames().frames.size() == 1);
  }
  CHECK(s.streams.open_count() == count);
  for (auto const id : ids) REQUIRE(s.streams.reset(id, 1));
  while (s.streams.has_control()) s.acked(s.control());
  CHECK(s.streams.open_count() == 0);
}

TEST_CASE("what was sent beyond the reliable size counts and is not sent again", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = opened(s, 900);
  auto const sent = s.stream_frames();
  REQUIRE(s.streams.reset_at(id, 7, 100));
  auto const reset = s.control();
  REQUIRE(reset_in(reset));
  CHECK(reset_in(reset)->final_size == 900);
  CHECK(reset_in(reset)->reliable_size == 100);
  s.lost(sent);
  s.lost(reset);
  auto const again = s.stream_frames();
  REQUIRE(again.frames.size() == 1);
  CHECK(again.frames[0].offset == 0);
  CHECK(again.frames[0].length == 100);
  auto const reset_again = s.control();
  REQUIRE(reset_in(reset_again));
  CHECK(reset_in(reset_again)->final_size == 900);
  s.acked(again);
  s.acked(reset_again);
  CHECK(s.streams.open_count() == 0);
}

TEST_CASE("nothing can be written after such a reset", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = opened(s, 100);
  CHECK(s.streams.reset_at(id, 7, 101).error() == stream_errc::not_written);
  REQUIRE(s.streams.reset_at(id, 7, 50));
  CHECK(s.streams.write(id, byte_view{some_bytes}).error() == stream_errc::was_reset);
  CHECK(s.streams.finish(id).error() == stream_errc::was_reset);
  CHECK(s.streams.reset_at(id, 7, 50).error() == stream_errc::was_reset);
  CHECK(s.streams.reset_at(id, 7, 51).error() == stream_errc::was_reset);
}

TEST_CASE("the reliable size can be reduced, and only the smallest counts", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = opened(s, 500);
  auto const data = s.stream_frames();
  REQUIRE(s.streams.reset_at(id, 7, 400));
  auto const larger = s.control();
  REQUIRE(s.streams.reset_at(id, 8, 0));
  auto const smaller = s.control();
  REQUIRE(reset_in(smaller));
  CHECK(reset_in(smaller)->reliable_size == 0);
  // Neither code nor final size may change.
  CHECK(reset_in(smaller)->code == 7);
  CHECK(reset_in(smaller)->final_size == 500);
  s.lost(larger);
  CHECK_FALSE(s.streams.has_control());
  s.acked(larger);
  CHECK(s.streams.open_count() == 1);
  s.acked(smaller);
  CHECK(s.streams.open_count() == 0);
}

TEST_CASE("a whole reset after it keeps its code and final size", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = opened(s, 500);
  static_cast<void>(s.stream_frames());
  REQUIRE(s.streams.reset_at(id, 7, 400));
  static_cast<void>(s.control());
  REQUIRE(s.streams.reset(id, 9));
  auto const whole = s.control();
  REQUIRE(whole.frames.size() == 1);
  CHECK(whole.frames[0].what == sent_frame::kind::reset_stream);
  quoin::byte_reader reader{byte_view{whole.bytes}.subspan(1)};
  wire::reset_stream_frame frame;
  REQUIRE(read(reader, frame));
  CHECK(frame.code == 7);
  CHECK(frame.final_size == 500);
  s.acked(whole);
  CHECK(s.streams.open_count() == 0);
}

TEST_CASE("an end that was sent before is taken back", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = opened(s, 300);
  REQUIRE(s.streams.finish(id));
  auto const finished = s.stream_frames();
  REQUIRE(finished.frames[0].fin);
  REQUIRE(s.streams.reset_at(id, 7, 100));
  s.acked(finished);
  // The peer may not know of the reset yet.
  CHECK(s.streams.open_count() == 1);
  auto const reset = s.control();
  REQUIRE(reset_in(reset));
  s.acked(reset);
  CHECK(s.streams.open_count() == 0);
}

TEST_CASE("a peer that wants nothing more gets a whole reset", "[stream][rfc9000]") {
  partial_subject s{small(role::client)};
  auto const id = opened(s, 300);
  static_cast<void>(s.stream_frames());
  REQUIRE(s.streams.reset_at(id, 7, 200));
  static_cast<void>(s.control());
  REQUIRE(s.receive(wire::stop_sending_frame{id, 55}));
  CHECK(s.saw(kind::stop_sending, id, 55));
  auto const whole = s.control();
  REQUIRE(whole.frames.size() == 1);
  CHECK(whole.frames[0].what == sent_frame::kind::reset_stream);
}

TEST_CASE("the promised bytes are delivered and then the reset", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = server_uni(0);
  REQUIRE(s.data(id, 0, 300));
  REQUIRE(s.receive(at{id, 7, 900, 500}));
  CHECK(readable(s, id) == 300);
  CHECK_FALSE(s.saw(kind::reset_by_peer, id, 7));
  REQUIRE(s.data(id, 300, 100));
  CHECK(readable(s, id) == 100);
  CHECK_FALSE(s.saw(kind::reset_by_peer, id, 7));
  REQUIRE(s.data(id, 400, 150));
  CHECK(readable(s, id) == 150);
  CHECK(s.saw(kind::reset_by_peer, id, 7));
  CHECK(s.streams.open_count() == 0);
  CHECK(s.streams.held_bytes() == 0);
  // The credit of what never came is given back.
  REQUIRE(s.data(server_uni(1), 0, 1'000));
}

TEST_CASE("a sink is given the promised bytes without an end, then the reset", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = server_uni(0);
  eager_sink sink;
  REQUIRE(s.receive(at{id, 7, 200, 200}));
  std::array<std::uint8_t, 300> room{};
  quoin::byte_writer writer{room};
  REQUIRE(wire::write(writer, wire::stream_frame{id, 0, byte_view{some_bytes}.first(200), true}));
  REQUIRE(s.receive(writer.written(), sink));
  CHECK(sink.bytes.size() == 200);
  CHECK_FALSE(sink.ended);
  CHECK(s.saw(kind::reset_by_peer, id, 7));
  CHECK(s.streams.open_count() == 0);
}

TEST_CASE("nothing promised is a reset at once", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = server_uni(0);
  REQUIRE(s.data(id, 0, 300));
  REQUIRE(s.receive(at{id, 7, 300, 0}));
  CHECK(s.saw(kind::reset_by_peer, id, 7));
  CHECK(s.streams.held_bytes() == 0);
}

TEST_CASE("bytes already taken keep the reset from waiting", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = server_uni(0);
  REQUIRE(s.data(id, 0, 300));
  CHECK(readable(s, id) == 300);
  REQUIRE(s.receive(at{id, 7, 400, 300}));
  CHECK(s.saw(kind::reset_by_peer, id, 7));
}

TEST_CASE("a smaller reliable size is followed and a larger one is not", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = server_uni(0);
  REQUIRE(s.data(id, 0, 100));
  REQUIRE(s.receive(at{id, 7, 900, 500}));
  CHECK(readable(s, id) == 100);
  REQUIRE(s.receive(at{id, 7, 900, 800}));
  REQUIRE(s.receive(at{id, 7, 900, 200}));
  REQUIRE(s.receive(at{id, 7, 900, 700}));
  REQUIRE(s.data(id, 100, 100));
  CHECK(readable(s, id) == 100);
  CHECK(s.saw(kind::reset_by_peer, id, 7));
}

TEST_CASE("a whole reset overtakes one that waits", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = server_uni(0);
  REQUIRE(s.data(id, 0, 100));
  REQUIRE(s.receive(at{id, 7, 900, 500}));
  REQUIRE(s.receive(wire::reset_stream_frame{id, 7, 900}));
  // A late copy of the first changes nothing.
  REQUIRE(s.receive(at{id, 7, 900, 500}));
  CHECK(s.saw(kind::reset_by_peer, id, 7));
}

TEST_CASE("code and final size of a reset must not change", "[stream]") {
  auto const id = server_uni(0);
  auto const second = [&](auto const& frame) {
    partial_subject s{small(role::client)};
    REQUIRE(s.data(id, 0, 100));
    REQUIRE(s.receive(at{id, 7, 900, 500}));
    auto const outcome = s.receive(frame);
    REQUIRE_FALSE(outcome);
    return outcome.error().code;
  };
  CHECK(second(at{id, 8, 900, 400}) == error_code::stream_state_error);
  CHECK(second(wire::reset_stream_frame{id, 8, 900}) == error_code::stream_state_error);
  CHECK(second(at{id, 7, 901, 400}) == error_code::final_size_error);
  CHECK(second(wire::reset_stream_frame{id, 7, 800}) == error_code::final_size_error);
  CHECK(second(wire::stream_frame{id, 900, byte_view{some_bytes}.first(1), false}) == error_code::final_size_error);
  CHECK(second(wire::stream_frame{id, 0, byte_view{some_bytes}.first(10), true}) == error_code::final_size_error);
}

TEST_CASE("the final size of a reset counts against flow control", "[stream][rfc9000]") {
  auto const id = server_uni(0);
  auto const code_of = [](partial_subject& s, at const& frame) {
    auto const outcome = s.receive(frame);
    REQUIRE_FALSE(outcome);
    return outcome.error().code;
  };
  partial_subject stream_limit{small(role::client)};
  CHECK(code_of(stream_limit, {id, 7, 1'001, 0}) == error_code::flow_control_error);
  partial_subject connection_limit{small(role::client)};
  REQUIRE(connection_limit.data(server_uni(1), 0, 1'000));
  REQUIRE(connection_limit.data(server_uni(2), 0, 1'000));
  CHECK(code_of(connection_limit, {id, 7, 1, 1}) == error_code::flow_control_error);
  partial_subject below{small(role::client)};
  REQUIRE(below.data(id, 0, 500));
  CHECK(code_of(below, {id, 7, 499, 0}) == error_code::final_size_error);
  partial_subject wrong_way{small(role::client)};
  CHECK(code_of(wrong_way, {client_uni(0), 7, 0, 0}) == error_code::stream_state_error);
  CHECK(code_of(wrong_way, {server_uni(3), 7, 0, 0}) == error_code::stream_limit_error);
}

TEST_CASE("a stream that has arrived whole ends well", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = server_uni(0);
  REQUIRE(s.data(id, 0, 100, true));
  REQUIRE(s.receive(at{id, 7, 100, 50}));
  std::array<std::uint8_t, 200> room{};
  auto const got = s.streams.read(id, room, s.now, {});
  REQUIRE(got);
  CHECK(got->fin);
  CHECK_FALSE(s.saw(kind::reset_by_peer, id, 7));
}

TEST_CASE("who stopped reading does not wait for the promised bytes", "[stream]") {
  partial_subject s{small(role::client)};
  auto const id = server_uni(0);
  REQUIRE(s.data(id, 0, 100));
  REQUIRE(s.receive(at{id, 7, 900, 500}));
  REQUIRE(s.streams.stop_sending(id, 3));
  static_cast<void>(s.control());
  CHECK(s.streams.open_count() == 0);
  CHECK(s.streams.held_bytes() == 0);
}
