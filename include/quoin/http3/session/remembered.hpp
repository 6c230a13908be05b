// SPDX-License-Identifier: BSL-1.0
/// \file
/// A server's settings as its client remembers them for early data (RFC 9114 7.2.4.2).
#pragma once

#include <quoin/http3/session/critical.hpp>

#include <vector>

namespace quoin::http3 {

/// What is kept with a session, and read again by `read_settings`.
inline std::vector<std::uint8_t> encode_remembered(wire_settings const& theirs) {
  std::vector<std::uint8_t> room(128);
  byte_writer writer{room};
  write_settings_payload(writer, theirs);
  QUOIN_ASSERT(writer.ok());
  room.resize(writer.size());
  return room;
}

/// For a server's `session_settings::context` of TLS: early data is accepted only while HTTP/3's settings are what they
/// were when the client was told of them, so that none that it relies on is reduced (RFC 9114 7.2.4.2). `datagrams`:
/// whether the stack has them.
inline std::vector<std::uint8_t> early_data_context(session_settings const& ours, bool datagrams) {
  return encode_remembered(announced(ours, role::server, {datagrams, true}));
}

/// Whether what a server says now is what was assumed of it, or more.
inline result<> check_kept(wire_settings const& now, wire_settings const& assumed) {
  // RFC 9204 3.2.3: who has said a capacity keeps to it.
  if (assumed.qpack_max_table_capacity != 0 && now.qpack_max_table_capacity != assumed.qpack_max_table_capacity)
    return fail(error_code::qpack_decoder_stream_error, "another table capacity than early data relied on");
  bool const kept = now.max_field_section_size >= assumed.max_field_section_size &&
                    now.qpack_blocked_streams >= assumed.qpack_blocked_streams &&
                    (now.enable_connect_protocol || !assumed.enable_connect_protocol) &&
                    (now.h3_datagram || !assumed.h3_datagram) && (now.webtransport || !assumed.webtransport) &&
                    now.webtransport_max_data >= assumed.webtransport_max_data &&
                    now.webtransport_max_streams[0] >= assumed.webtransport_max_streams[0] &&
                    now.webtransport_max_streams[1] >= assumed.webtransport_max_streams[1];
  if (!kept) return fail(error_code::settings_error, "settings that are less than early data relied on");
  return {};
}

/// Methods that ask for nothing to be changed, so that they may be carried out twice (RFC 9110 9.2.1).
constexpr bool is_safe(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

}  // namespace quoin::http3
