// SPDX-License-Identifier: BSL-1.0
// Frames of extensions: their bytes, where they may travel, and that who does not list them does not know them.
#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/transport_parameters/extra.hpp>

#include <catch2/catch_test_macros.hpp>

#include "recorder.hpp"

#include <random>

using namespace quoin::wire;
using quoin::error_code;
using wire_test::bytes;
using wire_test::hex;
using enum quoin::event::packet_kind;

namespace {

/// Writes every frame again behind the others.
struct echo {
  bytes room = bytes(256);
  quoin::byte_writer writer{room};
  int frames = 0;

  template <class Frame>
  quoin::result<> operator()(Frame const& frame) {
    ++frames;
    REQUIRE(write(writer, frame));
    return {};
  }
};

quoin::transport_error error_of(bytes const& payload, quoin::event::packet_kind kind = one_rtt) {
  echo seen;
  auto const outcome = read_frames<all_extension_frames>(payload, kind, seen);
  return outcome ? quoin::transport_error{error_code::no_error, {}, 0} : outcome.error();
}

constexpr char const* whole_frames[] = {
    "1f",                                                   // IMMEDIATE_ACK
    "24 04 4111 4105 4104",                                 // RESET_STREAM_AT
    "31 03 616263",                                         // DATAGRAM with a length
    "31 00",                                                // an empty one
    "40af 01 0a 80004e20 4103",                             // ACK_FREQUENCY
    "809f81a6 05 c0000201 0063",                            // OBSERVED_ADDRESS, IPv4
    "809f81a7 4105 20010db8000000000000000000000001 1151",  // IPv6
};

}  // namespace

TEST_CASE("an extension's frame that is read is written as the same bytes", "[wire][rfc9221]") {
  for (auto const* const whole : whole_frames) {
    CAPTURE(whole);
    echo seen;
    auto const read = read_frames<all_extension_frames>(hex(whole), one_rtt, seen);
    REQUIRE(read);
    CHECK(seen.frames == 1);
    CHECK(wire_test::copy_of(seen.writer.written()) == hex(whole));
    CHECK(read->ack_eliciting);
    CHECK(read->non_probing == (hex(whole)[0] != 0x80));
  }
}

TEST_CASE("a datagram without a length reaches to the end of its packet", "[wire][rfc9221]") {
  echo seen;
  REQUIRE(read_frames<all_extension_frames>(hex("01 30 6162"), one_rtt, seen));
  CHECK(wire_test::copy_of(seen.writer.written()) == hex("01 31 02 6162"));
  bytes const payload = hex("30 6162");
  quoin::byte_reader reader{quoin::byte_view{payload}.subspan(1)};
  datagram_frame frame;
  REQUIRE(read(reader, 0x30, frame));
  CHECK(frame.size == 3);
}

TEST_CASE("a datagram's size counts its type and length", "[wire][rfc9221]") {
  for (std::uint64_t const length : {0U, 1U, 63U, 64U, 1200U, 16'383U, 16'384U}) {
    bytes data(length);
    bytes room(length + 16);
    quoin::byte_writer writer{room};
    REQUIRE(write(writer, datagram_frame{data}));
    CHECK(writer.size() == datagram_frame_size(length));
    quoin::byte_reader reader{writer.written().subspan(1)};
    datagram_frame frame;
    REQUIRE(read(reader, 0x31, frame));
    CHECK(frame.size == datagram_frame_size(length));
    CHECK(datagram_data_size(frame.size) == length);
  }
  CHECK(datagram_data_size(0) == 0);
  CHECK(datagram_data_size(1) == 0);
  // 66 bytes would be 63 + 2 with a length of one byte, or 64 + 3 with two
  CHECK(datagram_data_size(66) == 63);
}

TEST_CASE("an extension's frame that is cut short is malformed", "[wire][rfc9221]") {
  for (auto const* const whole : whole_frames) {
    auto const frame = hex(whole);
    auto const type_size = frame[0] == 0x80 ? 4U : frame[0] == 0x40 ? 2U : 1U;
    auto const type = type_size == 4 ? 0x9f8100U + frame[3] : type_size == 2 ? 0xafU : frame[0];
    for (std::size_t size = type_size; size < frame.size(); ++size) {
      CAPTURE(whole, size);
      bytes const cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(error_of(cut) == quoin::transport_error{error_code::frame_encoding_error, error_of(cut).reason, type});
    }
  }
  CHECK(error_of(hex("40")).code == error_code::frame_encoding_error);
}

TEST_CASE("a reliable size beyond the final size is malformed", "[wire]") {
  CHECK(error_of(hex("24 04 07 05 05")).code == error_code::no_error);
  CHECK(error_of(hex("24 04 07 05 06")).code == error_code::frame_encoding_error);
}

TEST_CASE("an extension's frame travels only where it may", "[wire][rfc9221]") {
  struct {
    char const* frame;
    std::uint64_t type;
    bool zero_rtt;
  } const rows[] = {
      {"1f", 0x1f, false},   {"24 04 07 05 05", 0x24, true},    {"30", 0x30, true},
      {"31 00", 0x31, true}, {"40af 01 02 03 04", 0xaf, false}, {"809f81a6 00 00000000 0000", 0x9f81a6, true}};
  for (auto const& row : rows) {
    CAPTURE(row.type);
    CHECK(is_known<all_extension_frames>(row.type));
    CHECK(is_allowed<all_extension_frames>(row.type, one_rtt));
    CHECK(error_of(hex(row.frame), one_rtt).code == error_code::no_error);
    CHECK(is_allowed<all_extension_frames>(row.type, zero_rtt) == row.zero_rtt);
    for (auto const kind : {initial, handshake, zero_rtt}) {
      auto const found = error_of(hex(row.frame), kind);
      auto const allowed = kind == zero_rtt && row.zero_rtt;
      CHECK(found.code == (allowed ? error_code::no_error : error_code::protocol_violation));
      if (!allowed) CHECK(found.frame_type == row.type);
    }
  }
}

TEST_CASE("whoever lists no extension knows none of their frames", "[wire][rfc9000]") {
  for (std::uint64_t const type : {0x1fU, 0x24U, 0x30U, 0x31U, 0xafU}) {
    CHECK_FALSE(is_known(type));
    CHECK_FALSE(is_known<frame_list<>>(type));
  }
  for (auto const* const whole : whole_frames) {
    auto const found = wire_test::error_of(hex(whole));
    CHECK(found.code == error_code::frame_encoding_error);
    CHECK(is_known<all_extension_frames>(found.frame_type));
  }
  // One list does not know the frames of another.
  echo seen;
  auto const read = read_frames<frame_list<ack_frequency_frame>>(hex("31 00"), one_rtt, seen);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == error_code::frame_encoding_error);
  CHECK(read.error().frame_type == 0x31);
}

TEST_CASE("an extension's type has one spelling", "[wire][rfc9000]") {
  CHECK(error_of(hex("800000af 01 02 03 04")).code == error_code::protocol_violation);
  CHECK(error_of(hex("4030 6162")).code == error_code::protocol_violation);
  CHECK(error_of(hex("401f")).code == error_code::protocol_violation);
}

TEST_CASE("random bytes with extensions are read or refused", "[wire]") {
  std::mt19937_64 random{12};
  constexpr std::uint8_t starts[] = {0x1f, 0x24, 0x30, 0x31, 0x40};
  int read = 0;
  for (int round = 0; round < 20'000; ++round) {
    bytes payload(1 + random() % 24);
    for (auto& byte : payload) byte = static_cast<std::uint8_t>(random());
    payload[0] = starts[random() % std::size(starts)];
    if (payload[0] == 0x40 && payload.size() > 1) payload[1] = 0xaf;
    echo seen;
    read += read_frames<all_extension_frames>(payload, one_rtt, seen) ? 1 : 0;
  }
  CHECK(read > 100);
}

TEST_CASE("a parameter of an extension is found among the others", "[wire][rfc9221]") {
  auto const encoded = hex("04 01 05 20 02 4321 1d 00 01 01 07");
  CHECK(find_number_parameter(encoded, 0x20).value() == 0x321);
  CHECK(find_flag_parameter(encoded, 0x1d).value());
  CHECK_FALSE(find_flag_parameter(encoded, 0x1e).value());
  CHECK_FALSE(find_number_parameter(encoded, 0x21).value().has_value());
  constexpr auto wrong = error_code::transport_parameter_error;
  CHECK(find_number_parameter(hex("20 01 05 20 01 05"), 0x20).error().code == wrong);
  CHECK(find_number_parameter(hex("20 02 05 05"), 0x20).error().code == wrong);
  CHECK(find_number_parameter(hex("20 00"), 0x20).error().code == wrong);
  CHECK(find_number_parameter(hex("20 05 05"), 0x20).error().code == wrong);
  CHECK(find_flag_parameter(hex("1d 01 00"), 0x1d).error().code == wrong);
  std::array<std::uint8_t, 16> room{};
  quoin::byte_writer writer{room};
  CHECK(write_number_parameter(writer, 0x20, 0x321));
  CHECK(write_flag_parameter(writer, 0x1d));
  CHECK(wire_test::copy_of(writer.written()) == hex("20 02 4321 1d 00"));
}
