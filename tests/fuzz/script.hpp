// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fuzzer's input read as a script: numbers and bytes in turn, zeros when it is over.
#pragma once

#include <quoin/base/bytes.hpp>

#include <algorithm>
#include <cstdint>

namespace fuzz {

class script {
 public:
  script(std::uint8_t const* data, std::size_t size) : rest_(data, size) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }

  std::uint8_t byte() {
    auto const bytes = take(1);
    return bytes.empty() ? std::uint8_t{0} : bytes[0];
  }

  /// A number of two bytes.
  std::uint64_t number() {
    auto const high = std::uint64_t{byte()};
    return high << 8 | byte();
  }

  /// Mostly small, now and then with its highest bits set.
  std::uint64_t offset() {
    auto const low = number();
    return byte() == 0xff ? (low << 46) - 1 : low;
  }

  /// Up to `size` of what is left.
  quoin::byte_view take(std::size_t size) {
    auto const taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  quoin::byte_view rest_;
};

}  // namespace fuzz
