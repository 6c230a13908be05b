// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a decoder has to tell its peer's encoder (RFC 9204 2.2.2).
#pragma once

#include <quoin/qpack/error.hpp>
#include <quoin/qpack/instructions.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace quoin::qpack {

/// Instructions that wait to be sent. The peer decides when they may leave, so their bytes have a cap: a peer that
/// makes us owe more than it lets us say is a burden (RFC 9204 7.3).
class decoder_output {
 public:
  static constexpr std::size_t most_pending = 16 * 1024;

  result<> acknowledge_section(std::uint64_t stream, std::uint64_t required) {
    // RFC 9204 2.1.4: this says that the entries have come, too.
    known_ = std::max(known_, required);
    return add({decoder_instruction::kind::section_acknowledgment, stream});
  }

  result<> cancel_stream(std::uint64_t stream) { return add({decoder_instruction::kind::stream_cancellation, stream}); }

  /// Says that `insert_count` entries have come, unless that has been said.
  result<> acknowledge_inserts(std::uint64_t insert_count) {
    if (insert_count <= known_) return {};
    auto const more = insert_count - known_;
    known_ = insert_count;
    return add({decoder_instruction::kind::insert_count_increment, more});
  }

  [[nodiscard]] byte_view pending() const noexcept { return pending_; }
  void sent(std::size_t count) noexcept {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
  }

 private:
  result<> add(decoder_instruction const& one) {
    std::array<std::uint8_t, most_decoder_instruction_size> room{};
    byte_writer writer{room};
    write(writer, one);
    if (pending_.size() + writer.size() > most_pending)
      return fail(error_code::excessive_load, "QPACK: the decoder stream is not allowed to move");
    pending_.insert(pending_.end(), writer.written().begin(), writer.written().end());
    return {};
  }

  std::vector<std::uint8_t> pending_;
  std::uint64_t known_ = 0;  ///< entries that the encoder knows or will know to have come
};

}  // namespace quoin::qpack
