// SPDX-License-Identifier: BSL-1.0
/// \file
/// The draft's words for our enumerations (draft-ietf-quic-qlog-quic-events).
#pragma once

#include <quoin/base/ascii.hpp>
#include <quoin/event/events.hpp>

#include <string>

namespace quoin::qlog {

/// `$PacketType`
constexpr std::string_view packet_type(event::packet_kind kind) noexcept {
  switch (kind) {
    case event::packet_kind::initial: return "initial";
    case event::packet_kind::zero_rtt: return "0RTT";
    case event::packet_kind::handshake: return "handshake";
    case event::packet_kind::retry: return "retry";
    case event::packet_kind::version_negotiation: return "version_negotiation";
    case event::packet_kind::one_rtt: return "1RTT";
    case event::packet_kind::stateless_reset: return "stateless_reset";
    case event::packet_kind::unknown: break;
  }
  return "unknown";
}

/// Whether packets of the kind carry a packet number.
constexpr bool is_numbered(event::packet_kind kind) noexcept {
  return kind == event::packet_kind::initial || kind == event::packet_kind::zero_rtt ||
         kind == event::packet_kind::handshake || kind == event::packet_kind::one_rtt;
}

/// The kind of most packets of a number space; 0-RTT packets cannot be told from 1-RTT ones by their space.
constexpr event::packet_kind kind_of(packet_space space) noexcept {
  if (space == packet_space::initial) return event::packet_kind::initial;
  return space == packet_space::handshake ? event::packet_kind::handshake : event::packet_kind::one_rtt;
}

/// The `trigger` of packet_dropped.
constexpr std::string_view drop_trigger(event::drop_reason reason) noexcept {
  switch (reason) {
    case event::drop_reason::malformed_header: return "invalid";
    case event::drop_reason::unknown_connection_id: return "connection_unknown";
    case event::drop_reason::unsupported_version: return "unsupported";
    case event::drop_reason::keys_unavailable: return "key_unavailable";
    case event::drop_reason::decryption_failure: return "decryption_failure";
    case event::drop_reason::duplicate: return "duplicate";
    case event::drop_reason::buffer_full: return "rejected";
    case event::drop_reason::unexpected: break;
  }
  return "general";
}

/// `MigrationState`; empty where the draft has no word.
constexpr std::string_view migration_state(event::path_step step) noexcept {
  switch (step) {
    case event::path_step::validating: return "probing_started";
    case event::path_step::validated: return "probing_successful";
    case event::path_step::failed: return "probing_abandoned";
    case event::path_step::used: return "migration_complete";
    case event::path_step::reached:
    case event::path_step::closed: break;
  }
  return {};
}

/// The `trigger` of connection_closed.
constexpr std::string_view close_trigger(event::connection_closed const& e) noexcept {
  switch (e.origin) {
    case event::close_origin::idle_timeout: return "idle_timeout";
    case event::close_origin::handshake_timeout: return "aborted";
    case event::close_origin::stateless_reset: return "stateless_reset";
    case event::close_origin::local:
    case event::close_origin::peer: break;
  }
  return e.application ? "application" : e.code == 0 ? "unspecified" : "error";
}

/// `$KeyType`. 0-RTT keys are always the client's.
inline std::string key_type(encryption_level level, role owner) {
  constexpr std::string_view names[]{"initial", "0rtt", "handshake", "1rtt"};
  bool const client = owner == role::client || level == encryption_level::early_data;
  return std::string{client ? "client_" : "server_"}.append(names[index_of(level) & 3]).append("_secret");
}

/// `$TransportError` or `CryptoError`; "unknown" for codes that the draft has no word for.
inline std::string transport_error_name(std::uint64_t code) {
  if (code >= 0x0100 && code <= 0x01ff) {
    auto name = std::string{"crypto_error_0x1"};
    name += "0123456789abcdef"[code >> 4 & 15];
    name += "0123456789abcdef"[code & 15];
    return name;
  }
  if (code > static_cast<std::uint64_t>(error_code::no_viable_path)) return "unknown";
  auto name = std::string{name_of(static_cast<error_code>(code))};
  make_lower(name);
  return name;
}

}  // namespace quoin::qlog
