// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sections whose decoding the peer has not acknowledged: they hold entries in the table and may block streams
/// (RFC 9204 2.1.1, 2.1.2).
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/base/static_vector.hpp>

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

/// Kept in the order in which they were encoded, up to a cap at which the encoder must stop referring to the table.
class outstanding_sections {
 public:
  static constexpr std::size_t most = 2000;
  /// Streams that may be blocked at a time, however many the peer lets be: each section looks through those that are.
  static constexpr std::uint64_t most_blocked_streams = 128;

  [[nodiscard]] bool full() const noexcept { return sections_.size() >= most; }
  [[nodiscard]] std::size_t size() const noexcept { return sections_.size(); }

  void add(outstanding_section const& one) { sections_.push_back(one); }

  /// Takes out the earliest section of a stream, which is the one that an acknowledgment means (RFC 9204 2.2.2.1).
  std::optional<outstanding_section> take_earliest(std::uint64_t stream) noexcept {
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      if (sections_[i].stream != stream) continue;
      auto const taken = sections_[i];
      erase(i);
      return taken;
    }
    return std::nullopt;
  }

  /// Takes out all sections of a stream (RFC 9204 2.2.2.2).
  void forget(std::uint64_t stream) noexcept {
    while (take_earliest(stream)) {
    }
  }

  /// The smallest index that any section refers to; entries from there on must not be evicted.
  [[nodiscard]] std::uint64_t oldest_reference() const noexcept {
    auto oldest = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t i = 0; i < sections_.size(); ++i) oldest = std::min(oldest, sections_[i].oldest_reference);
    return oldest;
  }

  /// Whether a stream may be blocked already, and how many others may be, up to `most_blocked_streams`, when the peer
  /// has `known` entries for sure.
  struct blocking {
    bool stream_itself = false;
    std::size_t others = 0;
  };
  [[nodiscard]] blocking blocked_streams(std::uint64_t stream, std::uint64_t known) const noexcept {
    bool itself = false;
    static_vector<std::uint64_t, most_blocked_streams> others;
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      auto const& one = sections_[i];
      if (one.required_insert_count <= known) continue;
      if (one.stream == stream)
        itself = true;
      else if (!others.full() && std::find(others.begin(), others.end(), one.stream) == others.end())
        others.push_back(one.stream);
    }
    return {itself, others.size()};
  }

 private:
  void erase(std::size_t index) noexcept {
    for (std::size_t i = index; i > 0; --i) sections_[i] = sections_[i - 1];
    sections_.pop_front();
  }

  ring<outstanding_section> sections_;
};

}  // namespace quoin::qpack
