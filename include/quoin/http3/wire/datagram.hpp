// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP datagrams in QUIC datagrams (RFC 9297 2.1), and capsules on streams (RFC 9297 3).
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/http3/wire/frame_reader.hpp>
#include <quoin/http3/wire/frames.hpp>

namespace quoin::http3 {

struct http_datagram {
  stream_id id;  ///< the request that it belongs to
  byte_view payload;
};

/// What a QUIC datagram carries; the view is into `bytes`.
constexpr result<http_datagram> read_datagram(byte_view bytes) noexcept {
  byte_reader reader{bytes};
  auto const quarter = reader.varint();
  if (!quarter) return fail(error_code::datagram_error, "a datagram without a Quarter Stream ID");
  if (*quarter >= stream_count_max) return fail(error_code::datagram_error, "a Quarter Stream ID above 2^60 - 1");
  return http_datagram{stream_id{*quarter * 4}, reader.rest()};
}

/// What comes before the payload of a datagram of the request `id`.
constexpr bool write_datagram_prefix(byte_writer& writer, stream_id id) noexcept {
  return writer.varint(id.value() / 4);
}

/// Capsule types (RFC 9297 5.4); others are skipped by whoever does not know them.
enum class capsule_type : std::uint64_t { datagram = 0x00 };

/// Finds the capsules in the bytes of a request's data stream, however DATA frames and packets cut it. The value of a
/// capsule is handed on as it comes, so that one nobody knows costs no memory; who keeps values has to cap them.
class capsule_reader {
 public:
  /// Calls `visit(type, piece, ends)` for each piece of a capsule's value; an empty capsule has one empty piece.
  template <class Visit>
  void read(byte_view bytes, Visit&& visit) {
    while (!bytes.empty()) {
      if (!reader_.in_payload()) {
        auto const header = reader_.read_header(bytes);
        if (!header) return;
        if (header->length == 0) visit(header->type, byte_view{}, true);
        continue;
      }
      auto const piece = reader_.payload_of(bytes);
      bytes = bytes.subspan(piece.size());
      reader_.took(piece.size());
      visit(reader_.current().type, piece, !reader_.in_payload());
    }
  }

  /// RFC 9297 3.3: where the stream ends otherwise, the message is malformed.
  [[nodiscard]] result<> finish() const noexcept {
    if (!reader_.between_frames()) return fail_stream(error_code::message_error, "a capsule that is cut off");
    return {};
  }

 private:
  frame_reader reader_;
};

constexpr bool write_capsule_header(byte_writer& writer, capsule_type type, std::uint64_t length) noexcept {
  return writer.varint(static_cast<std::uint64_t>(type)) && writer.varint(length);
}

}  // namespace quoin::http3
