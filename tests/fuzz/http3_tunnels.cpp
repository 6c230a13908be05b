// SPDX-License-Identifier: BSL-1.0
// What is spoken inside of tunnels: UDP payloads in capsules, messages of WebSockets, and the paths by which tunnels
// are asked for. All of it means the same however it is cut, and holds no more than it may.
#include <quoin/http3/connect_udp/payload.hpp>
#include <quoin/http3/connect_udp/uri_template.hpp>
#include <quoin/http3/websocket/message_reader.hpp>

#include "require.hpp"

#include <string>

namespace {

using fuzz::require;
namespace udp = quoin::http3::connect_udp;
namespace websocket = quoin::http3::websocket;

constexpr std::size_t most_message = 300;

template <class Use>
void in_pieces(quoin::byte_view bytes, std::size_t piece, Use&& use) {
  while (!bytes.empty()) {
    auto const part = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(part.size());
    if (!use(part)) return;
  }
}

std::string payloads_in(quoin::byte_view bytes, std::size_t piece) {
  udp::payload_reader reader;
  std::string said;
  in_pieces(bytes, piece, [&](quoin::byte_view part) {
    auto const read = reader.read(part, [&](quoin::byte_view payload) {
      require(payload.size() <= udp::most_payload, "no payload is longer than UDP allows");
      said += std::to_string(payload.size()) + " ";
    });
    require(reader.held_bytes() <= udp::most_payload + 8, "no more is kept than a payload needs");
    if (!read) said += "!";
    return read.has_value();
  });
  return said;
}

std::string messages_in(quoin::byte_view bytes, std::size_t piece, quoin::role self) {
  websocket::message_reader reader{self, most_message};
  std::string said;
  in_pieces(bytes, piece, [&](quoin::byte_view part) {
    auto const read = reader.read(part, [&](websocket::arrival const& one) {
      require(one.payload.size() <= most_message, "no message is larger than allowed");
      said += std::to_string(static_cast<unsigned>(one.what)) + ":";
      said += quoin::as_text(one.payload);
      return true;
    });
    require(reader.held_bytes() <= most_message + websocket::most_control_payload, "no more is kept than allowed");
    if (!read) said += "!" + std::to_string(static_cast<unsigned>(read.error().code));
    return read.has_value();
  });
  return said;
}

void ask(std::string_view text) {
  auto const half = text.size() / 2;
  auto const at = udp::uri_template::parse_path(text.substr(0, half));
  if (at) static_cast<void>(at->match(text.substr(half)));
  static auto const usual = udp::uri_template::parse_path(udp::well_known_path).value();
  auto const found = usual.match(text);
  auto const to = found ? udp::read_target(found->host, found->port) : udp::read_target(text, "53");
  if (!to) return;
  auto const path = usual.expand(*to);
  auto const again = usual.match(path);
  require(again && udp::read_target(again->host, again->port).value() == *to, "a target's path names the target");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 2) return 0;
  quoin::byte_view const input{data + 1, size - 1};
  auto const piece = std::size_t{1} + data[0] % 16;
  switch (data[0] >> 6) {
    case 0: require(payloads_in(input, piece) == payloads_in(input, size), "capsules mean the same in pieces"); break;
    case 1:
      for (auto const self : {quoin::role::client, quoin::role::server})
        require(messages_in(input, piece, self) == messages_in(input, size, self), "messages mean the same in pieces");
      break;
    default: ask(quoin::as_text(input));
  }
  return 0;
}
