// SPDX-License-Identifier: BSL-1.0
#include <quoin/http3/wire/datagram.hpp>
#include <quoin/http3/wire/settings.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

namespace {

using namespace quoin;
namespace h3 = quoin::http3;
using bytes = std::vector<std::uint8_t>;

/// Types and lengths of the frames that are found when the bytes come in pieces of that size.
std::string found_in(bytes const& stream, std::size_t piece) {
  h3::frame_reader reader;
  std::string said;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    auto view = byte_view{stream}.subspan(at, std::min(piece, stream.size() - at));
    while (!view.empty()) {
      if (reader.in_payload()) {
        auto const part = reader.payload_of(view);
        said += as_text(part);
        reader.took(part.size());
        view = view.subspan(part.size());
      } else if (auto const header = reader.read_header(view)) {
        said += "<" + std::to_string(header->type) + " " + std::to_string(header->length) + ">";
      }
    }
  }
  return said + (reader.between_frames() ? "." : "!");
}

h3::error_code code_of(bytes const& settings) {
  auto const read = h3::read_settings(settings);
  REQUIRE(!read);
  CHECK(read.error().scope == h3::error_scope::connection);
  return read.error().code;
}

}  // namespace

TEST_CASE("frames are found however their bytes are cut", "[http3][rfc9114]") {
  bytes const stream{0x00, 0x03, 'a', 'b', 'c', 0x40, 0x21, 0x00, 0x80, 0x0f, 0x07, 0x00, 0x40, 0x02, 'x', 'y'};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece)
    CHECK(found_in(stream, piece) == "<0 3>abc<33 0><984832 2>xy.");
  for (std::size_t cut = 0; cut < stream.size(); ++cut) {
    bytes const part(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(cut));
    bool const between = cut == 0 || cut == 5 || cut == 8;
    CHECK(found_in(part, 1).back() == (between ? '.' : '!'));
  }
}

TEST_CASE("a frame of the largest length costs nothing by itself", "[http3][rfc9114]") {
  bytes const header{0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  h3::frame_reader reader;
  byte_view view{header};
  CHECK(reader.read_header(view) == h3::frame_header{1, varint_max});
  CHECK(reader.remaining() == varint_max);
}

TEST_CASE("each frame has its place", "[http3][rfc9114][rfc9218]") {
  using enum h3::frame_place;
  using enum h3::frame_verdict;
  struct row {
    std::uint64_t type;
    h3::frame_verdict control_at_client, control_at_server, request_at_client, request_at_server;
  };
  // Written down from RFC 9114 7.2 and RFC 9218 7.2.
  constexpr row rows[] = {{0x00, unexpected, unexpected, take, take},
                          {0x01, unexpected, unexpected, take, take},
                          {0x03, take, take, unexpected, unexpected},
                          {0x04, take, take, unexpected, unexpected},
                          {0x05, unexpected, unexpected, unpromised, unexpected},
                          {0x07, take, take, unexpected, unexpected},
                          {0x0d, unexpected, take, unexpected, unexpected},
                          {0x02, unexpected, unexpected, unexpected, unexpected},
                          {0x06, unexpected, unexpected, unexpected, unexpected},
                          {0x08, unexpected, unexpected, unexpected, unexpected},
                          {0x09, unexpected, unexpected, unexpected, unexpected},
                          {0xf0700, unexpected, take, unexpected, unexpected},
                          {0xf0701, unexpected, take, unexpected, unexpected},
                          {0x21, skip, skip, skip, skip},
                          {0x0a, skip, skip, skip, skip},
                          {varint_max, skip, skip, skip, skip}};
  for (auto const& row : rows) {
    CAPTURE(row.type);
    CHECK(h3::judge(row.type, control_stream, role::client) == row.control_at_client);
    CHECK(h3::judge(row.type, control_stream, role::server) == row.control_at_server);
    CHECK(h3::judge(row.type, request_stream, role::client) == row.request_at_client);
    CHECK(h3::judge(row.type, request_stream, role::server) == row.request_at_server);
  }
}

TEST_CASE("settings are read as they were written", "[http3][rfc9114]") {
  h3::wire_settings const ours{4096, 1024, 7, true, true, true, 9, true, 70'000, {3, 500}};
  std::array<std::uint8_t, 128> room{};
  byte_writer writer{room};
  REQUIRE(h3::write_settings(writer, ours, h3::reserved_number(3)));
  byte_view view = writer.written();
  h3::frame_reader reader;
  auto const header = reader.read_header(view);
  REQUIRE(header);
  CHECK(header->type == 4);
  CHECK(header->length == view.size());
  CHECK(h3::read_settings(view).value_or(h3::wire_settings{}) == ours);
}

TEST_CASE("settings that break the rules end the connection with the right code", "[http3][rfc9114]") {
  using enum h3::error_code;
  CHECK(h3::read_settings(bytes{}).value() == h3::wire_settings{});
  CHECK(h3::read_settings(bytes{0x21, 0x05, 0x40, 0x99, 0x00}).value() == h3::wire_settings{});
  for (auto const of_http2 : bytes{0x00, 0x02, 0x03, 0x04, 0x05}) CHECK(code_of({of_http2, 0x01}) == settings_error);
  CHECK(code_of({0x06, 0x01, 0x06, 0x01}) == settings_error);
  CHECK(code_of({0x21, 0x01, 0x21, 0x01}) == settings_error);
  CHECK(code_of({0x33, 0x02}) == settings_error);
  CHECK(code_of({0x08, 0x02}) == settings_error);
  CHECK(code_of({0xac, 0x7c, 0xf0, 0x00, 0x02}) == settings_error);  // SETTINGS_WT_ENABLED
  CHECK(code_of({0x06}) == frame_error);
  CHECK(code_of({0x06, 0x40}) == frame_error);
  bytes many;
  for (std::size_t i = 0; i <= h3::most_settings; ++i) {
    many.insert(many.end(), {0x50, static_cast<std::uint8_t>(i), 0x00});
  }
  CHECK(code_of(many) == excessive_load);
  many.resize(many.size() - 3);
  CHECK(h3::read_settings(many));
}

TEST_CASE("a frame of one number has nothing else", "[http3][rfc9114]") {
  CHECK(h3::read_number_payload(bytes{0x40, 0x05}).value() == 5);
  for (bytes const& bad : {bytes{}, bytes{0x40}, bytes{0x05, 0x00}})
    CHECK(h3::read_number_payload(bad).error().code == h3::error_code::frame_error);
}

TEST_CASE("a datagram names its request by a quarter of its stream ID", "[http3][rfc9297]") {
  bytes const sent{0x0b, 'h', 'i'};
  auto const read = h3::read_datagram(sent);
  REQUIRE(read);
  CHECK(read->id == stream_id{44});
  CHECK(as_text(read->payload) == "hi");
  CHECK(h3::read_datagram(bytes{}).error().code == h3::error_code::datagram_error);
  CHECK(h3::read_datagram(bytes{0x40}).error().code == h3::error_code::datagram_error);
  CHECK(h3::read_datagram(bytes{0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  CHECK(h3::read_datagram(bytes{0xd0, 0, 0, 0, 0, 0, 0, 0}).error().code == h3::error_code::datagram_error);
}

TEST_CASE("capsules are found however they are cut and what is unknown is kept nowhere", "[http3][rfc9297]") {
  bytes const stream{0x00, 0x02, 'h', 'i', 0x57, 0x77, 0x01, 'x', 0x00, 0x00};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    h3::capsule_reader reader;
    std::string said;
    for (std::size_t at = 0; at < stream.size(); at += piece)
      reader.read(byte_view{stream}.subspan(at, std::min(piece, stream.size() - at)),
                  [&](std::uint64_t type, byte_view part, bool ends) {
                    if (type == 0) said += as_text(part);
                    if (ends) said += ';';
                  });
    CHECK(said == "hi;;;");
    CHECK(reader.finish());
  }
  h3::capsule_reader cut;
  cut.read(byte_view{stream}.first(3), [](auto, auto, auto) {});
  CHECK(cut.finish().error() == h3::fail_stream(h3::error_code::message_error, "a capsule that is cut off").error);
}
