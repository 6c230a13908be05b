// SPDX-License-Identifier: BSL-1.0
/// \file
/// UDP payloads in HTTP datagrams: behind a context ID, and that is 0 (RFC 9298 4, 5).
#pragma once

#include <quoin/http3/wire/datagram.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace quoin::http3::connect_udp {

/// What the length field of UDP leaves for a payload (RFC 9298 5).
inline constexpr std::size_t most_payload = 65527;
/// The context whose payloads are those of UDP packets (RFC 9298 4).
inline constexpr std::uint64_t udp_context = 0;
/// The context ID of a UDP payload takes one byte where we write it.
inline constexpr std::size_t context_size = 1;

/// The UDP payload of an HTTP datagram; nothing where its context means nothing to us, because none was ever
/// registered: such a datagram is dropped, for waiting would cost memory and lead to nothing (RFC 9298 5).
constexpr result<std::optional<byte_view>> read_payload(byte_view datagram) noexcept {
  byte_reader reader{datagram};
  auto const context = reader.varint();
  if (!context) return fail_stream(error_code::datagram_error, "a datagram without a context ID");
  if (*context != udp_context) return std::optional<byte_view>{};
  auto const payload = reader.rest();
  if (payload.size() > most_payload) return fail_stream(error_code::datagram_error, "more than a UDP packet can carry");
  return std::optional<byte_view>{payload};
}

/// Finds UDP payloads in DATAGRAM capsules (RFC 9297 3.5). A capsule that lies there in one piece is read in place; of
/// one that comes in pieces so much is kept as the largest UDP payload needs, and nothing if its context is another.
class payload_reader {
 public:
  /// Calls `visit(payload)` for each; after an error nothing more is read.
  template <class Visit>
  result<> read(byte_view bytes, Visit&& visit) {
    result<> outcome;
    capsules_.read(bytes, [&](std::uint64_t type, byte_view piece, bool ends) {
      if (!outcome || type != static_cast<std::uint64_t>(capsule_type::datagram)) return;
      if (auto const taken = take(piece, ends, visit); !taken) outcome = unexpected{taken.error()};
    });
    return outcome;
  }

  /// The stream has ended (RFC 9297 3.3).
  [[nodiscard]] result<> finish() const noexcept { return capsules_.finish(); }
  /// Bytes of a capsule that has not come to its end.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return kept_.size(); }

 private:
  static constexpr std::size_t most_kept = 8 + most_payload;

  template <class Visit>
  result<> take(byte_view piece, bool ends, Visit& visit) {
    if (ends && kept_.empty() && !skipping_) return tell(piece, visit);
    if (!skipping_) {
      if (piece.size() > most_kept - kept_.size()) return over_full(piece);
      kept_.insert(kept_.end(), piece.begin(), piece.end());
      if (is_of_other_context()) start_skipping();
    }
    if (!ends) return {};
    if (std::exchange(skipping_, false)) return {};
    auto const told = tell(kept_, visit);
    kept_.clear();
    return told;
  }

  template <class Visit>
  static result<> tell(byte_view datagram, Visit& visit) {
    auto const payload = read_payload(datagram);
    if (!payload) return unexpected{payload.error()};
    if (*payload) visit(**payload);
    return {};
  }

  /// What does not fit cannot be a UDP payload; of another context it need not be one.
  result<> over_full(byte_view piece) {
    if (kept_.size() < 8) {
      auto const some = piece.first(8 - kept_.size());
      kept_.insert(kept_.end(), some.begin(), some.end());
    }
    if (!is_of_other_context()) return fail_stream(error_code::datagram_error, "more than a UDP packet can carry");
    start_skipping();
    return {};
  }

  [[nodiscard]] bool is_of_other_context() const noexcept {
    byte_reader reader{kept_};
    return reader.varint().value_or(udp_context) != udp_context;
  }
  void start_skipping() noexcept {
    skipping_ = true;
    kept_.clear();
  }

  capsule_reader capsules_;
  std::vector<std::uint8_t> kept_;
  bool skipping_ = false;
};

}  // namespace quoin::http3::connect_udp
