// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is remembered of the streams and datagrams of WebTransport's sessions (draft-ietf-webtrans-http3).
#pragma once

#include <quoin/base/static_vector.hpp>
#include <quoin/core/stream_id.hpp>
#include <quoin/http3/session/session_credit.hpp>
#include <quoin/http3/wire/varint_reader.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace quoin::http3 {

/// A stream that carries bytes of an application behind a header that says to which session it belongs.
struct data_stream {
  enum class phase : std::uint8_t {
    header,   ///< of the peer's, and its header has not come to its end
    waiting,  ///< its session is not established
    open,
    unsized,  ///< nobody uses it any more, but how much the peer sends in all is not known, and counts
  };

  stream_id id;
  phase at = phase::header;
  std::optional<stream_id> owner;  ///< the session, once the header is read
  varint_reader header;
  bool signalled = false;  ///< the signal value of a bidirectional stream has come

  // ---- what comes
  bool reading = false;  ///< there may be more
  bool ended = false;
  bool told_readable = false;

  // ---- what goes
  bool writing = false;  ///< the application may write
  bool sent_all = true;  ///< nothing is left to be acknowledged
  bool finish_when_sent = false;
  bool wants_writable = false;
  std::size_t header_size = 0;             ///< of a stream of ours
  static_vector<std::uint8_t, 16> unsent;  ///< of that header, what the transport did not take yet

  // ---- what it counts for in its session, if that has limits; bytes are those of its body
  bool counted = false;
  bool size_known = false;        ///< the peer's bytes are all counted
  bool waits_for_credit = false;  ///< the session's limit cut a write short
  std::uint64_t peers_header = 0;
  std::uint64_t received = 0;
  std::uint64_t consumed = 0;
  std::uint64_t written = 0;

  // ---- what the application hears
  bool queued = false;
  bool tell_opened = false;
  bool tell_writable = false;
  std::optional<std::uint64_t> reset_by_peer;
  std::optional<std::uint64_t> stopped_by_peer;

  // ---- its neighbours in its session
  data_stream* previous = nullptr;
  data_stream* next = nullptr;
};

/// The streams of one session, so that nobody looks at those of others. They are where they are, and need no memory for
/// it. Those that wait for the session's credit come first, and who has waited the longest is the first of them.
class data_stream_list {
 public:
  void add(data_stream& one) noexcept { put_behind(one, last_); }
  void remove(data_stream& one) noexcept {
    if (last_waiting_ == &one) last_waiting_ = one.previous;
    (one.previous == nullptr ? first_ : one.previous->next) = one.next;
    (one.next == nullptr ? last_ : one.next->previous) = one.previous;
    one.previous = one.next = nullptr;
  }

  void wait(data_stream& one) noexcept {
    if (std::exchange(one.waits_for_credit, true)) return;
    remove(one);
    put_behind(one, last_waiting_);
    last_waiting_ = &one;
  }
  /// The first of those that wait, which does so no more; null when none does.
  [[nodiscard]] data_stream* take_waiting() noexcept {
    if (last_waiting_ == nullptr) return nullptr;
    auto& one = *first_;
    one.waits_for_credit = false;
    remove(one);
    add(one);
    return &one;
  }

  [[nodiscard]] data_stream* first() const noexcept { return first_; }
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }

 private:
  void put_behind(data_stream& one, data_stream* before) noexcept {
    one.previous = before;
    one.next = before == nullptr ? first_ : before->next;
    (one.previous == nullptr ? first_ : one.previous->next) = &one;
    (one.next == nullptr ? last_ : one.next->previous) = &one;
  }

  data_stream* first_ = nullptr;
  data_stream* last_ = nullptr;
  data_stream* last_waiting_ = nullptr;  ///< all before it wait, too
};

/// Copies of datagrams that came before their session, within caps.
class held_datagrams {
 public:
  /// False when there is no room for it.
  bool hold(stream_id owner, byte_view payload, std::size_t most, std::size_t most_bytes) {
    if (all_.size() >= most || payload.size() > most_bytes - std::min(most_bytes, bytes_)) return false;
    all_.push_back({owner, {payload.begin(), payload.end()}});
    bytes_ += payload.size();
    return true;
  }
  /// The oldest of a session.
  std::optional<std::vector<std::uint8_t>> take(stream_id owner) {
    auto const at = std::find_if(all_.begin(), all_.end(), [owner](auto const& one) { return one.owner == owner; });
    if (at == all_.end()) return std::nullopt;
    auto payload = std::move(at->payload);
    bytes_ -= payload.size();
    all_.erase(at);
    return payload;
  }
  void drop(stream_id owner) {
    std::erase_if(all_, [this, owner](held const& one) {
      if (one.owner != owner) return false;
      bytes_ -= one.payload.size();
      return true;
    });
  }
  [[nodiscard]] bool has(stream_id owner) const noexcept {
    return std::any_of(all_.begin(), all_.end(), [owner](auto const& one) { return one.owner == owner; });
  }
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct held {
    stream_id owner;
    std::vector<std::uint8_t> payload;
  };
  std::vector<held> all_;
  std::size_t bytes_ = 0;
};

struct webtransport_state {
  std::map<stream_id, data_stream> streams;  ///< the transport limits how many the peer opens, and how many we do
  std::size_t waiting = 0;                   ///< those of them that wait for their session
  std::size_t sessions = 0;                  ///< established ones, and those that are asked for
  held_datagrams held;
  std::map<stream_id, data_stream_list> owned;  ///< by their session, where it has streams, or may come to have
  std::map<stream_id, session_credit> credits;  ///< of sessions that have limits, of awaited ones, too
  bool credit_moved = false;                    ///< some of them may have something to say

  [[nodiscard]] session_credit* credit_of(std::optional<stream_id> session) noexcept {
    auto const at = session ? credits.find(*session) : credits.end();
    return at == credits.end() ? nullptr : &at->second;
  }
  [[nodiscard]] data_stream* find(stream_id id) noexcept {
    auto const at = streams.find(id);
    return at == streams.end() ? nullptr : &at->second;
  }
  [[nodiscard]] data_stream_list* streams_of(stream_id session) noexcept {
    auto const at = owned.find(session);
    return at == owned.end() ? nullptr : &at->second;
  }

  /// It is known to which session it belongs.
  void give_owner(data_stream& one, stream_id session) {
    owned[session].add(one);
    one.owner = session;
  }
  void erase(data_stream& one) noexcept {
    if (auto const at = one.owner ? owned.find(*one.owner) : owned.end(); at != owned.end()) {
      at->second.remove(one);
      if (at->second.empty()) owned.erase(at);
    }
    streams.erase(stream_id{one.id});
  }
};

}  // namespace quoin::http3
