// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the ends of a WebTransport session say to each other on the stream of its request (draft-ietf-webtrans-http3,
/// "Interaction with the HTTP/3 GOAWAY frame", "Session Termination", "Flow Control Capsules").
#pragma once

#include <quoin/http3/websocket/utf8.hpp>
#include <quoin/http3/webtransport/session_capsule.hpp>
#include <quoin/http3/wire/datagram.hpp>

#include <string>
#include <vector>

namespace quoin::http3::webtransport {

/// Bytes of the longest message of WT_CLOSE_SESSION.
inline constexpr std::size_t most_close_message = 1024;

/// Finds them, however they are cut. Those about flow control are ignored where it was not agreed on, and unknown ones
/// anyway (RFC 9297 3.2).
class capsules {
 public:
  /// Calls `visit.on_drain()`, `visit.on_close(code, message)`, and, where `visit.has_limits()`,
  /// `visit.on_credit(capsule, value)`, which may fail.
  template <class Visitor>
  result<> read(byte_view bytes, Visitor&& visit) {
    while (!bytes.empty()) {
      if (closed_) return fail_stream(error_code::message_error, "something behind WT_CLOSE_SESSION");
      if (!frames_.in_payload()) {
        auto const header = frames_.read_header(bytes);
        if (!header) return {};
        QUOIN_TRY(begin(*header, visit));
        if (header->length > 0) continue;
      }
      auto const piece = frames_.payload_of(bytes);
      bytes = bytes.subspan(piece.size());
      frames_.took(piece.size());
      if (is_kept_) value_.insert(value_.end(), piece.begin(), piece.end());
      if (!frames_.in_payload()) QUOIN_TRY(finish_one(visit));
    }
    return {};
  }

  /// The stream has ended (RFC 9297 3.3).
  [[nodiscard]] result<> finish() const noexcept {
    if (!frames_.between_frames()) return fail_stream(error_code::message_error, "a capsule that is cut off");
    return {};
  }

 private:
  [[nodiscard]] bool is(session_capsule what) const noexcept {
    return frames_.current().type == static_cast<std::uint64_t>(what);
  }

  /// Judges a capsule by its header, so that nothing is kept that is too long.
  template <class Visitor>
  [[nodiscard]] result<> begin(frame_header const& header, Visitor& visit) {
    bool const about_credit = is_about_credit(static_cast<session_capsule>(header.type)) && visit.has_limits();
    is_kept_ = about_credit || is(session_capsule::close);
    value_.clear();
    if (about_credit && (header.length == 0 || header.length > 8))
      return fail_stream(error_code::message_error, "a capsule that is not one number long");
    if (is(session_capsule::max_stream_data) || is(session_capsule::stream_data_blocked))
      return fail_stream(error_code::message_error, "a capsule for streams that are QUIC's");
    if (is(session_capsule::close) && (header.length < 4 || header.length > 4 + most_close_message))
      return fail_stream(error_code::message_error,
                         "WT_CLOSE_SESSION with a message that is too long, or without a code");
    return {};
  }

  template <class Visitor>
  result<> finish_one(Visitor& visit) {
    if (is(session_capsule::drain)) visit.on_drain();
    if (!is_kept_) return {};
    byte_reader reader{value_};
    if (!is(session_capsule::close)) {
      auto const number = reader.varint();
      if (!number || !reader.empty()) return fail_stream(error_code::message_error, "a capsule that is no number");
      return visit.on_credit(static_cast<session_capsule>(frames_.current().type), *number);
    }
    auto const code = reader.u32().value_or(0);
    auto const message = reader.rest();
    websocket::utf8_checker text;
    if (!text.add(message) || !text.complete())
      return fail_stream(error_code::message_error, "WT_CLOSE_SESSION with a message that is not UTF-8");
    closed_ = true;
    visit.on_close(code, as_text(message));
    return {};
  }

  frame_reader frames_;
  std::vector<std::uint8_t> value_;  ///< of a capsule that is looked at whole
  bool is_kept_ = false;             ///< the one under way is
  bool closed_ = false;
};

/// As much of a message as may be sent, cut between characters.
constexpr std::string_view sendable_message(std::string_view message) noexcept {
  if (message.size() <= most_close_message) return message;
  auto length = most_close_message;
  while (length > 0 && (static_cast<unsigned char>(message[length]) & 0xc0) == 0x80) --length;
  return message.substr(0, length);
}

inline std::string close_capsule(std::uint32_t code, std::string_view message) {
  message = sendable_message(message);
  std::array<std::uint8_t, 16 + most_close_message> room{};
  byte_writer writer{room};
  write_capsule_header(writer, static_cast<capsule_type>(session_capsule::close), 4 + message.size());
  writer.u32(code);
  writer.bytes(as_bytes(message));
  return std::string{as_text(writer.written())};
}

inline std::string drain_capsule() {
  std::array<std::uint8_t, 16> room{};
  byte_writer writer{room};
  write_capsule_header(writer, static_cast<capsule_type>(session_capsule::drain), 0);
  return std::string{as_text(writer.written())};
}

}  // namespace quoin::http3::webtransport
