// SPDX-License-Identifier: BSL-1.0
/// \file
/// The SETTINGS frame (RFC 9114 7.2.4).
#pragma once

#include <quoin/base/static_vector.hpp>
#include <quoin/http3/wire/frames.hpp>

#include <array>
#include <limits>

namespace quoin::http3 {

/// What one end tells the other at the start; the defaults are those of settings that are not sent.
struct wire_settings {
  std::uint64_t max_field_section_size = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t qpack_max_table_capacity = 0;
  std::uint64_t qpack_blocked_streams = 0;
  bool enable_connect_protocol = false;
  bool h3_datagram = false;
  bool webtransport = false;                    ///< as its newest draft has it
  std::uint64_t webtransport_max_sessions = 0;  ///< as drafts 7 to 12 have it
  bool webtransport_draft02 = false;
  std::uint64_t webtransport_max_data = 0;                     ///< of each session in its newest draft, at first
  std::array<std::uint64_t, 2> webtransport_max_streams = {};  ///< the same, by direction

  /// draft-ietf-webtrans-http3, "Negotiating the Use of Flow Control": whether this end wants it.
  [[nodiscard]] constexpr bool limits_sessions() const noexcept {
    return webtransport_max_data != 0 || webtransport_max_streams[0] != 0 || webtransport_max_streams[1] != 0;
  }
  constexpr bool operator==(wire_settings const&) const = default;
};

/// The most settings in a frame, whether or not anybody knows them; more is H3_EXCESSIVE_LOAD (RFC 9114 10.5).
inline constexpr std::size_t most_settings = 128;

namespace detail {

constexpr result<> apply_flag(bool& flag, std::uint64_t value) noexcept {
  if (value > 1) return fail(error_code::settings_error, "a setting that is 0 or 1 has another value");
  flag = value == 1;
  return {};
}

constexpr result<> apply(wire_settings& read, std::uint64_t id, std::uint64_t value) noexcept {
  if (is_setting_of_http2(id)) return fail(error_code::settings_error, "a setting of HTTP/2");
  switch (static_cast<setting>(id)) {
    case setting::max_field_section_size: read.max_field_section_size = value; return {};
    case setting::qpack_max_table_capacity: read.qpack_max_table_capacity = value; return {};
    case setting::qpack_blocked_streams: read.qpack_blocked_streams = value; return {};
    case setting::webtransport_max_sessions: read.webtransport_max_sessions = value; return {};
    case setting::webtransport_draft02: read.webtransport_draft02 = value == 1; return {};
    case setting::webtransport_max_data: read.webtransport_max_data = value; return {};
    case setting::webtransport_max_bidi_streams: read.webtransport_max_streams[0] = value; return {};
    case setting::webtransport_max_uni_streams: read.webtransport_max_streams[1] = value; return {};
    case setting::enable_connect_protocol: return apply_flag(read.enable_connect_protocol, value);
    case setting::h3_datagram: return apply_flag(read.h3_datagram, value);
    case setting::webtransport_enabled: return apply_flag(read.webtransport, value);
  }
  return {};  // RFC 9114 7.2.4: what is not known is ignored
}

}  // namespace detail

/// Reads the payload of a SETTINGS frame, whole. An identifier that comes twice is refused, known or not.
constexpr result<wire_settings> read_settings(byte_view payload) noexcept {
  wire_settings read;
  static_vector<std::uint64_t, most_settings> seen;
  for (byte_reader reader{payload}; !reader.empty();) {
    auto const id = reader.varint();
    auto const value = reader.varint();
    if (!id || !value) return fail(error_code::frame_error, "SETTINGS that end inside a setting");
    if (std::find(seen.begin(), seen.end(), *id) != seen.end())
      return fail(error_code::settings_error, "a setting that comes twice");
    if (!seen.try_push_back(*id)) return fail(error_code::excessive_load, "too many settings");
    if (auto const applied = detail::apply(read, *id, *value); !applied) return unexpected{applied.error()};
  }
  return read;
}

/// The payload of a SETTINGS frame, without anything that has no meaning.
constexpr void write_settings_payload(byte_writer& payload, wire_settings const& ours) noexcept {
  auto const put = [&payload](setting id, std::uint64_t value) {
    payload.varint(static_cast<std::uint64_t>(id));
    payload.varint(value);
  };
  if (ours.max_field_section_size <= varint_max) put(setting::max_field_section_size, ours.max_field_section_size);
  put(setting::qpack_max_table_capacity, ours.qpack_max_table_capacity);
  put(setting::qpack_blocked_streams, ours.qpack_blocked_streams);
  if (ours.enable_connect_protocol) put(setting::enable_connect_protocol, 1);
  if (ours.h3_datagram) put(setting::h3_datagram, 1);
  if (ours.webtransport) put(setting::webtransport_enabled, 1);
  if (ours.webtransport_max_sessions > 0) put(setting::webtransport_max_sessions, ours.webtransport_max_sessions);
  if (ours.webtransport_draft02) put(setting::webtransport_draft02, 1);
  if (ours.webtransport_max_data > 0) put(setting::webtransport_max_data, ours.webtransport_max_data);
  auto const [bidi, uni] = ours.webtransport_max_streams;
  if (bidi > 0) put(setting::webtransport_max_bidi_streams, bidi);
  if (uni > 0) put(setting::webtransport_max_uni_streams, uni);
}

/// A whole SETTINGS frame; `grease` is the number of a setting without meaning (RFC 9114 7.2.4.1).
constexpr bool write_settings(byte_writer& writer, wire_settings const& ours, std::uint64_t grease) noexcept {
  std::array<std::uint8_t, 128> room{};
  byte_writer payload{room};
  write_settings_payload(payload, ours);
  payload.varint(grease);
  payload.varint(grease & 0x3f);
  return payload.ok() && write_frame_header(writer, frame_type::settings, payload.size()) &&
         writer.bytes(payload.written());
}

}  // namespace quoin::http3
