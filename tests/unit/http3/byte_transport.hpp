// SPDX-License-Identifier: BSL-1.0
/// \file
/// A transport in memory, of which a test sees every byte: streams are strings, and nothing is lost.
#pragma once

#include <quoin/http3/session/session.hpp>

#include <map>
#include <string>
#include <vector>

namespace http3_test {

using namespace quoin;
namespace h3 = quoin::http3;
using bytes = std::vector<std::uint8_t>;

struct byte_transport {
  struct stream {
    bytes in;
    std::size_t consumed = 0;
    bool in_ends = false;
    bool end_taken = false;
    bool was_reset = false;
    bytes out;
    bool finished = false;
    std::optional<std::uint64_t> reset;
    std::size_t spared = 0;      ///< by the reset
    std::size_t never_sent = 0;  ///< of what was written, when it was reset
    bool size_watched = false;
    std::optional<std::uint64_t> stopped;
    stream_priority priority;
    std::size_t room = std::size_t{1} << 40;
  };

  role who = role::server;
  instant time{};
  std::map<stream_id, stream> streams;
  std::uint64_t may_open[2] = {100, 100};
  std::uint64_t opened[2] = {0, 0};
  std::optional<std::pair<std::uint64_t, std::string>> closed;
  std::vector<bytes> datagrams;
  std::size_t largest_datagram = 1000;
  bool partial_resets = true;
  h3::transport_abilities ours{true, true};

  [[nodiscard]] role self() const { return who; }
  [[nodiscard]] instant now() const { return time; }

  stream_result<stream_id> open(stream_direction direction) {
    auto& count = opened[index_of(direction)];
    if (count == may_open[index_of(direction)]) return unexpected{stream_errc::limit_reached};
    stream_id const id{who, direction, count++};
    streams[id];
    return id;
  }
  stream_result<std::size_t> write(stream_id id, byte_view more) {
    auto& to = streams.at(id);
    if (to.reset) return unexpected{stream_errc::was_reset};
    auto const taken = std::min(more.size(), to.room);
    to.room -= taken;
    to.out.insert(to.out.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(taken));
    return taken;
  }
  stream_result<> finish(stream_id id) {
    streams.at(id).finished = true;
    return {};
  }
  stream_result<> reset(stream_id id, std::uint64_t code) {
    auto& to = streams.at(id);
    if (!to.reset) to.reset = code;
    return {};
  }
  stream_result<> reset_at(stream_id id, std::uint64_t code, std::size_t spared) {
    streams.at(id).spared = spared;
    return reset(id, code);
  }
  [[nodiscard]] bool has_reset_at() const { return partial_resets; }
  stream_result<> stop_sending(stream_id id, std::uint64_t code) {
    auto& from = streams.at(id);
    if (from.end_taken || from.stopped) return unexpected{stream_errc::already_finished};
    from.stopped = code;
    return {};
  }
  stream_result<byte_view> peek(stream_id id) {
    auto& from = streams.at(id);
    if (from.was_reset) return unexpected{stream_errc::was_reset};
    if (from.stopped || from.end_taken) return unexpected{stream_errc::already_finished};
    return byte_view{from.in}.subspan(from.consumed);
  }
  stream_result<bool> consume(stream_id id, std::size_t count) {
    auto& from = streams.at(id);
    if (from.was_reset) return unexpected{stream_errc::was_reset};
    if (from.stopped || from.end_taken) return unexpected{stream_errc::already_finished};
    from.consumed += count;
    from.end_taken = from.in_ends && from.consumed == from.in.size();
    return from.end_taken;
  }
  [[nodiscard]] std::optional<stream_sizes> sizes(stream_id id) const {
    auto const found = streams.find(id);
    if (found == streams.end()) return std::nullopt;
    auto const& of = found->second;
    return stream_sizes{of.in.size(), of.consumed, of.out.size() - (of.reset ? of.never_sent : 0)};
  }
  stream_result<> watch_size(stream_id id) {
    streams.at(id).size_watched = true;
    return {};
  }
  stream_result<> prioritize(stream_id id, stream_priority priority) {
    streams.at(id).priority = priority;
    return {};
  }
  void close(std::uint64_t code, std::string_view reason) {
    if (!closed) closed = {code, std::string{reason}};
  }
  h3::transport_abilities abilities() { return ours; }
  std::size_t max_datagram() { return largest_datagram; }
  bool send_datagram(byte_view datagram) {
    datagrams.emplace_back(datagram.begin(), datagram.end());
    return true;
  }
};

static_assert(h3::transport<byte_transport>);

// ---- bytes as a peer would write them

using lines = std::vector<std::pair<std::string, std::string>>;

inline bytes operator+(bytes left, bytes const& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}
inline bytes text(std::string_view of) {
  return {of.begin(), of.end()};
}

inline bytes varint(std::uint64_t value) {
  bytes room(8);
  byte_writer writer{room};
  writer.varint(value);
  room.resize(writer.size());
  return room;
}
inline bytes frame(std::uint64_t type, bytes const& payload) {
  return varint(type) + varint(payload.size()) + payload;
}
inline bytes content(std::string_view of) {
  return frame(0, text(of));
}

/// A field section without any table of the connection's.
inline bytes section(lines const& all) {
  qpack::encoder encoder{{.use = qpack::table_use::off}, hash_key{}};
  std::vector<h3::field> fields;
  for (auto const& [name, value] : all) fields.push_back({name, value, false});
  bytes out;
  encoder.encode(0, fields, out);
  return out;
}
inline bytes headers(lines const& all) {
  return frame(1, section(all));
}

inline lines get(lines const& more = {}) {
  lines all{{":method", "GET"}, {":scheme", "https"}, {":authority", "a.test"}, {":path", "/"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}
inline lines ok(lines const& more = {}) {
  lines all{{":status", "200"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// A session and its transport, with the peer's part played by the test.
struct bench {
  explicit bench(role self, h3::session_settings const& settings = {}) : session(self, settings, hash_key{1, 2}) {
    transport.who = self;
    session.on_connected(transport);
  }

  static constexpr stream_id request(std::uint64_t index) {
    return {role::client, stream_direction::bidirectional, index};
  }
  [[nodiscard]] stream_id uni(std::uint64_t index) const {
    return {peer_of(transport.who), stream_direction::unidirectional, index};
  }

  /// Bytes of the peer. Its streams are opened in order, as QUIC does it.
  void receive(stream_id id, bytes const& more, bool ends = false) {
    open_up_to(id);
    auto& to = transport.streams[id];
    to.in.insert(to.in.end(), more.begin(), more.end());
    to.in_ends = to.in_ends || ends;
    tell_sizes();
    session.on_event(transport, {stream_event::kind::readable, id, 0});
  }
  void receive_in_pieces(stream_id id, bytes const& more, bool ends = false) {
    for (std::size_t i = 0; i < more.size(); ++i) {
      receive(id, {more[i]}, ends && i + 1 == more.size());
      note_events();
    }
  }
  void reset(stream_id id, std::uint64_t code) {
    open_up_to(id);
    transport.streams[id].was_reset = true;
    tell_sizes();
    session.on_event(transport, {stream_event::kind::reset_by_peer, id, code});
  }
  void stop(stream_id id, std::uint64_t code) {
    open_up_to(id);
    transport.streams[id].reset = code;
    session.on_event(transport, {stream_event::kind::stop_sending, id, code});
  }
  /// A stream takes `size` bytes more.
  void make_room(stream_id id, std::size_t size) {
    at(id).room = size;
    session.on_event(transport, {stream_event::kind::writable, id, 0});
  }
  /// Everything that was sent on a stream arrived.
  void acknowledge(stream_id id) { session.on_event(transport, {stream_event::kind::send_finished, id, 0}); }

  /// The three streams that every peer opens, with these settings.
  void greet(bytes const& settings = {}) {
    receive(uni(0), bytes{0} + frame(4, settings));
    receive(uni(1), {2});
    receive(uni(2), {3});
    note_events();
  }
  stream_id control() const { return uni(0); }
  stream_id encoder() const { return uni(1); }
  stream_id decoder() const { return uni(2); }

  /// Takes all events, reads all content, and writes down what happened.
  std::string const& note_events() {
    tell_sizes();
    while (auto const event = session.next_event(transport)) {
      note(*event);
      if (reads && event->what == h3::session_event::kind::content) read(event->id);
    }
    return said;
  }
  std::string take_notes() {
    note_events();
    return std::exchange(said, {});
  }
  void read(stream_id id) {
    while (true) {
      auto const view = session.peek(transport, id);
      if (view.empty()) return;
      said += '"' + std::string{as_text(view)} + "\" ";
      session.consume(transport, id, view.size());
    }
  }

  [[nodiscard]] std::optional<std::uint64_t> closed_with() const {
    return transport.closed ? std::optional{transport.closed->first} : std::nullopt;
  }
  [[nodiscard]] byte_transport::stream& at(stream_id id) { return transport.streams.at(id); }

  byte_transport transport;
  h3::session<byte_transport> session;
  std::string said;
  bool reads = true;

 private:
  /// Of streams that are watched, whose size is known by now.
  void tell_sizes() {
    for (auto& [id, one] : transport.streams) {
      if (!one.size_watched || !(one.in_ends || one.was_reset)) continue;
      one.size_watched = false;
      session.on_event(transport, {stream_event::kind::size_known, id, one.in.size()});
    }
  }

  void open_up_to(stream_id id) {
    if (id.initiator() == transport.who) return;
    auto& count = peer_opened[index_of(id.direction())];
    while (count <= id.index()) {
      stream_id const next{id.initiator(), id.direction(), count++};
      transport.streams[next];
      session.on_event(transport, {stream_event::kind::opened, next, 0});
    }
  }

  void note(h3::session_event const& event) {
    using kind = h3::session_event::kind;
    auto const index = std::to_string(event.id.index());
    switch (event.what) {
      case kind::head: {
        auto const& head = *session.head(event.id);
        said += "head" + index + ":" +
                (session.self() == role::server ? std::string{head.method} : std::to_string(head.status)) + " ";
        break;
      }
      case kind::interim: said += "interim" + index + ":" + std::to_string(session.head(event.id)->status) + " "; break;
      case kind::content: said += "content" + index + " "; break;
      case kind::trailers: said += "trailers" + index + " "; break;
      case kind::end: said += "end" + index + " "; break;
      case kind::writable: said += "writable" + index + " "; break;
      case kind::stopped: said += "stopped" + index + ":" + std::to_string(event.code) + " "; break;
      case kind::failed: said += "failed" + index + ":" + std::to_string(event.code) + " "; break;
      case kind::over: said += "over" + index + " "; break;
      case kind::settings: said += "settings "; break;
      case kind::goaway: said += "goaway:" + std::to_string(event.code) + " "; break;
      case kind::requests_available: said += "available "; break;
      case kind::held_datagrams: take_held(event.id); break;
      case kind::stream_opened: said += "opened" + name(event.id) + " "; break;
      case kind::stream_readable: read_stream(event.id); break;
      case kind::stream_end: said += "end" + name(event.id) + " "; break;
      case kind::stream_reset: said += "reset" + name(event.id) + ":" + std::to_string(event.code) + " "; break;
      case kind::stream_writable: said += "writable" + name(event.id) + " "; break;
      case kind::stream_stopped: said += "stopped" + name(event.id) + ":" + std::to_string(event.code) + " "; break;
      case kind::stream_over: said += "over" + name(event.id) + " "; break;
      case kind::streams_available: said += "streams "; break;
    }
  }

  /// Of a stream of a session of WebTransport: who opened it, its direction and its number.
  static std::string name(stream_id id) {
    return std::string{id.initiator() == role::client ? "C" : "S"} + (id.is_bidirectional() ? "b" : "u") +
           std::to_string(id.index());
  }
  void take_held(stream_id id) {
    while (auto const held = session.data_streams(transport).take_held_datagram(id))
      said += "held:" + std::string{as_text(*held)} + " ";
  }
  void read_stream(stream_id id) {
    said += "readable" + name(id) + " ";
    if (!reads) return;
    auto streams = session.data_streams(transport);
    while (true) {
      auto const view = streams.peek(id);
      if (view.empty()) return;
      said += '"' + std::string{as_text(view)} + "\" ";
      streams.consume(id, view.size());
    }
  }

  std::uint64_t peer_opened[2] = {0, 0};
};

}  // namespace http3_test
