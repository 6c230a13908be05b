// SPDX-License-Identifier: BSL-1.0
/// \file
/// What separates the keying material of one session from that of another on the same connection
/// (draft-ietf-webtrans-http3, "Use of Keying Material Exporters").
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/core/stream_id.hpp>

#include <array>
#include <optional>

namespace quoin::http3::webtransport {

inline constexpr std::string_view exporter_label = "EXPORTER-WebTransport";

/// The context of TLS's exporter.
class exporter_context {
 public:
  /// Nothing for a label or a context of more than 255 bytes, or without a label.
  static std::optional<exporter_context> of(stream_id session, std::string_view label, byte_view context) {
    if (label.empty() || label.size() > 255 || context.size() > 255) return std::nullopt;
    exporter_context made;
    byte_writer writer{made.room_};
    writer.u64(session.value());
    writer.u8(static_cast<std::uint8_t>(label.size()));
    writer.bytes(as_bytes(label));
    writer.u8(static_cast<std::uint8_t>(context.size()));
    writer.bytes(context);
    made.size_ = writer.size();
    return made;
  }

  [[nodiscard]] byte_view view() const noexcept { return byte_view{room_}.first(size_); }

 private:
  std::array<std::uint8_t, 10 + 2 * 255> room_{};
  std::size_t size_ = 0;
};

}  // namespace quoin::http3::webtransport
