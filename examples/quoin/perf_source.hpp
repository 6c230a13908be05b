// SPDX-License-Identifier: BSL-1.0
/// \file
/// Streams of bytes that mean nothing, as long as asked for, lent a piece at a time so that no stream holds more than
/// a few megabytes however much the peer asks for.
#pragma once

#include "port.hpp"

#include <cstdint>
#include <vector>

namespace tool::perf {

class source {
 public:
  /// Sends `size` bytes on the stream and finishes it; begins at once.
  void add(port& to, quoin::stream_id id, std::uint64_t size);
  /// Tops up every stream that is running low.
  void refill(port& to);
  void drop(quoin::stream_id id);
  [[nodiscard]] bool idle() const { return active_.empty(); }

 private:
  struct part {
    quoin::stream_id id;
    std::uint64_t left;
  };
  /// False when the stream needs no more care.
  static bool feed(port& to, part& one);

  std::vector<part> active_;
};

}  // namespace tool::perf
