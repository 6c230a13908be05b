// SPDX-License-Identifier: BSL-1.0
// The bytes of one stream: frames, capsules, settings and priorities mean the same however they are cut, and what was
// read can be written again.
#include <quoin/http3/message/head.hpp>
#include <quoin/http3/wire/datagram.hpp>
#include <quoin/http3/wire/priority.hpp>
#include <quoin/http3/wire/settings.hpp>

#include "require.hpp"

#include <string>

namespace {

using fuzz::require;
namespace h3 = quoin::http3;

/// Where frames begin and end, as text to compare.
std::string frames_in(quoin::byte_view bytes, std::size_t piece) {
  h3::frame_reader reader;
  std::string said;
  while (!bytes.empty()) {
    auto part = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(part.size());
    while (!part.empty()) {
      if (reader.in_payload()) {
        auto const payload = reader.payload_of(part);
        require(!payload.empty() && payload.size() <= reader.remaining(), "a payload is not longer than its frame");
        reader.took(payload.size());
        part = part.subspan(payload.size());
      } else if (auto const header = reader.read_header(part)) {
        said += std::to_string(header->type) + ":" + std::to_string(header->length) + " ";
      }
    }
  }
  return said + (reader.between_frames() ? "." : "!");
}

std::string capsules_in(quoin::byte_view bytes, std::size_t piece) {
  h3::capsule_reader reader;
  std::string said;
  std::size_t held = 0;
  while (!bytes.empty()) {
    auto const part = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(part.size());
    reader.read(part, [&](std::uint64_t type, quoin::byte_view value, bool ends) {
      held += value.size();
      if (ends) said += std::to_string(type) + ":" + std::to_string(std::exchange(held, 0)) + " ";
    });
  }
  return said + (reader.finish() ? "." : "!");
}

void read_settings(quoin::byte_view payload) {
  auto const read = h3::read_settings(payload);
  if (!read) return;
  std::array<std::uint8_t, 128> room{};
  quoin::byte_writer writer{room};
  require(h3::write_settings(writer, *read, 0x21), "settings that were read can be written");
  quoin::byte_view again = writer.written();
  h3::frame_reader frame;
  require(frame.read_header(again).has_value(), "a SETTINGS frame has a header");
  auto const twice = h3::read_settings(again);
  require(twice && *twice == *read, "settings are read as they were written");
}

void read_head(quoin::byte_view input) {
  h3::field_list list;
  quoin::byte_reader reader{input};
  while (!reader.empty() && list.size() < 32) {
    auto const name = reader.bytes(std::min<std::size_t>(reader.u8().value_or(0) & 15, reader.remaining())).value();
    auto const value = reader.bytes(std::min<std::size_t>(reader.u8().value_or(0) & 31, reader.remaining())).value();
    list.add(quoin::as_text(name), quoin::as_text(value));
  }
  auto const request = h3::read_request_head(list, true);
  auto const response = h3::read_response_head(list);
  require(!(request && response), "nothing is a request and a response");
  if (request || response || h3::check_trailers(list))
    for (auto const& line : list) {
      require(line.value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos,
              "no value has line breaks");
      require(line.name != "transfer-encoding" && line.name != "connection",
              "nothing is about a connection of HTTP/1.1");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  quoin::byte_view const input{data, size};
  require(frames_in(input, size + 1) == frames_in(input, 1), "frames mean the same however they are cut");
  require(capsules_in(input, size + 1) == capsules_in(input, 1), "capsules mean the same however they are cut");
  read_settings(input);
  read_head(input);
  if (auto const priority = h3::read_priority(quoin::as_text(input))) {
    require(priority->urgency <= 7, "there are eight urgencies");
    require(h3::read_priority(h3::write_priority(*priority)) == *priority, "priorities are read as they were written");
  }
  static_cast<void>(h3::read_datagram(input));
  static_cast<void>(h3::read_priority_update(input));
  return 0;
}
