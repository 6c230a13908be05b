// SPDX-License-Identifier: BSL-1.0
/// \file
/// Our control stream and those of QPACK (RFC 9114 6.2.1, RFC 9204 4.2).
#pragma once

#include <quoin/http3/session/state.hpp>

namespace quoin::http3 {

namespace detail {

/// Hands `bytes` to the transport as far as it takes them; returns how many it did.
template <transport T>
std::size_t hand_over(T& on, stream_id id, byte_view bytes) {
  if (bytes.empty()) return 0;
  return on.write(id, bytes).value_or(std::size_t{0});
}

template <transport T>
void flush(T& on, critical_stream& stream) {
  if (!stream.id || stream.unsent.empty()) return;
  auto const taken = hand_over(on, *stream.id, stream.unsent);
  stream.unsent.erase(stream.unsent.begin(), stream.unsent.begin() + static_cast<std::ptrdiff_t>(taken));
}

/// Instructions of QPACK follow the stream's type.
template <transport T, class Half>
void flush_instructions(T& on, critical_stream& stream, Half& half) {
  flush(on, stream);
  if (stream.id && stream.unsent.empty()) half.sent(hand_over(on, *stream.id, half.pending()));
}

template <transport T>
bool open(T& on, critical_stream& stream, stream_type type) {
  if (stream.id) return true;
  auto const opened = on.open(stream_direction::unidirectional);
  if (!opened) return false;
  stream.id = *opened;
  // Small, and what everything else waits for (RFC 9218 9 leaves control data to us).
  static_cast<void>(on.prioritize(*opened, {0, false}));
  stream.unsent.insert(stream.unsent.begin(), static_cast<std::uint8_t>(type));
  flush(on, stream);
  return true;
}

}  // namespace detail

/// Sends what waits on our critical streams, as far as the transport takes it.
template <transport T>
void flush_critical(session_state& session, T& on) {
  detail::flush(on, session.control);
  detail::flush_instructions(on, session.encoder_stream, session.encoder);
  detail::flush_instructions(on, session.decoder_stream, session.decoder);
}

/// Opens those that are not open yet, the control stream first.
template <transport T>
void open_critical(session_state& session, T& on) {
  if (!detail::open(on, session.control, stream_type::control)) return;
  if (!detail::open(on, session.encoder_stream, stream_type::qpack_encoder)) return;
  static_cast<void>(detail::open(on, session.decoder_stream, stream_type::qpack_decoder));
}

/// Appends a frame to the control stream. The most that we say there is little, so that nothing caps it but the
/// callers' own caps: settings once, two GOAWAYs, and a bounded number of PRIORITY_UPDATEs.
template <transport T, class Write>
void say_on_control(session_state& session, T& on, Write&& write) {
  std::array<std::uint8_t, 192> room{};
  byte_writer writer{room};
  write(writer);
  QUOIN_ASSERT(writer.ok());
  session.control.unsent.insert(session.control.unsent.end(), writer.written().begin(), writer.written().end());
  detail::flush(on, session.control);
}

/// What we tell the peer of ourselves (RFC 9114 7.2.4.2).
inline wire_settings announced(session_settings const& ours, role self, transport_abilities below) {
  wire_settings said{ours.max_field_section_size, ours.qpack_table_capacity, ours.qpack_blocked_streams,
                     self == role::server && takes_extended_connect(ours), ours.datagrams && below.datagrams};
  auto const sessions = said.h3_datagram ? ours.webtransport.sessions : 0;
  // The newest draft relies on RESET_STREAM_AT, and on limits for each session where several share a connection; those
  // before it want neither.
  said.webtransport = sessions > 0 && below.partial_resets;
  if (said.webtransport && (sessions > 1 || ours.webtransport.limits_the_only_one)) {
    said.webtransport_max_data = ours.webtransport.session_window;
    said.webtransport_max_streams = {ours.webtransport.session_bidi_streams, ours.webtransport.session_uni_streams};
  }
  said.webtransport_max_sessions = sessions;
  said.webtransport_draft02 = sessions > 0;
  return said;
}

/// RFC 9114 3.2, 6.2.1: SETTINGS come first, as soon as there is a stream for them. In early data it is not known yet
/// what the peer can do; whether both can is asked again before anything comes of it.
template <transport T>
void start(session_state& session, T& on) {
  if (session.started || !detail::open(on, session.control, stream_type::control)) return;
  session.started = true;
  say_on_control(session, on, [&](byte_writer& writer) {
    auto const grease = static_cast<std::uint32_t>(on.now().time_since_epoch().count() & 0xffff);
    // A setting in any case, for reserved ones are to be sent if possible (RFC 9114 7.2.4.1).
    transport_abilities const both{on.max_datagram() > 0, on.has_reset_at()};
    session.said = announced(session.settings, session.self, session.early ? on.abilities() : both);
    write_settings(writer, session.said, reserved_number(grease));
    if (session.settings.grease) write_frame_header(writer, static_cast<frame_type>(reserved_number(grease)), 0);
  });
  open_critical(session, on);
  flush_critical(session, on);
}

}  // namespace quoin::http3
