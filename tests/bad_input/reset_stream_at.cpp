// SPDX-License-Identifier: BSL-1.0
// RESET_STREAM_AT and its transport parameter, used against the rules (draft-ietf-quic-reliable-stream-reset 3 to 5).
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

bytes reset_at(std::uint64_t id, std::uint64_t code, std::uint64_t final_size, std::uint64_t reliable_size) {
  return numbers({0x24, id, code, final_size, reliable_size});
}

bytes parameter(bytes const& value) {
  return numbers({0x1d, value.size()}) + value;
}

}  // namespace

TEST_CASE("a reset that spares the beginning is refused where it contradicts itself or the stream", "[bad_input]") {
  struct {
    char const* name;
    std::function<bytes(std::uint64_t id)> frames;
    error_code code;
    std::uint64_t type;
  } const rows[] = {
      {"more reliable than final", [](auto id) { return reset_at(id, 7, 5, 6); }, error_code::frame_encoding_error,
       0x24},
      {"cut short",
       [](auto id) {
         return numbers({0x24, id, 7, 5});
       },
       error_code::frame_encoding_error, 0x24},
      {"a final size below what came", [](auto id) { return stream(id, 0, text("abcdef")) + reset_at(id, 7, 5, 0); },
       error_code::final_size_error, 0x24},
      {"another final size", [](auto id) { return reset_at(id, 7, 9, 9) + reset_at(id, 7, 8, 8); },
       error_code::final_size_error, 0x24},
      {"another final size than FIN said",
       [](auto id) { return stream(id, 4, text("ab"), true) + reset_at(id, 7, 7, 1); }, error_code::final_size_error,
       0x24},
      {"another code", [](auto id) { return reset_at(id, 7, 9, 9) + reset_at(id, 8, 9, 8); },
       error_code::stream_state_error, 0x24},
      {"RESET_STREAM with another code",
       [](auto id) {
         return reset_at(id, 7, 9, 9) + numbers({0x04, id, 8, 9});
       },
       error_code::stream_state_error, 0x04},
      {"beyond the stream's limit", [](auto id) { return reset_at(id, 7, std::uint64_t{1} << 40, 0); },
       error_code::flow_control_error, 0x24},
      {"data behind the final size", [](auto id) { return reset_at(id, 7, 3, 3) + stream(id, 0, text("abcd")); },
       error_code::final_size_error, 0x0e},
  };
  for (auto const sender : both_roles)
    for (auto const& row : rows) {
      CAPTURE(name_of_role(sender), row.name);
      scene at(sender);
      at.peer.send(one_rtt, row.frames(at.peer.own_stream(stream_direction::unidirectional)));
      at.peer.absorb();
      REQUIRE(at.peer.victim->close_reason());
      CHECK(at.peer.victim->close_reason()->code == static_cast<std::uint64_t>(row.code));
      CHECK(at.peer.victim->close_reason()->frame_type == row.type);
      REQUIRE(at.peer.closes.size() == 1);
      CHECK(at.peer.closes[0].level == one_rtt);
    }
}

TEST_CASE("a reset that spares the beginning must name a stream of its sender's", "[bad_input]") {
  for (auto const sender : both_roles) {
    scene own(sender);
    own.peer.send(one_rtt, reset_at(own.peer.victims_stream(stream_direction::unidirectional), 7, 0, 0));
    own.check_closed(error_code::stream_state_error, 0x24);
    scene unopened(sender);
    unopened.peer.send(one_rtt, reset_at(unopened.peer.victims_stream(stream_direction::bidirectional), 7, 0, 0));
    unopened.check_closed(error_code::stream_state_error, 0x24);
    scene beyond(sender);
    beyond.peer.send(one_rtt, reset_at(beyond.peer.own_stream(stream_direction::unidirectional, 1000), 7, 0, 0));
    beyond.check_closed(error_code::stream_limit_error, 0x24);
  }
}

TEST_CASE("a reset_stream_at parameter with a value, or twice, ends the handshake", "[bad_input]") {
  for (auto const sender : both_roles)
    for (auto const& more : {parameter({1}), parameter({}) + parameter({})}) {
      peer_options options;
      options.edit_encoded = [more](bytes encoded) { return encoded + more; };
      hostile_peer peer(sender, stage::handshake, std::move(options));
      if (sender == role::server) {
        peer.send_handshake(handshake);
        peer.absorb();
      }
      REQUIRE(peer.victim->close_reason());
      CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::transport_parameter_error));
    }
}

TEST_CASE("no such reset is sent to a peer that does not know it", "[bad_input]") {
  hostile_peer peer(role::client, stage::confirmed);
  auto const id = peer.victim->open(stream_direction::unidirectional);
  // The peer of this test allows no streams; what counts is what is asked first.
  auto const nobody = id ? *id : stream_id{peer.victims_stream(stream_direction::unidirectional)};
  CHECK(peer.victim->extension<reset_stream_at>().reset(nobody, 7, 0).error() == stream_errc::unsupported);
}
