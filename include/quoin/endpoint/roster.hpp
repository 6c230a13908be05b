// SPDX-License-Identifier: BSL-1.0
/// \file
/// The connections of an endpoint: which datagram is for whom, who has something to do, and when.
#pragma once

#include <quoin/base/static_vector.hpp>
#include <quoin/connection/connection.hpp>
#include <quoin/endpoint/connection_table.hpp>
#include <quoin/endpoint/deadline_heap.hpp>
#include <quoin/endpoint/handler.hpp>
#include <quoin/endpoint/reset_table.hpp>
#include <quoin/endpoint/resumptions.hpp>

#include <algorithm>
#include <bit>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace quoin {

/// A connection with what its endpoint knows about it.
template <class Stack>
struct roster_entry : connection<Stack> {
  roster_entry(connection_start<Stack> start, instant at, typename Stack::entropy entropy,
               typename Stack::observer observer, std::uint32_t index)
      : connection<Stack>(std::move(start), at, std::move(entropy), std::move(observer)), number(index) {}

  std::uint32_t number;
  bool active = false;
  bool validated = true;     ///< server: does not count as a stranger's handshake
  bool token_given = false;  ///< server: its client has got a token for later
  /// The peer's for the IDs in use, as the table of resets knows them, and which revision that was. Should there be
  /// more, with many paths, the others are not looked for.
  static_vector<stateless_reset_token, 2 * limits::peer_connection_ids> reset_tokens;
  std::uint64_t token_revision = 0;
  /// Server: the client's own choice of our ID. It leads here to the end, or an Initial that comes late, or twice,
  /// would start another connection.
  std::optional<connection_id> first_destination;
};

/// Owns the connections. They are numbered densely and stay where they are until they are removed.
template <class Stack>
class roster {
 public:
  using entry = roster_entry<Stack>;

  roster(hash_key const& id_key, hash_key const& reset_key) : ids_(id_key), resets_(reset_key) {}
  roster(roster const&) = delete;
  roster& operator=(roster const&) = delete;
  ~roster() {
    if (resumptions_) resumptions_->close();
  }

  /// Handshakes may suspend from now on. `wake` is called by any thread when one can be resumed.
  void let_suspend(callback<void()> wake) { resumptions_ = std::make_shared<resumptions>(wake); }

  entry& add(connection_start<Stack> start, instant at, typename Stack::entropy entropy,
             typename Stack::observer observer) {
    start.report_connection_ids = true;
    start.is_taken = decltype(start.is_taken)::template to<&is_taken>(ids_);
    if (free_.empty()) add_place();
    auto const number = free_.back();
    if (resumptions_) start.resumable = shared_signal::to<&resumptions::add>(resumptions_, number);
    entries_[number] = std::make_unique<entry>(std::move(start), at, std::move(entropy), std::move(observer), number);
    free_.pop_back();
    note_changes(*entries_[number]);
    activate(*entries_[number]);
    return *entries_[number];
  }

  /// A server's connection is also found by the ID that its client chose for it, unless that leads elsewhere already;
  /// a client whose address is not proven counts among the strangers.
  void note_accepted(entry& accepted, connection_id const& first_destination, bool validated) {
    accepted.validated = validated;
    if (!validated) ++unvalidated_;
    if (ids_.add(first_destination, accepted.number)) accepted.first_destination = first_destination;
  }

  void remove(entry& removed) noexcept {
    while (auto const change = removed.next_connection_id_change()) ids_.remove(change->id, removed.number);
    for (auto const& token : removed.reset_tokens) resets_.remove(token, removed.number);
    auto const number = removed.number;
    removed.for_each_connection_id([&](connection_id const& id) { ids_.remove(id, number); });
    if (removed.first_destination) ids_.remove(*removed.first_destination, number);
    if (!removed.validated) --unvalidated_;
    if (removed.active) std::erase(active_, number);
    deadlines_.set(number, never);
    entries_[number].reset();
    free_.push_back(number);
  }

  [[nodiscard]] entry* find(connection_id const& destination) {
    auto const number = ids_.find(destination);
    return number ? entries_[*number].get() : nullptr;
  }

  /// Whose stateless reset `datagram` may be.
  [[nodiscard]] entry* find_reset(byte_view datagram) {
    auto const number = resets_.find(datagram);
    return number ? entries_[*number].get() : nullptr;
  }

  /// Takes over what changed in a connection: the IDs that lead to it, its peer's reset tokens, its standing. One whose
  /// IDs find no room here ends.
  void note_changes(entry& changed) noexcept {
    try {
      while (auto const change = changed.next_connection_id_change()) {
        if (change->added)
          ids_.add(change->id, changed.number);
        else
          ids_.remove(change->id, changed.number);
      }
      note_reset_tokens(changed);
    } catch (std::bad_alloc const&) {
      changed.give_up();
    }
    if (!changed.confirmed()) return;
    if (!std::exchange(changed.validated, true)) --unvalidated_;
  }

  // ---- who has something to do

  void activate(entry& busy) noexcept {
    if (std::exchange(busy.active, true)) return;
    active_.push_back(busy.number);
  }

  [[nodiscard]] bool has_active() const noexcept { return !active_.empty(); }

  /// Calls `serve(entry)` for everyone who is active now; it may activate and remove.
  template <class Serve>
  void serve_active(Serve&& serve) {
    // A handler that threw has left some unserved.
    for (auto const number : serving_)
      if (entries_[number]) activate(*entries_[number]);
    serving_.clear();
    serving_.swap(active_);
    for (auto const number : serving_) entries_[number]->active = false;
    // By index: who is served may start connections, for which all lists make room.
    for (std::size_t i = 0; i < serving_.size(); ++i) serve(*entries_[serving_[i]]);
    serving_.clear();
  }

  /// Resumes every handshake that can be; what arrives with it is offered to `handler`.
  template <class Handler>
  void resume_handshakes(Handler& handler, instant at) {
    if constexpr (suspends<typename Stack::crypto::handshake>) {
      if (!resumptions_) return;
      auto const resume = [&](std::uint32_t number) {
        if (number >= entries_.size() || !entries_[number]) return;
        auto& due = *entries_[number];
        stream_data_sink<Stack, Handler> sink{handler, due};
        due.resume(at, sink);
        note_changes(due);
        activate(due);
      };
      resumptions_->take(resume, [&] {
        for (std::uint32_t number = 0; number < entries_.size(); ++number) resume(number);
      });
    }
  }

  void set_deadline(entry const& waiting, instant at) { deadlines_.set(waiting.number, at); }
  [[nodiscard]] instant earliest_deadline() const noexcept { return deadlines_.earliest(); }

  /// Lets everyone expire whose deadline has passed.
  void expire(instant at) {
    while (deadlines_.earliest() <= at) {
      auto& due = *entries_[deadlines_.front()];
      due.expire(at);
      deadlines_.set(due.number, never);
      activate(due);
    }
  }

  // ---- all of them

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size() - free_.size(); }
  /// Handshakes under way with clients whose address is not proven.
  [[nodiscard]] std::size_t unvalidated() const noexcept { return unvalidated_; }

  template <class Visit>
  void for_each(Visit&& visit) {
    // By index: the visitor may start connections.
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i]) visit(static_cast<connection<Stack>&>(*entries_[i]));
  }

 private:
  static bool is_taken(connection_table const& ids, connection_id const& id) { return ids.find(id).has_value(); }

  /// Makes room for one more in everything that knows entries by their number, so that none of it can fail later.
  void add_place() {
    auto const places = entries_.size() + 1;
    if (auto const room = std::bit_ceil(places); free_.capacity() < room) {
      for (auto* const list : {&free_, &active_, &serving_}) list->reserve(room);
      deadlines_.reserve(room);
      entries_.reserve(room);
    }
    entries_.emplace_back();
    free_.push_back(static_cast<std::uint32_t>(places - 1));
  }

  void note_reset_tokens(entry& changed) {
    auto const revision = changed.peer_token_revision();
    if (revision == changed.token_revision) return;
    auto& noted = changed.reset_tokens;
    for (std::size_t i = noted.size(); i-- > 0;) {
      bool in_use = false;
      changed.for_each_peer_reset_token([&](auto const& token) { in_use = in_use || token == noted[i]; });
      if (in_use) continue;
      resets_.remove(noted[i], changed.number);
      noted.erase_at(i);
    }
    changed.for_each_peer_reset_token([&](stateless_reset_token const& token) {
      if (noted.full() || std::find(noted.begin(), noted.end(), token) != noted.end()) return;
      noted.push_back(token);  // first, so that it is taken out again whatever becomes of it
      resets_.add(token, changed.number);
    });
    changed.token_revision = revision;
  }

  std::shared_ptr<resumptions> resumptions_;  // none where no handshake suspends
  connection_table ids_;
  reset_table resets_;
  deadline_heap deadlines_;
  std::vector<std::unique_ptr<entry>> entries_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> active_;
  std::vector<std::uint32_t> serving_;
  std::size_t unvalidated_ = 0;
};

namespace detail {

template <class Io>
void wake(Io& io) {
  io.wake();
}

}  // namespace detail

/// If handshakes with that configuration ever suspend, work that is done elsewhere wakes the `io` up, where that can be
/// woken; else it is noticed at the next turn. The roster must not outlive the `io`.
template <class Stack>
void let_handshakes_suspend(roster<Stack>& in, typename Stack::io& io,
                            typename Stack::crypto::handshake::config const& config) {
  using handshake = typename Stack::crypto::handshake;
  if constexpr (suspends<handshake>) {
    if (!handshake::may_suspend(config)) return;
    if constexpr (claims<typename Stack::io, io_feature::waking>) {
      io.allow_wake();
      in.let_suspend(callback<void()>::to<&detail::wake<typename Stack::io>>(io));
    } else {
      in.let_suspend({});
    }
  }
}

}  // namespace quoin
