// SPDX-License-Identifier: BSL-1.0
/// \file
/// What an application may say about its HTTP/3 sessions, with defaults that suit most; all of them are limits.
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/core/time.hpp>
#include <quoin/qpack/decoder.hpp>
#include <quoin/qpack/encoder.hpp>

#include <optional>
#include <string>

namespace quoin::http3 {

/// What a server does with requests in early data, which may be copies that somebody recorded (RFC 8470 3).
enum class early_requests : std::uint8_t {
  wait,  ///< they are looked at when the handshake is complete, which proves that the client has just made them
  safe,  ///< those with a safe method go to the handler at once; others are answered with 425 (RFC 8470 5.2)
};

/// The largest window of a session: no more than can be granted, whatever was consumed before.
inline constexpr std::uint64_t most_session_window = std::uint64_t{1} << 60;

/// WebTransport (draft-ietf-webtrans-http3). What comes before its session is held within these caps.
struct webtransport_settings {
  /// Sessions on a connection at a time; 0: it is not spoken. There is only one in the newest draft if the peer does
  /// not limit what each may do. A server refuses more with H3_REQUEST_REJECTED.
  std::uint32_t sessions = 0;

  /// What the peer may do in each session, beside the limits of the connection: bytes on all of its streams that the
  /// application has not consumed, and streams of each direction that are open. It is said where there may be several
  /// sessions, or with `limits_the_only_one`, and holds where the peer limits us as well. Beyond, the session is given
  /// up with WT_FLOW_CONTROL_ERROR. A session that nobody reads keeps so much of the connection's window: all of them
  /// together should leave some.
  std::uint64_t session_window = 1024 * 1024;
  std::uint64_t session_bidi_streams = 100;
  std::uint64_t session_uni_streams = 100;
  bool limits_the_only_one = false;

  /// Streams that wait for their session; more are refused with WT_BUFFERED_STREAM_REJECTED. Their content waits in the
  /// connection, under its flow control.
  std::size_t held_streams = 16;

  /// Datagrams that wait for their session, and their bytes; more are dropped.
  std::size_t held_datagrams = 32;
  std::size_t held_bytes = 32 * 1024;
};

struct session_settings {
  /// The most that the fields of a message may take, unpacked, with 32 bytes for each (RFC 9114 4.2.2): a larger
  /// request is answered with 431, a larger response is abandoned.
  std::uint64_t max_field_section_size = 64 * 1024;

  /// The most fields of a message, whatever their size.
  std::size_t max_fields = 256;

  /// Bytes of field sections that have not come to their end, or cannot be understood yet, over all streams of a
  /// session. A request that would need more is refused with H3_EXCESSIVE_LOAD.
  std::size_t max_held_sections = 256 * 1024;

  /// Fields of all messages that are not over, unpacked as above: a short section may refer to a large entry of QPACK's
  /// table again and again, on each stream. A message that would need more is given up with H3_EXCESSIVE_LOAD.
  std::size_t max_held_fields = 2 * 1024 * 1024;

  /// QPACK: what we let the peer do with our memory, and what we spend on our side (RFC 9204 5).
  std::uint32_t qpack_table_capacity = 4096;
  std::uint32_t qpack_blocked_streams = 16;
  qpack::encoder_settings encoder{};

  /// Interim responses that a client takes for one request.
  std::size_t max_interim_responses = 5;

  /// Requests that may be open at once; the transport's limit on bidirectional streams, of which this must not be less.
  std::uint64_t request_streams = 100;

  /// Server: :protocol is understood, so that clients may use extended CONNECT (RFC 9220).
  bool extended_connect = false;

  /// Server: only where the handshake accepts early data at all; see `early_data_context`.
  early_requests early = early_requests::wait;

  /// Datagrams belong to requests (RFC 9297), where the transport has them.
  bool datagrams = true;

  /// Server: how long the head of a request may take, and how long nothing may move on a stream where we wait for the
  /// peer; then the stream is given up with H3_EXCESSIVE_LOAD. 0: for ever.
  duration head_timeout = std::chrono::seconds{10};
  duration stall_timeout = std::chrono::seconds{30};

  /// Client: how long PINGs keep a connection open on which responses are outstanding and nothing of them moves (RFC
  /// 9114 5.1); then the idle timeout may end it, so that a server that never answers is not waited for without end.
  /// 0: no PINGs at all.
  duration keep_alive = std::chrono::minutes{5};

  /// What a peer may do that makes work and leads to nothing (resets, malformed messages, frames and streams that
  /// nobody knows): so many at once, and so many more each second. Beyond, H3_EXCESSIVE_LOAD (RFC 9114 10.5).
  std::uint32_t nuisance_burst = 1000;
  std::uint32_t nuisance_rate = 33;

  /// Say meaningless things now and then, so that peers keep bearing them (RFC 9114 7.2.8).
  bool grease = true;

  webtransport_settings webtransport{};
};

/// RFC 9220; WebTransport's sessions begin with one.
constexpr bool takes_extended_connect(session_settings const& settings) noexcept {
  return settings.extended_connect || settings.webtransport.sessions > 0;
}

/// Nothing when the settings can be used; else a sentence that names the field, its value and the remedy.
inline std::optional<std::string> problem_with(session_settings const& settings) {
  auto const bad = [](char const* field, std::uint64_t value, char const* remedy) {
    return std::string{"session_settings::"} + field + " is " + std::to_string(value) + ": " + remedy;
  };
  if (settings.max_field_section_size < 1024 || settings.max_field_section_size > (1 << 24))
    return bad("max_field_section_size", settings.max_field_section_size, "use 1024 bytes to 16 MiB");
  if (settings.max_fields < 16) return bad("max_fields", settings.max_fields, "use at least 16");
  if (settings.max_held_sections < settings.max_field_section_size)
    return bad("max_held_sections", settings.max_held_sections, "use at least max_field_section_size");
  if (settings.max_held_fields < settings.max_field_section_size)
    return bad("max_held_fields", settings.max_held_fields, "use at least max_field_section_size");
  if (settings.qpack_table_capacity > (1 << 20))
    return bad("qpack_table_capacity", settings.qpack_table_capacity, "use at most 1 MiB");
  if (settings.qpack_blocked_streams > 1000)
    return bad("qpack_blocked_streams", settings.qpack_blocked_streams, "use at most 1000");
  if (settings.nuisance_burst == 0) return bad("nuisance_burst", 0, "use at least 1");
  if (settings.webtransport.sessions > 0 && !settings.datagrams)
    return bad("datagrams", 0, "use true, which WebTransport needs, or webtransport.sessions = 0");
  if (settings.webtransport.session_window < 1024 || settings.webtransport.session_window > most_session_window)
    return bad("webtransport.session_window", settings.webtransport.session_window, "use 1024 bytes to 2^60");
  for (auto const streams : {settings.webtransport.session_bidi_streams, settings.webtransport.session_uni_streams})
    if (streams > stream_count_max) return bad("webtransport's streams of a session", streams, "use at most 2^60");
  if (settings.webtransport.held_streams > 1000)
    return bad("webtransport.held_streams", settings.webtransport.held_streams, "use at most 1000");
  if (settings.webtransport.held_datagrams > 1000)
    return bad("webtransport.held_datagrams", settings.webtransport.held_datagrams, "use at most 1000");
  return std::nullopt;
}

/// The same for what the transport below allows the peer: a control stream and two for QPACK (RFC 9114 6.2).
inline std::optional<std::string> problem_with_streams(std::uint64_t uni_streams) {
  if (uni_streams >= 3) return std::nullopt;
  return "transport_settings::uni_streams is " + std::to_string(uni_streams) +
         ": use at least 3, which HTTP/3 needs (RFC 9114 6.2)";
}

}  // namespace quoin::http3
