// SPDX-License-Identifier: BSL-1.0
/// \file
/// ACK_FREQUENCY and IMMEDIATE_ACK: what a sender asks of its peer's acknowledgements (draft-ietf-quic-ack-frequency
/// 4, 5).
#pragma once

#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

struct ack_frequency_frame {
  static constexpr std::uint64_t first_type = 0xaf;
  static constexpr std::uint64_t last_type = 0xaf;
  static constexpr std::uint8_t rules = only_in_one_rtt;

  std::uint64_t sequence = 0;
  std::uint64_t threshold = 1;             ///< ack-eliciting packets that may stay unacknowledged; one more is too many
  std::uint64_t max_ack_delay = 0;         ///< microseconds
  std::uint64_t reordering_threshold = 1;  ///< 0: packets out of order are no reason to hurry
};

struct immediate_ack_frame {
  static constexpr std::uint64_t first_type = 0x1f;
  static constexpr std::uint64_t last_type = 0x1f;
  static constexpr std::uint8_t rules = only_in_one_rtt;
};

constexpr bool write(byte_writer& writer, ack_frequency_frame const& frame) noexcept {
  return detail::write_numbers(writer, frame_type::ack_frequency, frame.sequence, frame.threshold, frame.max_ack_delay,
                               frame.reordering_threshold);
}

constexpr bool write(byte_writer& writer, immediate_ack_frame const&) noexcept {
  return detail::write_numbers(writer, frame_type::immediate_ack);
}

constexpr result<> read(byte_reader& reader, std::uint64_t, ack_frequency_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.sequence, frame.threshold, frame.max_ack_delay, frame.reordering_threshold))
    return detail::malformed("ACK_FREQUENCY frame cut short");
  return {};
}

constexpr result<> read(byte_reader&, std::uint64_t, immediate_ack_frame&) noexcept {
  return {};
}

}  // namespace quoin::wire
