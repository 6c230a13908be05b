// SPDX-License-Identifier: BSL-1.0
/// \file
/// ACK frames (RFC 9000 19.3). The ranges stay where they arrived and are walked in place: a peer may send any number.
#pragma once

#include <quoin/base/interval_set.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

/// Packets that the peer has received. What `read` accepted holds no range below packet number 0.
struct ack_frame {
  packet_number largest = 0;
  std::uint64_t delay = 0;           ///< as on the wire: microseconds shifted right by the sender's ack_delay_exponent
  packet_number first_smallest = 0;  ///< lower end of the range that `largest` ends
  byte_view more_ranges;             ///< the ranges below, encoded as pairs of gap and length
  std::uint64_t more_range_count = 0;
  bool has_ecn = false;  ///< whether `ecn` was sent (type 0x03)
  ecn_counts ecn;

  /// Calls `visit(packet_number smallest, packet_number largest)` for each range, both inclusive, highest range first.
  template <class Visit>
  constexpr void for_each_range(Visit visit) const {
    visit(first_smallest, largest);
    byte_reader reader{more_ranges};
    auto smallest = first_smallest;
    for (auto i = more_range_count; i > 0; --i) {
      auto const gap = reader.varint();
      auto const length = reader.varint();
      if (!gap || !length) return;
      auto const range_largest = smallest - *gap - 2;
      smallest = range_largest - *length;
      visit(smallest, range_largest);
    }
  }
};

namespace detail {

/// Checks every range without keeping any. RFC 9000 19.3.1: a packet number below 0 is a FRAME_ENCODING_ERROR.
constexpr result<> read_ack_ranges(byte_reader& reader, ack_frame& frame) noexcept {
  frame.more_ranges = {};
  if (frame.more_range_count == 0) return {};  // as nearly always
  auto ahead = reader;
  auto smallest = frame.first_smallest;
  for (auto i = frame.more_range_count; i > 0; --i) {
    auto const gap = ahead.varint();
    auto const length = ahead.varint();
    if (!gap || !length) return malformed("ACK frame cut short in its ranges");
    if (smallest < *gap + 2) return malformed("ACK gap reaches below packet number 0");
    smallest -= *gap + 2;
    if (smallest < *length) return malformed("ACK range reaches below packet number 0");
    smallest -= *length;
  }
  frame.more_ranges = *reader.bytes(ahead.position() - reader.position());
  return {};
}

}  // namespace detail

/// `frame.has_ecn` says which of the two types was read.
constexpr result<> read(byte_reader& reader, ack_frame& frame) noexcept {
  std::uint64_t first_range = 0;
  if (!detail::read_numbers(reader, frame.largest, frame.delay, frame.more_range_count, first_range))
    return detail::malformed("ACK frame cut short");
  if (first_range > frame.largest) return detail::malformed("first ACK range reaches below packet number 0");
  frame.first_smallest = frame.largest - first_range;
  QUOIN_TRY(detail::read_ack_ranges(reader, frame));
  if (frame.has_ecn && !detail::read_numbers(reader, frame.ecn.ect0, frame.ecn.ect1, frame.ecn.ce))
    return detail::malformed("ACK frame cut short in its ECN counts");
  return {};
}

constexpr bool write(byte_writer& writer, ack_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return out.u8(static_cast<std::uint8_t>(frame.has_ecn ? frame_type::ack_ecn : frame_type::ack)) &&
           out.varint(frame.largest) && out.varint(frame.delay) && out.varint(frame.more_range_count) &&
           out.varint(frame.largest - frame.first_smallest) && out.bytes(frame.more_ranges) &&
           (!frame.has_ecn || (out.varint(frame.ecn.ect0) && out.varint(frame.ecn.ect1) && out.varint(frame.ecn.ce)));
  });
}

/// Writes an ACK frame of the newest ranges of `received`, as many as fit and at most `limits::ack_ranges`; with ECN
/// counts when `ecn` is given. Returns the number of ranges; 0, with nothing written, when not even one fits.
inline std::size_t write_ack(byte_writer& writer, interval_set const& received, std::uint64_t raw_delay,
                             ecn_counts const* ecn) noexcept {
  static_assert(limits::ack_ranges <= 64, "the count of further ranges is written as one byte");
  if (received.empty()) return 0;
  auto const ecn_size = ecn == nullptr ? 0 : varint_size(ecn->ect0) + varint_size(ecn->ect1) + varint_size(ecn->ce);
  auto const newest = received.back();
  auto out = writer;
  auto const type = ecn == nullptr ? frame_type::ack : frame_type::ack_ecn;
  if (!out.u8(static_cast<std::uint8_t>(type)) || !out.varint(newest.end - 1) || !out.varint(raw_delay)) return 0;
  auto const count_at = out.size();
  if (!out.u8(0) || !out.varint(newest.size() - 1) || out.remaining() < ecn_size) return 0;

  std::size_t ranges = 1;
  auto smallest = newest.begin;
  for (auto index = received.size() - 1; index > 0 && ranges < limits::ack_ranges; --index) {
    auto const& range = received[index - 1];
    auto const gap = smallest - range.end - 1;
    auto const length = range.size() - 1;
    if (out.remaining() < varint_size(gap) + varint_size(length) + ecn_size) break;
    out.varint(gap);
    out.varint(length);
    smallest = range.begin;
    ++ranges;
  }
  out.written()[count_at] = static_cast<std::uint8_t>(ranges - 1);
  if (ecn != nullptr && !(out.varint(ecn->ect0) && out.varint(ecn->ect1) && out.varint(ecn->ce))) return 0;
  writer = out;
  return ranges;
}

}  // namespace quoin::wire
