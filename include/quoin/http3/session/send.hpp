// SPDX-License-Identifier: BSL-1.0
/// \file
/// Our message on a request stream: HEADERS, DATA, HEADERS (RFC 9114 4.1).
#pragma once

#include <quoin/http3/session/critical.hpp>
#include <quoin/http3/session/finish.hpp>

#include <span>

namespace quoin::http3 {

/// Why something cannot be sent.
enum class send_errc : std::uint8_t {
  unknown_exchange,   ///< it is over
  out_of_order,       ///< content before a head, or anything after the end
  malformed,          ///< fields that no peer may accept (RFC 9114 4.2, 4.3)
  too_large,          ///< fields that are more than the peer takes (RFC 9114 4.2.2)
  not_agreed,         ///< the peer does not know extended CONNECT, or takes no datagrams
  limit_reached,      ///< the peer allows no more requests now: `requests_available` tells when, or `settings`
  too_many_sessions,  ///< of WebTransport, on this connection
  going_away,         ///< no more requests on this connection (RFC 9114 5.2)
  connection_closed,
};

template <class T = void>
using send_result = basic_result<T, send_errc>;

constexpr std::string_view name_of(send_errc error) noexcept {
  switch (error) {
    case send_errc::unknown_exchange: return "the exchange is over";
    case send_errc::out_of_order: return "out of order";
    case send_errc::malformed: return "malformed fields";
    case send_errc::too_large: return "more fields than the peer takes";
    case send_errc::not_agreed: return "not agreed on with the peer";
    case send_errc::limit_reached: return "no more requests at a time";
    case send_errc::too_many_sessions: return "no more sessions on this connection";
    case send_errc::going_away: return "the connection is about to end";
    case send_errc::connection_closed: return "connection closed";
  }
  return "unknown send error";
}

/// Why QUIC opens no stream, in these words.
constexpr send_errc opening_error(stream_errc error) noexcept {
  bool const later = error == stream_errc::limit_reached || error == stream_errc::not_ready;
  return later ? send_errc::limit_reached : send_errc::connection_closed;
}

namespace detail {

/// A DATA frame is at most so long, so that what must be kept of one that was cut off by the transport is little.
inline constexpr std::size_t most_data = 16 * 1024;

/// Hands over what was kept; true when nothing is left.
template <transport T>
bool flush(T& on, exchange& one) {
  if (one.unsent.empty()) return true;
  auto const taken = hand_over(on, one.id, one.unsent);
  if (taken > 0) one.stalled_since = never;
  one.unsent.erase(one.unsent.begin(), one.unsent.begin() + static_cast<std::ptrdiff_t>(taken));
  if (!one.unsent.empty() && one.stalled_since == never) one.stalled_since = on.now();
  return one.unsent.empty();
}

template <transport T>
void put(T& on, exchange& one, byte_view bytes) {
  if (one.unsent.empty()) bytes = bytes.subspan(hand_over(on, one.id, bytes));
  if (bytes.empty()) return;
  one.unsent.insert(one.unsent.end(), bytes.begin(), bytes.end());
  if (one.stalled_since == never) one.stalled_since = on.now();
}

template <transport T>
void put_header(T& on, exchange& one, frame_type type, std::uint64_t length) {
  std::array<std::uint8_t, most_frame_header> room{};
  byte_writer writer{room};
  write_frame_header(writer, type, length);
  put(on, one, writer.written());
}

}  // namespace detail

/// A HEADERS frame. Fields were checked by the caller.
template <transport T>
send_result<> send_section(session_state& session, T& on, exchange& one, std::span<field const> fields) {
  // RFC 9114 7.2.4.2: what was remembered holds until the real ones come.
  if (auto const& known = session.peer_settings ? session.peer_settings : session.assumed) {
    std::uint64_t size = 0;
    for (auto const& line : fields) size += qpack::size_of(line.name, line.value);
    if (size > known->max_field_section_size) return unexpected{send_errc::too_large};
  }
  session.scratch.clear();
  session.encoder.encode(one.id.value(), fields, session.scratch);
  detail::flush_instructions(on, session.encoder_stream, session.encoder);
  detail::put_header(on, one, frame_type::headers, session.scratch.size());
  detail::put(on, one, session.scratch);
  return {};
}

/// As much of `bytes` as the transport and a small reserve take, in DATA frames.
template <transport T>
std::size_t send_data(T& on, exchange& one, byte_view bytes) {
  std::size_t taken = 0;
  if (!detail::flush(on, one)) bytes = bytes.first(0);
  while (taken < bytes.size() && one.unsent.empty()) {
    auto const chunk = bytes.subspan(taken, std::min(bytes.size() - taken, detail::most_data));
    detail::put_header(on, one, frame_type::data, chunk.size());
    detail::put(on, one, chunk);
    taken += chunk.size();
  }
  return taken;
}

/// Nothing follows; the end is sent behind what is kept.
template <transport T>
void finish_message(session_state& session, T& on, exchange& one) {
  one.sending = send_phase::finished;
  end_session(session, on, one);
  if (detail::flush(on, one))
    static_cast<void>(on.finish(one.id));
  else
    one.finish_when_sent = true;
}

}  // namespace quoin::http3
