// SPDX-License-Identifier: BSL-1.0
/// \file
/// Finds streams by their identifiers (RFC 9000 2.1).
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/stream/stream_state.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

namespace quoin {

/// The streams of one initiator and direction, ascending. Opening one opens all before it, each for the price of an
/// entry; its state is made when it is first needed. Entries of streams that are gone are dropped in bulk, so that a
/// stream is nearly always found where its number says, and by bisection otherwise: there is no hash to flood.
class stream_row {
 public:
  struct entry {
    std::uint64_t index = 0;
    bool gone = false;
    std::unique_ptr<stream_state> state;
  };

  /// Streams opened so far; those with a smaller index are open or gone.
  [[nodiscard]] std::uint64_t opened() const noexcept { return opened_; }
  [[nodiscard]] std::size_t open_count() const noexcept { return entries_.size() - gone_; }
  /// Entries in memory, with those of streams that are gone: at most twice as many as are open, and a few.
  [[nodiscard]] std::size_t entry_count() const noexcept { return entries_.size(); }

  /// Opens every stream up to and including `index`. The caller has checked that it is within the limit.
  void open_through(std::uint64_t index) {
    for (; opened_ <= index; ++opened_) entries_.push_back({opened_, false, nullptr});
  }

  /// The entry of a stream that is open; null when it is gone or not open yet.
  [[nodiscard]] entry const* find(std::uint64_t index) const noexcept {
    if (entries_.empty() || index < entries_.front().index || index >= opened_) return nullptr;
    auto const guess = static_cast<std::size_t>(index - entries_.front().index);
    if (guess < entries_.size() && entries_[guess].index == index) return unless_gone(entries_[guess]);
    auto const at =
        std::partition_point(entries_.begin(), entries_.end(), [&](entry const& e) { return e.index < index; });
    return at == entries_.end() || at->index != index ? nullptr : unless_gone(*at);
  }
  [[nodiscard]] entry* find(std::uint64_t index) noexcept {
    return const_cast<entry*>(std::as_const(*this).find(index));
  }

  /// The stream is gone; its state is handed back for another one.
  std::unique_ptr<stream_state> remove(entry& old) {
    QUOIN_ASSERT(!old.gone);
    auto state = std::move(old.state);
    old.gone = true;
    if (++gone_ > 16 && gone_ > entries_.size() / 2) drop_gone();
    return state;
  }

  /// Calls `f(stream_state&)` for each open stream that has a state.
  template <class F>
  void for_each(F f) const {
    for (auto const& one : entries_)
      if (one.state) f(*one.state);
  }

 private:
  static entry const* unless_gone(entry const& found) noexcept { return found.gone ? nullptr : &found; }

  void drop_gone() {
    entries_.erase(std::remove_if(entries_.begin(), entries_.end(), [](entry const& e) { return e.gone; }),
                   entries_.end());
    gone_ = 0;
  }

  std::vector<entry> entries_;
  std::uint64_t opened_ = 0;
  std::size_t gone_ = 0;
};

/// The four rows of a connection, and a few states to use again.
class stream_table {
 public:
  [[nodiscard]] stream_row& row(role initiator, stream_direction direction) noexcept {
    return rows_[index_of(initiator) * 2 + index_of(direction)];
  }
  [[nodiscard]] stream_row const& row(role initiator, stream_direction direction) const noexcept {
    return rows_[index_of(initiator) * 2 + index_of(direction)];
  }
  [[nodiscard]] stream_row& row_of(stream_id id) noexcept { return row(id.initiator(), id.direction()); }

  /// The state of an open stream if it has one.
  [[nodiscard]] stream_state* find(stream_id id) noexcept {
    auto* const entry = row_of(id).find(id.index());
    return entry == nullptr ? nullptr : entry->state.get();
  }

  [[nodiscard]] stream_state const* find(stream_id id) const noexcept {
    auto const* const entry = row(id.initiator(), id.direction()).find(id.index());
    return entry == nullptr ? nullptr : entry->state.get();
  }

  /// The state of an open stream; `start(stream_state&)` starts it when there was none. Null when it is not open.
  template <class Start>
  stream_state* find_or_start(stream_id id, chunk_pool* pool, Start start) {
    auto* const entry = row_of(id).find(id.index());
    if (entry == nullptr) return nullptr;
    if (!entry->state) {
      entry->state = take_state(pool);
      start(*entry->state);
    }
    return entry->state.get();
  }

  /// Forgets a stream that is open.
  void remove(stream_id id) {
    auto* const entry = row_of(id).find(id.index());
    QUOIN_ASSERT(entry != nullptr);
    auto state = row_of(id).remove(*entry);
    if (state == nullptr || spare_.size() >= spare_states) return;
    state->send.start(0);
    state->receive.start(0, 0);
    spare_.push_back(std::move(state));
  }

  [[nodiscard]] std::size_t open_count() const noexcept {
    std::size_t count = 0;
    for (auto const& one : rows_) count += one.open_count();
    return count;
  }

  template <class F>
  void for_each(F f) const {
    for (auto const& one : rows_) one.for_each(f);
  }

 private:
  static constexpr std::size_t spare_states = 32;

  std::unique_ptr<stream_state> take_state(chunk_pool* pool) {
    if (spare_.empty()) return std::make_unique<stream_state>(pool);
    auto state = std::move(spare_.back());
    spare_.pop_back();
    return state;
  }

  std::array<stream_row, 4> rows_;
  std::vector<std::unique_ptr<stream_state>> spare_;
};

}  // namespace quoin
