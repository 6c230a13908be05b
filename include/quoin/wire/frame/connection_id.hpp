// SPDX-License-Identifier: BSL-1.0
/// \file
/// Frames that hand out and give back names and proofs: NEW_CONNECTION_ID, RETIRE_CONNECTION_ID and NEW_TOKEN
/// (RFC 9000 19.15, 19.16, 19.7).
#pragma once

#include <quoin/core/connection_id.hpp>
#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

struct new_connection_id_frame {
  std::uint64_t sequence = 0;
  std::uint64_t retire_prior_to = 0;  ///< at most `sequence`
  connection_id id;                   ///< 1 to 20 bytes
  stateless_reset_token token{};
};

struct retire_connection_id_frame {
  std::uint64_t sequence = 0;
};

/// Lets a client prove its address when it connects again.
struct new_token_frame {
  byte_view token;  ///< not empty
};

constexpr bool write(byte_writer& writer, new_connection_id_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return detail::write_numbers(out, frame_type::new_connection_id, frame.sequence, frame.retire_prior_to) &&
           out.u8(static_cast<std::uint8_t>(frame.id.size())) && out.bytes(frame.id.view()) && out.bytes(frame.token);
  });
}

constexpr bool write(byte_writer& writer, retire_connection_id_frame const& frame) noexcept {
  return detail::write_numbers(writer, frame_type::retire_connection_id, frame.sequence);
}

constexpr bool write(byte_writer& writer, new_token_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return detail::write_numbers(out, frame_type::new_token) && out.varint_prefixed_bytes(frame.token);
  });
}

/// RFC 9000 19.15: an ID of no bytes or of more than 20, or one that retires itself and later ones, is malformed.
constexpr result<> read(byte_reader& reader, new_connection_id_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.sequence, frame.retire_prior_to))
    return detail::malformed("NEW_CONNECTION_ID frame cut short");
  if (frame.retire_prior_to > frame.sequence)
    return detail::malformed("NEW_CONNECTION_ID retires its own connection ID");
  auto const size = reader.u8();
  if (!size) return detail::malformed("NEW_CONNECTION_ID frame cut short");
  if (*size == 0 || *size > connection_id::max_size)
    return detail::malformed("NEW_CONNECTION_ID with a connection ID not of 1 to 20 bytes");
  auto const id = reader.bytes(*size);
  if (!id || !detail::read_array(reader, frame.token)) return detail::malformed("NEW_CONNECTION_ID frame cut short");
  frame.id = *connection_id::from(*id);
  return {};
}

constexpr result<> read(byte_reader& reader, retire_connection_id_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.sequence)) return detail::malformed("RETIRE_CONNECTION_ID frame cut short");
  return {};
}

constexpr result<> read(byte_reader& reader, new_token_frame& frame) noexcept {
  auto const token = reader.varint_prefixed_bytes();
  if (!token) return detail::malformed("NEW_TOKEN frame cut short");
  // RFC 9000 19.7: a token of no bytes would read as no token at all
  if (token->empty()) return detail::malformed("NEW_TOKEN without a token");
  frame.token = *token;
  return {};
}

}  // namespace quoin::wire
