// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is remembered of one request and its response, for as long as their stream lives (RFC 9114 4.1).
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/core/time.hpp>
#include <quoin/http3/message/head.hpp>
#include <quoin/http3/wire/frame_reader.hpp>

#include <map>
#include <optional>
#include <vector>

namespace quoin::http3 {

/// How far the peer's message has come.
enum class receive_phase : std::uint8_t {
  head,     ///< no final head yet
  content,  ///< DATA, and perhaps trailers
  trailed,  ///< nothing may follow the trailers
  ended,    ///< its end was reached
  gone,     ///< given up, by the peer or by us
};

/// How far ours has.
enum class send_phase : std::uint8_t { head, content, finished, acknowledged, gone };

/// What was found in the peer's message and not told yet.
enum class finding : std::uint8_t { nothing, interim, head, content, trailers, end, failed };

struct exchange {
  stream_id id;
  std::uint64_t serial = 0;  ///< differs for everything that ever was at this place

  // ---- the peer's message
  receive_phase receiving = receive_phase::head;
  finding found = finding::nothing;
  frame_reader frames;
  std::vector<std::uint8_t> section;  ///< a field section that came in pieces
  field_list fields;
  field_list trailers;
  message_head head;
  content_meter content;
  bool section_whole = false;  ///< `section` has come to its end
  bool blocked = false;        ///< entries for a section are missing (RFC 9204 2.2.1)
  bool ends = false;           ///< nothing follows what was consumed
  bool tunnel = false;         ///< an established CONNECT: DATA only (RFC 9114 4.4)
  bool takes_datagrams = false;
  bool late = false;                     ///< behind our GOAWAY, where a request would be refused
  bool begun = false;                    ///< it is known what the stream begins with
  std::optional<std::uint64_t> becomes;  ///< not a request at all, but a stream of the WebTransport session of this ID
  bool content_told = false;
  std::uint16_t interims = 0;
  std::uint16_t trifles = 0;  ///< frames that did nothing
  std::uint64_t skipped = 0;  ///< bytes of unknown frames since the last trifle

  // ---- our message
  send_phase sending = send_phase::head;
  std::vector<std::uint8_t> unsent;  ///< frames that the transport did not take yet: at most what we said at once
  bool finish_when_sent = false;
  bool wants_writable = false;
  bool is_head_request = false;  ///< client: the response has no content (RFC 9110 9.3.2)
  bool is_connect_request = false;

  // ---- a session of WebTransport
  bool asks_for_session = false;
  bool is_session = false;     ///< counted among those
  bool takes_streams = false;  ///< it is established, and somebody takes its streams
  bool tell_datagrams = false;

  // ---- what the application hears
  bool known = false;  ///< it has been told of this exchange
  bool queued = false;
  bool tell_writable = false;
  bool tell_stopped = false;
  bool over = false;
  bool cancelled = false;  ///< the peer has given up a part of it
  bool priority_updated = false;
  std::uint64_t code = 0;  ///< why it failed or was stopped
  void* context = nullptr;

  // ---- since when we wait for the peer
  instant opened{};
  instant starved_since = never;
  instant stalled_since = never;

  [[nodiscard]] bool received_all() const noexcept { return receiving >= receive_phase::ended; }
  [[nodiscard]] bool sent_all() const noexcept { return sending >= send_phase::acknowledged; }

  /// Begins again as another one; memory is kept.
  void start(stream_id as, std::uint64_t number, instant now) {
    auto kept_section = std::move(section);
    auto kept_fields = std::move(fields);
    auto kept_trailers = std::move(trailers);
    auto kept_unsent = std::move(unsent);
    *this = exchange{};
    kept_section.clear();
    kept_unsent.clear();
    kept_fields.clear();
    kept_trailers.clear();
    section = std::move(kept_section);
    unsent = std::move(kept_unsent);
    fields = std::move(kept_fields);
    trailers = std::move(kept_trailers);
    id = as;
    serial = number;
    opened = now;
  }
};

/// The exchanges of a session. The transport limits how many there are at a time; those that are over lend their
/// memory to the next.
class exchange_table {
 public:
  exchange& add(stream_id id, instant now) {
    if (spare_.empty()) {
      auto& made = open_[id];
      spare_.reserve(open_.size());  // so that taking it out cannot fail
      made.start(id, ++serial_, now);
      return made;
    }
    auto node = std::move(spare_.back());
    spare_.pop_back();
    node.key() = id;
    node.mapped().start(id, ++serial_, now);
    return open_.insert(std::move(node)).position->second;
  }

  [[nodiscard]] exchange* find(stream_id id) noexcept {
    auto const at = open_.find(id);
    return at == open_.end() ? nullptr : &at->second;
  }

  void remove(stream_id id) noexcept {
    auto node = open_.extract(id);
    if (node.empty()) return;
    constexpr std::size_t worth_keeping = 16 * 1024;
    auto& left = node.mapped();
    left.fields.shrink(worth_keeping);
    left.trailers.shrink(worth_keeping);
    if (left.section.capacity() > worth_keeping) left.section = {};
    if (left.unsent.capacity() > 2 * worth_keeping) left.unsent = {};
    spare_.push_back(std::move(node));
  }

  /// The one that is visited may be removed.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (auto at = open_.begin(); at != open_.end();) visit((at++)->second);
  }

  [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }
  [[nodiscard]] bool empty() const noexcept { return open_.empty(); }

 private:
  std::map<stream_id, exchange> open_;
  std::vector<std::map<stream_id, exchange>::node_type> spare_;
  std::uint64_t serial_ = 0;
};

}  // namespace quoin::http3
