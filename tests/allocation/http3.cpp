// SPDX-License-Identifier: BSL-1.0
// A request of a session in steady state costs no heap allocation of the session's own.
#include "counting_new.hpp"

#include <quoin/http3/session/session.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>

using namespace quoin;
namespace h3 = quoin::http3;

namespace {

/// Enough of a transport for one request after the other, without memory of its own.
struct flat_transport {
  [[nodiscard]] role self() const { return role::server; }
  [[nodiscard]] instant now() const { return {}; }
  stream_result<stream_id> open(stream_direction direction) { return stream_id{role::server, direction, opened++}; }
  stream_result<std::size_t> write(stream_id, byte_view bytes) {
    written += bytes.size();
    return bytes.size();
  }
  stream_result<> finish(stream_id) { return {}; }
  stream_result<> reset(stream_id, std::uint64_t) { return {}; }
  stream_result<> reset_at(stream_id, std::uint64_t, std::size_t) { return {}; }
  [[nodiscard]] bool has_reset_at() const { return false; }
  stream_result<> stop_sending(stream_id, std::uint64_t) { return {}; }
  stream_result<byte_view> peek(stream_id) { return waiting; }
  stream_result<bool> consume(stream_id, std::size_t count) {
    waiting = waiting.subspan(count);
    return ends && waiting.empty();
  }
  [[nodiscard]] std::optional<stream_sizes> sizes(stream_id) const { return std::nullopt; }
  stream_result<> watch_size(stream_id) { return {}; }
  stream_result<> prioritize(stream_id, stream_priority) { return {}; }
  void close(std::uint64_t, std::string_view) { closed = true; }
  h3::transport_abilities abilities() { return {}; }
  std::size_t max_datagram() { return 0; }
  bool send_datagram(byte_view) { return false; }

  byte_view waiting;
  bool ends = false;
  bool closed = false;
  std::uint64_t opened = 0;
  std::uint64_t written = 0;
};

constexpr h3::field request_fields[] = {{":method", "POST", false},
                                        {":scheme", "https", false},
                                        {":authority", "a.test", false},
                                        {":path", "/some/path?with=a&query=too", false},
                                        {"user-agent", "a client that says much about itself, as all do", false},
                                        {"priority", "u=1, i", false}};
constexpr h3::field response_fields[] = {
    {":status", "200", false}, {"content-type", "text/html", false}, {"server", "quoin", false}};

std::vector<std::uint8_t> frame(h3::frame_type type, byte_view payload) {
  std::vector<std::uint8_t> made(16 + payload.size());
  byte_writer writer{made};
  h3::write_frame_header(writer, type, payload.size());
  writer.bytes(payload);
  made.resize(writer.size());
  return made;
}

}  // namespace

TEST_CASE("a request in steady state allocates nothing", "[allocation][http3]") {
  flat_transport on;
  h3::session<flat_transport> session{role::server, {}, hash_key{1, 2}};
  session.on_connected(on);
  auto const receive = [&](stream_id id, byte_view bytes, bool ends) {
    on.waiting = bytes;
    on.ends = ends;
    session.on_event(on, {stream_event::kind::opened, id, 0});
    session.on_event(on, {stream_event::kind::readable, id, 0});
  };
  // A client with a table, so that responses use QPACK as they do with browsers.
  std::array<std::uint8_t, 8> const control{0x00, 0x04, 0x05, 0x01, 0x50, 0x00, 0x07, 0x10};
  receive(stream_id{role::client, stream_direction::unidirectional, 0}, control, false);

  qpack::encoder encoder{{.use = qpack::table_use::off}, hash_key{}};
  std::vector<std::uint8_t> section;
  encoder.encode(0, request_fields, section);
  auto request = frame(h3::frame_type::headers, section);
  auto const content = frame(h3::frame_type::data, as_bytes("some content of the request"));
  request.insert(request.end(), content.begin(), content.end());

  std::uint64_t requests = 0;
  std::uint64_t taken = 0;
  auto const serve_one = [&] {
    stream_id const id{role::client, stream_direction::bidirectional, requests++};
    receive(id, request, true);
    while (auto const event = session.next_event(on)) {
      if (event->what == h3::session_event::kind::content) {
        for (auto view = session.peek(on, id); !view.empty(); view = session.peek(on, id)) {
          taken += view.size();
          session.consume(on, id, view.size());
        }
      }
      if (event->what != h3::session_event::kind::end) continue;
      static_cast<void>(session.respond(on, id, response_fields, false));
      static_cast<void>(session.write(on, id, as_bytes("some content of the response")));
      static_cast<void>(session.finish(on, id));
    }
    session.on_event(on, {stream_event::kind::send_finished, id, 0});
    while (session.next_event(on)) {
    }
  };
  for (int i = 0; i < 100; ++i) serve_one();
  auto const before = testing::heap_allocations();
  for (int i = 0; i < 1000; ++i) serve_one();
  auto const allocated = testing::heap_allocations() - before;
  CHECK(allocated == 0);
  CHECK(taken == 1100 * 27);
  CHECK(!on.closed);
  CHECK(session.open_exchanges() == 0);
}
