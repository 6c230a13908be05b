// SPDX-License-Identifier: BSL-1.0
/// \file
/// Frames about several paths at a time (draft-ietf-quic-multipath 4). A path ID says which path is meant.
#pragma once

#include <quoin/wire/frame/ack.hpp>
#include <quoin/wire/frame/connection_id.hpp>
#include <quoin/wire/frame_list.hpp>

namespace quoin::wire {

/// Path IDs go into the nonce of packet protection, which leaves them 32 bits (draft-ietf-quic-multipath 2.4).
inline constexpr std::uint64_t path_id_max = (std::uint64_t{1} << 32) - 1;

/// An ACK about the packet number space of one path.
struct path_ack_frame {
  static constexpr std::uint64_t first_type = 0x3e;
  static constexpr std::uint64_t last_type = 0x3f;  ///< with ECN counts
  static constexpr std::uint8_t rules = only_in_one_rtt | detail::not_eliciting;
  std::uint64_t path = 0;
  ack_frame ack;
};

struct path_abandon_frame {
  static constexpr std::uint64_t first_type = 0x3e75;
  static constexpr std::uint64_t last_type = first_type;
  static constexpr std::uint8_t rules = only_in_one_rtt | makes_work;
  std::uint64_t path = 0;
  std::uint64_t code = 0;
};

/// PATH_STATUS_BACKUP and PATH_STATUS_AVAILABLE, which share their sequence numbers.
struct path_status_frame {
  static constexpr std::uint64_t first_type = 0x3e76;  ///< backup
  static constexpr std::uint64_t last_type = 0x3e77;   ///< available
  static constexpr std::uint8_t rules = only_in_one_rtt | makes_work;
  std::uint64_t path = 0;
  std::uint64_t sequence = 0;
  bool available = true;
};

struct path_new_connection_id_frame {
  static constexpr std::uint64_t first_type = 0x3e78;
  static constexpr std::uint64_t last_type = first_type;
  static constexpr std::uint8_t rules = only_in_one_rtt | makes_work;
  std::uint64_t path = 0;
  new_connection_id_frame issued;
};

struct path_retire_connection_id_frame {
  static constexpr std::uint64_t first_type = 0x3e79;
  static constexpr std::uint64_t last_type = first_type;
  static constexpr std::uint8_t rules = only_in_one_rtt | makes_work;
  std::uint64_t path = 0;
  std::uint64_t sequence = 0;
};

struct max_path_id_frame {
  static constexpr std::uint64_t first_type = 0x3e7a;
  static constexpr std::uint64_t last_type = first_type;
  static constexpr std::uint8_t rules = only_in_one_rtt | makes_work;
  std::uint64_t maximum = 0;  ///< at most `path_id_max`
};

struct paths_blocked_frame {
  static constexpr std::uint64_t first_type = 0x3e7b;
  static constexpr std::uint64_t last_type = first_type;
  static constexpr std::uint8_t rules = only_in_one_rtt | makes_work;
  std::uint64_t maximum = 0;
};

struct path_cids_blocked_frame {
  static constexpr std::uint64_t first_type = 0x3e7c;
  static constexpr std::uint64_t last_type = first_type;
  static constexpr std::uint8_t rules = only_in_one_rtt | makes_work;
  std::uint64_t path = 0;
  std::uint64_t next_sequence = 0;
};

namespace detail {

/// A frame of a path that is its type, the path's ID and perhaps a number more.
template <std::same_as<std::uint64_t>... Number>
constexpr bool write_path_numbers(byte_writer& writer, std::uint64_t type, Number... numbers) noexcept {
  return write_numbers(writer, static_cast<frame_type>(type), numbers...);
}

/// Leaves out the byte at `at`.
constexpr void take_out_type(byte_writer& out, std::size_t at) noexcept {
  auto const fields = out.written().subspan(at);
  std::copy(fields.begin() + 1, fields.end(), fields.begin());
  out.rewind(out.size() - 1);
}

/// The fields of a frame without its type, which is one byte.
template <class Frame>
constexpr bool write_untyped(byte_writer& out, Frame const& frame) noexcept {
  auto const start = out.size();
  if (!write(out, frame)) return false;
  take_out_type(out, start);
  return true;
}

template <std::same_as<std::uint64_t>... Number>
constexpr result<> read_path_numbers(byte_reader& reader, std::string_view cut_short, Number&... numbers) noexcept {
  if (!read_numbers(reader, numbers...)) return malformed(cut_short);
  return {};
}

}  // namespace detail

constexpr bool write(byte_writer& writer, path_ack_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return out.varint(frame.ack.has_ecn ? path_ack_frame::last_type : path_ack_frame::first_type) &&
           out.varint(frame.path) && detail::write_untyped(out, frame.ack);
  });
}

/// As `write_ack`, for the packets of path `path`.
inline std::size_t write_path_ack(byte_writer& writer, std::uint64_t path, interval_set const& received,
                                  std::uint64_t raw_delay, ecn_counts const* ecn) noexcept {
  auto out = writer;
  if (!out.varint(ecn == nullptr ? path_ack_frame::first_type : path_ack_frame::last_type) || !out.varint(path))
    return 0;
  auto const start = out.size();
  auto const ranges = write_ack(out, received, raw_delay, ecn);
  if (ranges == 0) return 0;
  detail::take_out_type(out, start);
  writer = out;
  return ranges;
}

constexpr bool write(byte_writer& writer, path_abandon_frame const& frame) noexcept {
  return detail::write_path_numbers(writer, path_abandon_frame::first_type, frame.path, frame.code);
}

constexpr bool write(byte_writer& writer, path_status_frame const& frame) noexcept {
  return detail::write_path_numbers(writer,
                                    frame.available ? path_status_frame::last_type : path_status_frame::first_type,
                                    frame.path, frame.sequence);
}

constexpr bool write(byte_writer& writer, path_new_connection_id_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return out.varint(path_new_connection_id_frame::first_type) && out.varint(frame.path) &&
           detail::write_untyped(out, frame.issued);
  });
}

constexpr bool write(byte_writer& writer, path_retire_connection_id_frame const& frame) noexcept {
  return detail::write_path_numbers(writer, path_retire_connection_id_frame::first_type, frame.path, frame.sequence);
}

constexpr bool write(byte_writer& writer, max_path_id_frame const& frame) noexcept {
  return detail::write_path_numbers(writer, max_path_id_frame::first_type, frame.maximum);
}

constexpr bool write(byte_writer& writer, paths_blocked_frame const& frame) noexcept {
  return detail::write_path_numbers(writer, paths_blocked_frame::first_type, frame.maximum);
}

constexpr bool write(byte_writer& writer, path_cids_blocked_frame const& frame) noexcept {
  return detail::write_path_numbers(writer, path_cids_blocked_frame::first_type, frame.path, frame.next_sequence);
}

constexpr result<> read(byte_reader& reader, std::uint64_t type, path_ack_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.path)) return detail::malformed("PATH_ACK frame cut short");
  frame.ack.has_ecn = type == path_ack_frame::last_type;
  return read(reader, frame.ack);
}

constexpr result<> read(byte_reader& reader, std::uint64_t, path_abandon_frame& frame) noexcept {
  return detail::read_path_numbers(reader, "PATH_ABANDON frame cut short", frame.path, frame.code);
}

constexpr result<> read(byte_reader& reader, std::uint64_t type, path_status_frame& frame) noexcept {
  frame.available = type == path_status_frame::last_type;
  return detail::read_path_numbers(reader, "PATH_STATUS frame cut short", frame.path, frame.sequence);
}

constexpr result<> read(byte_reader& reader, std::uint64_t, path_new_connection_id_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.path)) return detail::malformed("PATH_NEW_CONNECTION_ID frame cut short");
  return read(reader, frame.issued);
}

constexpr result<> read(byte_reader& reader, std::uint64_t, path_retire_connection_id_frame& frame) noexcept {
  return detail::read_path_numbers(reader, "PATH_RETIRE_CONNECTION_ID frame cut short", frame.path, frame.sequence);
}

/// draft-ietf-quic-multipath 4.6: a larger maximum could not be used.
constexpr result<> read(byte_reader& reader, std::uint64_t, max_path_id_frame& frame) noexcept {
  QUOIN_TRY(detail::read_path_numbers(reader, "MAX_PATH_ID frame cut short", frame.maximum));
  if (frame.maximum > path_id_max) return fail(error_code::protocol_violation, "MAX_PATH_ID above 2^32-1");
  return {};
}

constexpr result<> read(byte_reader& reader, std::uint64_t, paths_blocked_frame& frame) noexcept {
  return detail::read_path_numbers(reader, "PATHS_BLOCKED frame cut short", frame.maximum);
}

constexpr result<> read(byte_reader& reader, std::uint64_t, path_cids_blocked_frame& frame) noexcept {
  return detail::read_path_numbers(reader, "PATH_CIDS_BLOCKED frame cut short", frame.path, frame.next_sequence);
}

using multipath_frames =
    frame_list<path_ack_frame, path_abandon_frame, path_status_frame, path_new_connection_id_frame,
               path_retire_connection_id_frame, max_path_id_frame, paths_blocked_frame, path_cids_blocked_frame>;

}  // namespace quoin::wire
