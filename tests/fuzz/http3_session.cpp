// SPDX-License-Identifier: BSL-1.0
// A whole HTTP/3 session whose peer and application do anything: the input is a script of bytes for streams, resets,
// and calls. Every cap holds, nothing is told after the end, and what one request means does not depend on how it is
// cut.
#include "byte_transport.hpp"
#include "require.hpp"
#include "script.hpp"

namespace {

using namespace http3_test;
using fuzz::require;

h3::session_settings const settings{.max_field_section_size = 1024,
                                    .max_fields = 16,
                                    .max_held_sections = 2048,
                                    .qpack_table_capacity = 256,
                                    .qpack_blocked_streams = 2,
                                    .request_streams = 16,
                                    .extended_connect = true,
                                    .nuisance_burst = 50};

constexpr h3::field ok_fields[] = {{":status", "200", false}, {"x", "a value that may be learned", false}};
constexpr h3::field get_fields[] = {
    {":method", "GET", false}, {":scheme", "https", false}, {":authority", "a.test", false}, {":path", "/", false}};

void use(bench& b, std::uint8_t what, stream_id id, quoin::byte_view some) {
  auto& on = b.transport;
  switch (what % 12) {
    case 0: static_cast<void>(b.session.respond(on, id, ok_fields, (what & 0x80) != 0)); break;
    case 1: static_cast<void>(b.session.write(on, id, some)); break;
    case 2: static_cast<void>(b.session.finish(on, id)); break;
    case 3: b.session.cancel(on, id); break;
    case 4: b.session.stop_reading(on, id, h3::error_code::no_error); break;
    case 5: static_cast<void>(b.session.open(on, get_fields, (what & 0x80) != 0)); break;
    case 6: b.session.announce_shutdown(on); break;
    case 7:
      if (some.size() > 20) b.session.shutdown(on);
      break;
    case 8: static_cast<void>(b.session.on_datagram(on, some)); break;
    case 9: b.session.take_datagrams(id); break;
    case 10: static_cast<void>(b.session.prioritize(on, id, {1, true})); break;
    default: on.time += std::chrono::seconds{some.size()}; b.session.expire(on);
  }
}

void play(fuzz::script script, role self) {
  bench b{self, settings};
  while (!script.empty() && !b.closed_with()) {
    auto const what = script.byte();
    auto const which = script.byte();
    auto const id = (which & 1) != 0 ? b.uni((which >> 1) % 6) : b.request((which >> 1) % 12);
    auto const some = script.take(script.byte() & 63);
    bool const known = b.transport.streams.contains(id);
    bool const peers = id.initiator() != self;
    switch (what & 7) {
      case 0:
      case 1:
      case 2:
        if (!peers && !known) break;
        if (b.transport.streams[id].in_ends) break;
        b.receive(id, bytes(some.begin(), some.end()), (what & 0x40) != 0);
        break;
      case 3:
        if (peers || known) b.reset(id, which);
        break;
      case 4:
        if (id.is_bidirectional() && known) b.stop(id, which);
        break;
      case 5:
        if (known) b.make_room(id, some.size());
        break;
      case 6:
        if (known && b.transport.streams[id].finished) b.acknowledge(id);
        break;
      default: use(b, static_cast<std::uint8_t>(what >> 3 | (what & 0x80)), id, some);
    }
    b.reads = (what & 0x20) == 0;
    b.note_events();
    b.said.clear();
    require(b.session.held_sections() <= settings.max_held_sections, "sections without an end are capped");
    require(b.session.held_fields() <= settings.max_held_fields, "unpacked fields are capped");
    require(b.session.open_exchanges() <= 12 + 100, "exchanges are no more than streams");
  }
  if (b.closed_with()) {
    b.note_events();
    b.said.clear();
    b.receive(b.request(13), headers(get()), true);
    require(b.note_events().empty() || b.said.find("head") == std::string::npos, "nothing begins after the end");
  }
}

/// The events of one request, with its content in one piece.
std::string meaning(quoin::byte_view input, std::size_t piece) {
  bench b{role::server, settings};
  b.greet();
  std::string content;
  std::string said;
  auto const note = [&] {
    while (auto const event = b.session.next_event(b.transport)) {
      if (event->what == h3::session_event::kind::content) {
        while (true) {
          auto const view = b.session.peek(b.transport, event->id);
          if (view.empty()) break;
          content += quoin::as_text(view);
          b.session.consume(b.transport, event->id, view.size());
        }
        continue;
      }
      said += std::to_string(static_cast<int>(event->what)) + " ";
    }
  };
  for (std::size_t at = 0; at < input.size() && !b.closed_with(); at += piece) {
    auto const part = input.subspan(at, std::min(piece, input.size() - at));
    b.receive(b.request(0), bytes(part.begin(), part.end()), at + part.size() == input.size());
    note();
  }
  return said + content + (b.closed_with() ? std::to_string(*b.closed_with()) : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  play({data, size}, role::server);
  play({data, size}, role::client);
  quoin::byte_view const input{data, std::min<std::size_t>(size, 600)};
  require(meaning(input, size + 1) == meaning(input, 1), "a request means the same however it is cut");
  return 0;
}
