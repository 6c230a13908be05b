// SPDX-License-Identifier: BSL-1.0
/// \file
/// Events as the draft's event data objects.
#pragma once

#include <quoin/core/limits.hpp>
#include <quoin/qlog/frame_json.hpp>
#include <quoin/qlog/parameters_json.hpp>

namespace quoin::qlog {

/// The draft's `TupleEndpointInfo`. IPv6 addresses are written in full, as in the draft's example.
inline json address_info(socket_address const& address) {
  json info = json::object();
  if (address.family == address_family::v4) {
    std::string text;
    for (std::size_t i = 0; i < 4; ++i) text.append(i == 0 ? "" : ".").append(std::to_string(address.ip[i]));
    info["ip_v4"] = text;
    info["port_v4"] = address.port;
  }
  if (address.family == address_family::v6) {
    std::string text;
    for (std::size_t i = 0; i < 16; i += 2)
      text.append(i == 0 ? "" : ":").append(hex(byte_view{address.ip}.subspan(i, 2)));
    info["ip_v6"] = text;
    info["port_v6"] = address.port;
  }
  return info;
}

inline json endpoint_info(socket_address const& address, connection_id const& id) {
  auto info = address_info(address);
  info["connection_ids"] = json::array({hex(id.view())});
  return info;
}

inline json packet_header(event::packet_kind kind, packet_number number) {
  json header;
  header["packet_type"] = packet_type(kind);
  if (is_numbered(kind)) header["packet_number"] = number;
  return header;
}

inline json describe(event::connection_started const& e) {
  json data;
  data["local"] = endpoint_info(e.path.local, e.local);
  data["remote"] = endpoint_info(e.path.remote, e.remote);
  return data;
}

/// packet_sent and packet_received, which have the same fields.
template <class Packet>
json describe_packet(Packet const& e, frame_options const& options) {
  json data;
  data["header"] = packet_header(e.kind, e.number);
  describe_frames(data, e.frames, e.kind, options);
  data["raw"]["length"] = e.size;
  return data;
}

inline json describe(event::packet_dropped const& e) {
  json data;
  data["header"]["packet_type"] = packet_type(e.kind);
  data["raw"]["length"] = e.size;
  data["trigger"] = drop_trigger(e.reason);
  return data;
}

inline json describe(event::packet_lost const& e) {
  json data;
  data["header"] = packet_header(kind_of(e.space), e.number);
  data["trigger"] = e.trigger == event::loss_trigger::packet_threshold ? "reordering_threshold" : "time_threshold";
  return data;
}

/// Rates are logged in bits.
inline std::uint64_t saturated_bits(byte_count bytes) noexcept {
  return std::min(bytes, ~std::uint64_t{0} / 8) * 8;
}

/// Only what differs from `before`; empty when nothing does.
inline json describe_changes(event::metrics_updated const& e, event::metrics_updated const& before) {
  json data = json::object();
  if (e.min_rtt != before.min_rtt) data["min_rtt"] = milliseconds(e.min_rtt);
  if (e.smoothed_rtt != before.smoothed_rtt) data["smoothed_rtt"] = milliseconds(e.smoothed_rtt);
  if (e.latest_rtt != before.latest_rtt) data["latest_rtt"] = milliseconds(e.latest_rtt);
  if (e.rtt_variation != before.rtt_variation) data["rtt_variance"] = milliseconds(e.rtt_variation);
  if (e.pto_count != before.pto_count) data["pto_count"] = std::min<std::uint32_t>(e.pto_count, 0xffff);
  if (e.congestion_window != before.congestion_window) data["congestion_window"] = e.congestion_window;
  if (e.bytes_in_flight != before.bytes_in_flight) data["bytes_in_flight"] = e.bytes_in_flight;
  if (e.pacing_rate != before.pacing_rate) data["pacing_rate"] = saturated_bits(e.pacing_rate);
  return data;
}

/// Whether it is a key update, by which the keys of both ends change (RFC 9001 6.1).
inline bool is_update(event::key_updated const& e) noexcept {
  return e.level == encryption_level::one_rtt && e.phase != 0 && !e.discarded;
}

/// key_updated and key_discarded, of the keys that `owner` seals with. Keys themselves are never logged.
inline json describe(event::key_updated const& e, role owner) {
  json data;
  data["key_type"] = key_type(e.level, owner);
  if (e.level == encryption_level::one_rtt) data["key_phase"] = e.phase;
  if (e.phase == 0) data["trigger"] = "tls";
  if (is_update(e)) data["trigger"] = e.remote ? "remote_update" : "local_update";
  return data;
}

/// Empty for steps that the draft has no word for.
inline json describe(event::path_updated const& e) {
  json data = json::object();
  auto const state = migration_state(e.step);
  if (state.empty()) return data;
  data["new"] = state;
  data["tuple_id"] = std::to_string(e.id);
  data["tuple_remote"] = address_info(e.path.remote);
  data["tuple_local"] = address_info(e.path.local);
  return data;
}

inline json describe(event::mtu_updated const& e) {
  json data;
  data["old"] = e.before;
  data["new"] = e.size;
  if (e.done) data["done"] = true;
  return data;
}

inline json describe(event::connection_closed const& e) {
  json data;
  bool const by_peer = e.origin == event::close_origin::peer || e.origin == event::close_origin::stateless_reset;
  data["initiator"] = by_peer ? "remote" : "local";
  auto const name = e.application ? std::string{"unknown"} : transport_error_name(e.code);
  data[e.application ? "application_error" : "connection_error"] = name;
  if (name == "unknown") data["error_code"] = e.code;
  if (!e.reason.empty()) data["reason"] = e.reason.substr(0, limits::close_reason);
  data["trigger"] = close_trigger(e);
  return data;
}

}  // namespace quoin::qlog
