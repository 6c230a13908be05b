// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a crowd does: its clients send on streams, and its servers send back what they get.
#pragma once

#include "watching.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace quoin::property {

inline std::uint8_t crowd_pattern(std::uint64_t flow, std::uint64_t stream, std::size_t offset) {
  return static_cast<std::uint8_t>((offset ^ offset >> 8) * 167 + stream * 101 + flow * 59);
}

/// Bytes that wait to be written to a stream, and then its end.
struct outgoing_bytes {
  std::vector<std::uint8_t> bytes{};
  std::size_t written = 0;
  bool ends = false;
  bool finished = false;

  void write(crowd_end& to, stream_id id) {
    while (written < bytes.size()) {
      auto const took = to.write(id, byte_view{bytes}.subspan(written));
      if (!took) return;
      written += *took;
      if (written < bytes.size() && *took == 0) return;
    }
    if (ends && !finished) finished = to.finish(id).has_value();
  }
};

/// Reads all that is there; true when the end was among it.
inline bool read_all(crowd_end& from, stream_id id, std::vector<std::uint8_t>& into, instant now) {
  std::array<std::uint8_t, 4096> room;
  for (;;) {
    auto const got = from.read(id, room, now);
    if (!got) return false;
    into.insert(into.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got->size));
    if (got->fin) return true;
    if (got->size == 0) return false;
  }
}

/// A server sends back what it gets.
struct echo {
  instant const& now;
  std::map<std::pair<crowd_end const*, std::uint64_t>, outgoing_bytes> streams{};
  std::string problems{};

  void on_event(crowd_end& on, connection_event const& e) {
    using kind = connection_event::kind;
    on.observer().note_told(e);
    if (e.what == kind::closed) {
      std::erase_if(streams, [&](auto const& each) { return each.first.first == &on; });
      // The word of a client that leaves may be lost, but it is not mistaken.
      if (on.connected()) problems += problem_with(on.close_reason(), 0, true);
      return;
    }
    if (e.what != kind::stream_readable && e.what != kind::stream_writable) return;
    auto& back = streams[{&on, e.id.value()}];
    if (e.what == kind::stream_readable) back.ends = read_all(on, e.id, back.bytes, now) || back.ends;
    back.write(on, e.id);
  }

  [[nodiscard]] std::vector<std::uint64_t> streams_of(crowd_end const& on) const {
    std::vector<std::uint64_t> found;
    for (auto const& [key, bytes] : streams)
      if (key.first == &on && bytes.written > 0) found.push_back(key.second);
    return found;
  }
};

/// One connection of a client: some streams, each of which must come back as it went.
struct flow {
  std::uint64_t number = 0;
  bool stays = false;  ///< it is not closed when all has come back, but when the crowd has come to rest
  crowd_end* on = nullptr;
  std::vector<std::size_t> sizes{};
  std::map<std::uint64_t, outgoing_bytes> out{};
  std::map<std::uint64_t, std::vector<std::uint8_t>> in{};
  std::size_t opened = 0;
  std::size_t returned = 0;
  std::string ended{};

  [[nodiscard]] bool done() const { return returned == sizes.size(); }

  void open_more() {
    while (opened < sizes.size()) {
      auto const id = on->open(stream_direction::bidirectional);
      if (!id) return;
      auto& one = out[id->value()];
      for (std::size_t i = 0; i < sizes[opened]; ++i) one.bytes.push_back(crowd_pattern(number, id->value(), i));
      one.ends = true;
      ++opened;
      one.write(*on, *id);
    }
  }

  void read(stream_id id, instant now) {
    auto& got = in[id.value()];
    if (read_all(*on, id, got, now)) {
      if (got == out[id.value()].bytes)
        ++returned;
      else
        ended += "INV-02 stream " + std::to_string(id.value()) + " came back changed; ";
    }
    if (done() && !stays) on->close(0, "done", now);
  }

  [[nodiscard]] std::vector<std::uint64_t> streams() const {
    std::vector<std::uint64_t> found;
    for (auto const& [id, bytes] : out)
      if (bytes.written > 0) found.push_back(id);
    return found;
  }
};

struct asker {
  instant const& now;
  std::vector<std::unique_ptr<flow>>& flows;

  void on_event(crowd_end& on, connection_event const& e) {
    using kind = connection_event::kind;
    on.observer().note_told(e);
    auto const at = std::find_if(flows.begin(), flows.end(), [&](auto const& each) { return each->on == &on; });
    if (at == flows.end()) return;
    auto& mine = **at;
    if (e.what == kind::connected || e.what == kind::streams_available) mine.open_more();
    if (e.what == kind::stream_readable) mine.read(e.id, now);
    if (e.what == kind::stream_writable) mine.out[e.id.value()].write(on, e.id);
    if (e.what != kind::closed) return;
    // Nobody but its client closes it.
    if (on.close_reason()->origin != event::close_origin::local)
      mine.ended += "INV-38 ended with " + std::to_string(on.close_reason()->code) + ": " + on.close_reason()->reason;
    mine.on = nullptr;
  }
};

}  // namespace quoin::property
