// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sections whose decoding the peer has not acknowledged: they hold entries in the table and may block streams
/// (RFC 9204 2.1.1, 2.1.2).
#pragma once

#include <quoin/base/ring.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace quoin::qpack {

/// A section that refers to the table.
struct outstanding_section {
  std::uint64_t stream = 0;
  std::uint64_t required_insert_count = 0;
  std::uint64_t oldest_reference = 0;
};

/// Kept in the order of their streams, and on each in that in which they were encoded, up to a cap at which the encoder
/// must stop referring to the table. An answer of the peer's is a byte or two: whose sections it is about is found by
/// halves, and only then something moves.
class outstanding_sections {
 public:
  static constexpr std::size_t most = 2000;
  /// Streams that may be blocked at a time, however many the peer lets be.
  static constexpr std::uint64_t most_blocked_streams = 128;

  [[nodiscard]] bool full() const noexcept { return sections_.size() >= most; }
  [[nodiscard]] std::size_t size() const noexcept { return sections_.size(); }

  void add(outstanding_section const& one) {
    sections_.push_back(one);
    // Mostly it is at its place: streams are used in their order, more or less.
    auto at = sections_.size() - 1;
    for (; at > 0 && sections_[at - 1].stream > one.stream; --at) sections_[at] = sections_[at - 1];
    sections_[at] = one;
  }

  /// Takes out the earliest section of a stream, which is the one that an acknowledgment means (RFC 9204 2.2.2.1).
  std::optional<outstanding_section> take_earliest(std::uint64_t stream) noexcept {
    auto const at = first_of(stream);
    if (!is_of(at, stream)) return std::nullopt;
    auto const taken = sections_[at];
    erase(at, 1);
    return taken;
  }

  /// Takes out all sections of a stream (RFC 9204 2.2.2.2).
  void forget(std::uint64_t stream) noexcept {
    auto const begin = first_of(stream);
    auto end = begin;
    while (is_of(end, stream)) ++end;
    erase(begin, end - begin);
  }

  /// The smallest index that any section refers to; entries from there on must not be evicted.
  [[nodiscard]] std::uint64_t oldest_reference() const noexcept {
    auto oldest = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t i = 0; i < sections_.size(); ++i) oldest = std::min(oldest, sections_[i].oldest_reference);
    return oldest;
  }

  /// Whether a stream may be blocked already, and how many others may be, when the peer has `known` entries for sure.
  struct blocking {
    bool stream_itself = false;
    std::size_t others = 0;
  };
  [[nodiscard]] blocking blocked_streams(std::uint64_t stream, std::uint64_t known) const noexcept {
    blocking found;
    std::optional<std::uint64_t> last;
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      auto const& one = sections_[i];
      if (one.required_insert_count <= known || one.stream == last) continue;
      last = one.stream;
      if (one.stream == stream)
        found.stream_itself = true;
      else
        ++found.others;
    }
    return found;
  }

 private:
  /// Where the sections of a stream begin, or would.
  [[nodiscard]] std::size_t first_of(std::uint64_t stream) const noexcept {
    std::size_t at = 0;
    for (auto left = sections_.size(); left > 0;) {
      auto const half = left / 2;
      bool const before = sections_[at + half].stream < stream;
      at += before ? half + 1 : 0;
      left = before ? left - half - 1 : half;
    }
    return at;
  }
  [[nodiscard]] bool is_of(std::size_t at, std::uint64_t stream) const noexcept {
    return at < sections_.size() && sections_[at].stream == stream;
  }

  /// From the end that is nearer.
  void erase(std::size_t at, std::size_t count) noexcept {
    if (count == 0) return;
    auto const behind = sections_.size() - at - count;
    if (at < behind) {
      for (auto i = at; i > 0; --i) sections_[i - 1 + count] = sections_[i - 1];
      for (std::size_t i = 0; i < count; ++i) sections_.pop_front();
    } else {
      for (std::size_t i = 0; i < behind; ++i) sections_[at + i] = sections_[at + count + i];
      for (std::size_t i = 0; i < count; ++i) sections_.pop_back();
    }
  }

  ring<outstanding_section> sections_;
};

}  // namespace quoin::qpack
