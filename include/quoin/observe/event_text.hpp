// SPDX-License-Identifier: BSL-1.0
/// \file
/// One line of text for each event: what the recorder writes. The same event always gives the same bytes.
#pragma once

#include <quoin/event/events.hpp>
#include <quoin/observe/trace_line.hpp>

namespace quoin {

/// Short words for the values that events carry.
constexpr std::string_view name_of(event::packet_kind kind) noexcept {
  switch (kind) {
    case event::packet_kind::initial: return "initial";
    case event::packet_kind::zero_rtt: return "0rtt";
    case event::packet_kind::handshake: return "handshake";
    case event::packet_kind::retry: return "retry";
    case event::packet_kind::version_negotiation: return "version_negotiation";
    case event::packet_kind::one_rtt: return "1rtt";
    case event::packet_kind::stateless_reset: return "stateless_reset";
    case event::packet_kind::unknown: break;
  }
  return "unknown";
}

constexpr std::string_view name_of(event::drop_reason reason) noexcept {
  switch (reason) {
    case event::drop_reason::malformed_header: return "malformed_header";
    case event::drop_reason::unknown_connection_id: return "unknown_connection_id";
    case event::drop_reason::unsupported_version: return "unsupported_version";
    case event::drop_reason::keys_unavailable: return "keys_unavailable";
    case event::drop_reason::decryption_failure: return "decryption_failure";
    case event::drop_reason::duplicate: return "duplicate";
    case event::drop_reason::unexpected: return "unexpected";
    case event::drop_reason::buffer_full: break;
  }
  return "buffer_full";
}

constexpr std::string_view name_of(event::close_origin origin) noexcept {
  switch (origin) {
    case event::close_origin::local: return "local";
    case event::close_origin::peer: return "peer";
    case event::close_origin::idle_timeout: return "idle_timeout";
    case event::close_origin::stateless_reset: return "stateless_reset";
    case event::close_origin::handshake_timeout: break;
  }
  return "handshake_timeout";
}

namespace detail {

constexpr std::string_view mark_name(ecn mark) noexcept {
  constexpr std::string_view names[]{"not_ect", "ect1", "ect0", "ce"};
  return names[index_of(mark) & 3];
}

constexpr std::string_view space_name(packet_space space) noexcept {
  return space == packet_space::initial ? "initial" : space == packet_space::handshake ? "handshake" : "application";
}

constexpr std::string_view level_name(encryption_level level) noexcept {
  constexpr std::string_view names[]{"initial", "0rtt", "handshake", "1rtt"};
  return names[index_of(level) & 3];
}

}  // namespace detail

inline void append_line(std::string& text, event::connection_started const& e) {
  detail::trace_line line{text, e.now, "started"};
  line.word(e.self == role::client ? "client" : "server").hex(e.original_destination.view());
  line.hex(e.local.view()).hex(e.remote.view()).number(static_cast<std::uint32_t>(e.version), 16);
}

inline void append_line(std::string& text, event::parameters_set const& e) {
  detail::trace_line line{text, e.now, "parameters"};
  line.word(e.local ? "local" : e.remembered ? "remembered" : "remote").bytes("bytes", e.encoded);
}

inline void append_line(std::string& text, event::packet_sent const& e) {
  detail::trace_line line{text, e.now, "sent"};
  line.word(name_of(e.kind)).number(e.number).field("size", e.size).word(detail::mark_name(e.mark));
  line.bytes("frames", e.frames);
}

inline void append_line(std::string& text, event::packet_received const& e) {
  detail::trace_line line{text, e.now, "received"};
  line.word(name_of(e.kind)).number(e.number).field("size", e.size).word(detail::mark_name(e.mark));
  line.bytes("frames", e.frames);
}

inline void append_line(std::string& text, event::packet_dropped const& e) {
  detail::trace_line{text, e.now, "dropped"}.word(name_of(e.kind)).word(name_of(e.reason)).field("size", e.size);
}

inline void append_line(std::string& text, event::packet_lost const& e) {
  detail::trace_line line{text, e.now, "lost"};
  line.word(detail::space_name(e.space)).number(e.number).field("size", e.size);
  line.word(e.trigger == event::loss_trigger::packet_threshold ? "by_packets" : "by_time");
}

inline void append_line(std::string& text, event::metrics_updated const& e) {
  detail::trace_line line{text, e.now, "metrics"};
  line.time("latest", e.latest_rtt).time("min", e.min_rtt).time("smoothed", e.smoothed_rtt);
  line.time("variation", e.rtt_variation).field("window", e.congestion_window).field("flight", e.bytes_in_flight);
  line.field("pto", e.pto_count).field("rate", e.pacing_rate);
}

inline void append_line(std::string& text, event::key_updated const& e) {
  detail::trace_line line{text, e.now, e.discarded ? "keys_discarded" : "keys"};
  line.word(detail::level_name(e.level)).word(e.remote ? "remote" : "local").field("phase", e.phase);
}

inline void append_line(std::string& text, event::path_updated const& e) {
  constexpr std::string_view steps[]{"validating", "reached", "validated", "failed", "used", "closed"};
  detail::trace_line line{text, e.now, "path"};
  line.number(e.id).word(steps[index_of(e.step) % 6]).hex(e.path.local.ip).number(e.path.local.port);
  line.hex(e.path.remote.ip).number(e.path.remote.port);
}

inline void append_line(std::string& text, event::mtu_updated const& e) {
  detail::trace_line line{text, e.now, "mtu"};
  line.field("path", e.path).field("before", e.before).field("size", e.size).word(e.done ? "done" : "searching");
}

inline void append_line(std::string& text, event::connection_closed const& e) {
  detail::trace_line line{text, e.now, "closed"};
  line.word(name_of(e.origin)).word(e.application ? "application" : "transport").number(e.code, 16);
  line.field("frame", e.frame_type).bytes("reason", as_bytes(e.reason));
}

}  // namespace quoin
