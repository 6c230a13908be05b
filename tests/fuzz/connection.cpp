// SPDX-License-Identifier: BSL-1.0
// A peer with the keys, under the fuzzer's orders: it brings a client or a server to some point of the handshake and
// then sends what the input says, at any level, with any header bits, sealed or not, and lets time pass. Whatever it
// does, the victim stays within its memory, sends no more than it may and closes only in ways that there are.
#include "../bad_input/hostile_peer.hpp"

#include "require.hpp"
#include "script.hpp"

namespace {

using fuzz::require;
using fuzz::script;
using namespace quoin;
using namespace quoin::testing;

constexpr std::array levels{encryption_level::initial, encryption_level::handshake, encryption_level::one_rtt};

/// What no victim may ever be driven to.
void check(hostile_peer& peer) {
  transport_settings const settings;
  require(peer.victim->held_bytes() <= settings.max_connection_window + limits::undecryptable_bytes,
          "what is held stays within the window");
  require(peer.victim->open_streams() <= 2 * (settings.bidi_streams + settings.uni_streams),
          "no more streams are open than were allowed");
  std::size_t active = 0;
  peer.victim->for_each_connection_id([&](connection_id const&) { ++active; });
  require(active <= limits::issued_connection_ids, "connection IDs are few");
  if (peer.self() == role::client && peer.next_number(encryption_level::handshake) == 0)
    require(peer.bytes_sent_by_victim <= 3 * peer.bytes_sent_to_victim,
            "no more than three times what came is sent to an unproven address");
  for (auto const& close : peer.closes) {
    bool const transport = close.code <= 0x11 || (close.code >= 0x0100 && close.code <= 0x01ff);
    require(close.application || transport, "a close has a code that there is");
    // What is said again in answer to little (RFC 9000 10.2.1) may have no room for words.
    bool const again = &close != &peer.closes.front();
    require(!close.reason.empty() || again || close.code == static_cast<std::uint64_t>(error_code::application_error),
            "a close has a reason");
  }
  require(peer.victim->closing() == peer.victim->close_reason().has_value(), "an end has a reason");
}

void one_step(hostile_peer& peer, script& input) {
  auto const what = input.byte();
  auto const level = levels[(what >> 4 & 3U) % levels.size()];
  packet_options options;
  switch (what & 0x0f) {
    case 0: peer.advance_to(static_cast<stage>(input.byte() % 4)); return;
    case 1: peer.pass(std::chrono::milliseconds{input.byte()}); return;
    case 2: peer.pass(std::chrono::seconds{input.byte() % 40}); return;
    case 3: peer.absorb(); return;
    case 4: {
      auto const raw = input.take(input.byte());
      peer.deliver({raw.begin(), raw.end()});
      return;
    }
    case 5:
      if (peer.has_keys(level)) peer.acknowledge(level);
      return;
    case 6: peer.send_handshake(level); return;
    case 7: {
      auto const id =
          peer.victim->open((what & 0x40) != 0 ? stream_direction::bidirectional : stream_direction::unidirectional);
      if (id) static_cast<void>(peer.victim->write(*id, input.take(input.byte())));
      return;
    }
    case 8: {
      bytes room(1 + input.byte());
      static_cast<void>(peer.victim->read(stream_id{input.byte()}, room, peer.now));
      while (peer.victim->next_event()) {
      }
      return;
    }
    case 9: options.forged = true; break;
    case 10: options.phase = input.byte() % 4; break;
    case 11: options.number = peer.next_number(level) + input.byte(); break;
    case 12: options.number = input.byte(); break;
    case 13: options.fixed_bit = (input.byte() & 1) != 0; break;
    case 14: options.length = input.byte(); break;
    default: break;
  }
  if (!peer.has_keys(level)) return;
  if ((what & 0x80) != 0) {
    auto const reserved = level == encryption_level::one_rtt ? 0x18U : 0x0cU;
    options.reserved_bits = static_cast<std::uint8_t>(input.byte() & reserved);
  }
  peer.send(level, input.take(input.byte()), options);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  script input{data, size};
  auto const start = input.byte();
  hostile_peer peer((start & 1) != 0 ? role::server : role::client, static_cast<stage>(start >> 1 & 3));
  for (int steps = 0; steps < 200 && !input.empty(); ++steps) {
    one_step(peer, input);
    check(peer);
  }
  peer.absorb();
  check(peer);
  // Left alone, it ends; late if its peer made it believe in long round trips.
  peer.pass(std::chrono::hours{24 * 365});
  require(peer.victim->closed(), "a connection without a peer ends");
  return 0;
}
