// SPDX-License-Identifier: BSL-1.0
// Sessions of WebTransport whose peer and application do anything: the input is a script of bytes for streams, resets,
// datagrams and calls. Every cap holds, what is counted agrees with what is there, and capsules mean the same however
// they are cut.
#include "byte_transport.hpp"
#include "require.hpp"
#include "script.hpp"

#include <quoin/http3/webtransport/capsules.hpp>
#include <quoin/http3/webtransport/protocols.hpp>

namespace {

using namespace http3_test;
using fuzz::require;

h3::session_settings settings_for(std::uint32_t sessions, bool limited) {
  h3::session_settings made{.max_field_section_size = 1024,
                            .max_fields = 16,
                            .max_held_sections = 2048,
                            .qpack_table_capacity = 256,
                            .qpack_blocked_streams = 2,
                            .request_streams = 16,
                            .nuisance_burst = 50};
  made.webtransport = {.sessions = sessions,
                       .session_window = 20,
                       .session_bidi_streams = 2,
                       .session_uni_streams = 2,
                       .limits_the_only_one = limited,
                       .held_streams = 3,
                       .held_datagrams = 2,
                       .held_bytes = 20};
  return made;
}

constexpr h3::field accepted[] = {{":status", "200", false}};
constexpr h3::field asking[] = {{":method", "CONNECT", false},
                                {":scheme", "https", false},
                                {":authority", "a.test", false},
                                {":path", "/", false},
                                {":protocol", "webtransport-h3", false}};
lines const asked{{":method", "CONNECT"},
                  {":scheme", "https"},
                  {":authority", "a.test"},
                  {":path", "/"},
                  {":protocol", "webtransport-h3"}};
/// Of HTTP datagrams, extended CONNECT and the newest draft.
bytes const greeting{0x33, 0x01, 0x08, 0x01, 0xac, 0x7c, 0xf0, 0x00, 0x01};
/// Of a session: 30 bytes, three streams of each direction.
bytes const allowing{0x6b, 0x61, 30, 0x6b, 0x64, 3, 0x6b, 0x65, 3};

/// One of a few streams of either end and direction.
stream_id stream_of(std::uint8_t which) {
  return {(which & 1) != 0 ? role::client : role::server,
          (which & 2) != 0 ? stream_direction::bidirectional : stream_direction::unidirectional,
          static_cast<std::uint64_t>(which >> 2 & 7)};
}

void use(bench& b, std::uint8_t what, stream_id id, quoin::byte_view some) {
  auto& on = b.transport;
  auto streams = b.session.data_streams(on);
  auto const request = b.request(some.size() % 3);
  switch (what % 13) {
    case 0: static_cast<void>(b.session.respond(on, request, accepted, (what & 0x40) != 0)); break;
    case 1:
    case 2: static_cast<void>(streams.take(request)); break;
    case 3: static_cast<void>(streams.open(request, id.direction())); break;
    case 4: static_cast<void>(streams.write(id, some)); break;
    case 5: streams.finish(id); break;
    case 6: streams.reset(id, h3::error_code{some.size()}); break;
    case 7: streams.stop(id, h3::error_code{some.size()}); break;
    case 8: static_cast<void>(b.session.on_datagram(on, some)); break;
    case 9: static_cast<void>(b.session.finish(on, request)); break;
    case 10: b.session.cancel(on, request); break;
    case 11:
      static_cast<void>(streams.take_capsule(
          request, h3::webtransport::session_capsule{0x190b4d3dU + (some.empty() ? 0U : some[0] & 7U)}, some.size()));
      break;
    default: static_cast<void>(b.session.open(on, asking, false));
  }
}

void check(bench& b) {
  auto const streams = b.session.data_streams(b.transport);
  require(streams.waiting() <= 3, "streams that wait are capped");
  require(streams.waiting() <= streams.size(), "what waits is there");
  require(streams.held_datagrams() <= 2 && streams.held_bytes() <= 20, "datagrams that wait are capped");
  require(streams.sessions() <= 1, "sessions are capped");
}

/// What the peer does to a stream.
void happen(bench& b, std::uint8_t what, stream_id id, quoin::byte_view some) {
  bool const known = b.transport.streams.contains(id);
  bool const peers = id.initiator() != b.transport.who;
  bool const it_sends = peers || (known && id.is_bidirectional());
  switch (what & 7) {
    case 0:
    case 1:
    case 2:
      if (it_sends && !b.transport.streams[id].in_ends)
        b.receive(id, bytes(some.begin(), some.end()), (what & 0x40) != 0);
      break;
    case 3:
      if (it_sends) b.reset(id, what);
      break;
    case 4:
      if (known && (id.is_bidirectional() || !peers)) b.stop(id, what);
      break;
    case 5:
      if (known) b.make_room(id, some.size());
      break;
    default:
      if (known && b.transport.streams[id].finished) b.acknowledge(id);
  }
}

void play(fuzz::script script, role self, bool limited) {
  bench b{self, settings_for(1, limited)};
  b.greet(limited ? greeting + allowing : greeting);
  if (self == role::server)
    b.receive(b.request(0), headers(asked));
  else
    static_cast<void>(b.session.open(b.transport, asking, false));
  b.note_events();
  while (!script.empty() && !b.closed_with()) {
    auto const what = script.byte();
    auto const id = stream_of(script.byte());
    auto const some = script.take(script.byte() & 31);
    if ((what & 7) == 7)
      use(b, static_cast<std::uint8_t>(what >> 3), id, some);
    else
      happen(b, what, id, some);
    b.reads = (what & 0x20) == 0;
    b.note_events();
    b.said.clear();
    check(b);
  }
}

struct hearing {
  std::string told;
  bool limited = false;
  [[nodiscard]] bool has_limits() const { return limited; }
  h3::result<> on_credit(h3::webtransport::session_capsule what, std::uint64_t value) {
    told += std::to_string(static_cast<std::uint64_t>(what)) + '=' + std::to_string(value) + ' ';
    return {};
  }
  void on_drain() { told += "drain "; }
  void on_close(std::uint32_t code, std::string_view message) {
    require(message.size() <= h3::webtransport::most_close_message, "messages are capped");
    told += "close:" + std::to_string(code) + ':' + std::string{message};
  }
};

std::string meaning(quoin::byte_view input, std::size_t piece, bool limited) {
  h3::webtransport::capsules capsules;
  hearing to;
  to.limited = limited;
  for (std::size_t at = 0; at < input.size(); at += piece)
    if (auto const went = capsules.read(input.subspan(at, std::min(piece, input.size() - at)), to); !went)
      return to.told + std::string{went.error().reason};
  return to.told + (capsules.finish() ? "" : "cut off");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  for (bool const limited : {false, true}) {
    play({data, size}, role::server, limited);
    play({data, size}, role::client, limited);
    require(meaning({data, size}, size + 1, limited) == meaning({data, size}, 1, limited),
            "capsules mean the same however they are cut");
  }
  quoin::byte_view const input{data, size};
  auto const protocols = h3::webtransport::read_protocols(quoin::as_text(input));
  require(h3::webtransport::read_protocols(h3::webtransport::write_protocols(protocols)) == protocols,
          "protocols are read as they are written");
  return 0;
}
