// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the application has not been told of its streams yet.
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/stream/stream_directory.hpp>
#include <quoin/stream/stream_event.hpp>

#include <optional>

namespace quoin {

/// Holds a handful of events at most for each open stream; streams that the peer opened are counted, not listed.
class stream_event_queue {
 public:
  void push(stream_event event) { events_.push_back(event); }

  /// Once for each stream until the event is handed out.
  void push_readable(stream_state& stream) {
    if (stream.is_readable_told) return;
    stream.is_readable_told = true;
    push({stream_event::kind::readable, stream.id, 0});
  }

  /// The next event, in order, but streams opened by the peer come before all that happened on them.
  std::optional<stream_event> take(stream_directory& streams) {
    auto const peer = peer_of(streams.settings().self);
    for (auto const direction : both_directions) {
      auto& told = opened_told_[index_of(direction)];
      if (told < streams.table().row(peer, direction).opened())
        return stream_event{stream_event::kind::opened, stream_id{peer, direction, told++}, 0};
    }
    while (!events_.empty()) {
      auto const event = events_.front();
      events_.pop_front();
      if (event.what != stream_event::kind::readable) return event;
      if (auto* const stream = streams.find(event.id); stream != nullptr && stream->is_readable_told) {
        stream->is_readable_told = false;
        if (!stream->receive.readable().empty() || stream->receive.at_end()) return event;
      }
    }
    return std::nullopt;
  }

 private:
  ring<stream_event> events_;
  std::uint64_t opened_told_[2] = {0, 0};
};

}  // namespace quoin
