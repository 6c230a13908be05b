// SPDX-License-Identifier: BSL-1.0
/// \file
/// The fields that two ends have in common because one taught them to the other (RFC 9204 3.2).
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/qpack/field.hpp>

#include <cstring>
#include <vector>

namespace quoin::qpack {

/// First in, first out; entries are known by their absolute index (RFC 9204 3.2.4). Names and values lie side by side
/// in one piece of memory, so that inserting allocates nothing once the table is in use and views stay good until their
/// entry is evicted.
class dynamic_table {
 public:
  /// `limit` bounds the capacity for good; twice as many bytes are allocated when the first entry comes.
  explicit dynamic_table(std::uint32_t limit) noexcept : limit_(limit) {}

  [[nodiscard]] std::uint32_t limit() const noexcept { return limit_; }
  [[nodiscard]] std::uint32_t capacity() const noexcept { return capacity_; }
  /// As RFC 9204 3.2.1 counts it.
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  /// Entries ever inserted, which is the absolute index of the next.
  [[nodiscard]] std::uint64_t insert_count() const noexcept { return dropped_ + entries_.size(); }
  /// The smallest absolute index that is still there.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  [[nodiscard]] bool contains(std::uint64_t index) const noexcept {
    return index >= dropped_ && index - dropped_ < entries_.size();
  }

  /// The entry of an absolute index that the table `contains`.
  [[nodiscard]] field at(std::uint64_t index) const noexcept {
    QUOIN_ASSERT(contains(index));
    auto const& found = entries_[static_cast<std::size_t>(index - dropped_)];
    return {text(found.at, found.name_size), text(found.at + found.name_size, found.value_size), false};
  }

  /// Evicts what no longer fits (RFC 9204 3.2.2). `capacity` is at most `limit()`.
  void set_capacity(std::uint32_t capacity) noexcept {
    QUOIN_ASSERT(capacity <= limit_);
    capacity_ = capacity;
    make_room(0);
  }

  /// Adds an entry at the cost of the oldest ones; false when it is larger than the capacity. `name` may be a view into
  /// this table, even of an entry that is evicted by this, and `value` may not.
  bool insert(std::string_view name, std::string_view value) {
    auto const needed = size_of(name, value);
    if (needed > capacity_) return false;
    make_room(static_cast<std::uint32_t>(needed));
    auto const at = place(name.size() + value.size());
    put(at, name);
    put(at + name.size(), value);
    entries_.push_back({at, static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())});
    size_ += static_cast<std::uint32_t>(needed);
    return true;
  }

  /// Adds a copy of an entry that the table `contains`, even if that is evicted by it.
  void duplicate(std::uint64_t index) {
    auto const [name, value, sensitive] = at(index);
    auto const needed = static_cast<std::uint32_t>(size_of(name, value));
    make_room(needed);
    auto const at = place(name.size() + value.size());
    put(at, {name.data(), name.size() + value.size()});
    entries_.push_back({at, static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())});
    size_ += needed;
  }

 private:
  struct entry {
    std::size_t at = 0;
    std::uint32_t name_size = 0;
    std::uint32_t value_size = 0;
  };

  [[nodiscard]] std::string_view text(std::size_t at, std::size_t size) const noexcept {
    return {bytes_.data() + at, size};
  }

  void put(std::size_t at, std::string_view text) noexcept {
    if (!text.empty()) std::memmove(bytes_.data() + at, text.data(), text.size());
  }

  void make_room(std::uint32_t needed) noexcept {
    while (!entries_.empty() && size_ + needed > capacity_) {
      auto const& oldest = entries_.front();
      size_ -= oldest.name_size + oldest.value_size + static_cast<std::uint32_t>(field_overhead);
      entries_.pop_front();
      ++dropped_;
    }
  }

  /// Where `count` bytes in a row are free. Live entries take less than half of the memory, and whatever one end of it
  /// is too short for fits at the other: they never meet.
  std::size_t place(std::size_t count) {
    if (bytes_.empty()) bytes_.resize(std::size_t{2} * limit_);
    if (next_ + count > bytes_.size()) next_ = 0;
    auto const at = next_;
    next_ += count;
    return at;
  }

  std::uint32_t limit_;
  std::uint32_t capacity_ = 0;
  std::uint32_t size_ = 0;
  std::uint64_t dropped_ = 0;
  std::size_t next_ = 0;
  std::vector<char> bytes_;
  ring<entry> entries_;
};

}  // namespace quoin::qpack
