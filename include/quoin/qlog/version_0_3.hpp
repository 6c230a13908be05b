// SPDX-License-Identifier: BSL-1.0
/// \file
/// The newest drafts' records in the words of qlog 0.3 (draft-ietf-quic-qlog-main-schema-03 and -quic-events-02), which
/// is what qvis and most other tools read.
#pragma once

#include <quoin/qlog/json.hpp>
#include <quoin/qlog/names.hpp>

#include <array>
#include <string_view>
#include <utility>

namespace quoin::qlog::version_0_3 {

using word = std::pair<std::string_view, std::string_view>;  ///< the drafts' and 0.3's

/// The word of 0.3, or the same one where both agree.
template <std::size_t Size>
constexpr std::string_view translated(std::array<word, Size> const& words, std::string_view text) noexcept {
  for (auto const& [from, to] : words)
    if (from == text) return to;
  return text;
}

/// 0.3 sorts events into categories. Migrations and datagram sizes are not among its events; readers pass over those.
constexpr std::string_view event_name(std::string_view name) noexcept {
  constexpr std::array<word, 13> names{{{"quic:packet_sent", "transport:packet_sent"},
                                        {"quic:packet_received", "transport:packet_received"},
                                        {"quic:packet_dropped", "transport:packet_dropped"},
                                        {"quic:parameters_set", "transport:parameters_set"},
                                        {"quic:parameters_restored", "transport:parameters_restored"},
                                        {"quic:packet_lost", "recovery:packet_lost"},
                                        {"quic:recovery_metrics_updated", "recovery:metrics_updated"},
                                        {"quic:key_updated", "security:key_updated"},
                                        {"quic:key_discarded", "security:key_retired"},
                                        {"quic:connection_started", "connectivity:connection_started"},
                                        {"quic:connection_closed", "connectivity:connection_closed"},
                                        {"quic:migration_state_updated", "connectivity:migration_state_updated"},
                                        {"quic:mtu_updated", "connectivity:mtu_updated"}}};
  return translated(names, name);
}

namespace detail {

inline void rename(json& object, char const* from, char const* to) {
  auto const found = object.find(from);
  if (found == object.end()) return;
  auto value = std::move(*found);
  object.erase(found);
  object[to] = std::move(value);
}

template <std::size_t Size>
void translate_trigger(json& data, std::array<word, Size> const& words) {
  if (data.contains("trigger")) data["trigger"] = translated(words, data["trigger"].get<std::string>());
}

inline void rewrite_endpoint(json& data, json const& endpoint, char const* ip, char const* port, char const* id) {
  bool const v4 = endpoint.contains("ip_v4");
  bool const v6 = endpoint.contains("ip_v6");
  data[ip] = v4 ? endpoint["ip_v4"] : v6 ? endpoint["ip_v6"] : json("");
  if (v4 || v6) data["ip_version"] = v4 ? "v4" : "v6";
  if (v4 || v6) data[port] = endpoint[v4 ? "port_v4" : "port_v6"];
  data[id] = endpoint["connection_ids"][0];
}

inline void rewrite_connection_started(json& data) {
  auto const before = std::exchange(data, json::object());
  data["protocol"] = "QUIC";
  rewrite_endpoint(data, before["local"], "src_ip", "src_port", "src_cid");
  rewrite_endpoint(data, before["remote"], "dst_ip", "dst_port", "dst_cid");
}

/// 0.3 has names for the codes up to CRYPTO_BUFFER_EXCEEDED; later ones are numbers.
inline json error_code(std::string const& name) {
  for (auto code = static_cast<std::uint64_t>(quoin::error_code::crypto_buffer_exceeded) + 1;
       code <= static_cast<std::uint64_t>(quoin::error_code::no_viable_path); ++code)
    if (transport_error_name(code) == name) return code;
  return name;
}

/// Joins the drafts' name of an error and its code, which they write for unknown names only, into one field.
inline void join_error(json& object, char const* name, char const* joined) {
  auto const found = object.find(name);
  if (found == object.end()) return;
  auto const text = found->get<std::string>();
  object.erase(found);
  auto const code = object.find("error_code");
  auto value = code != object.end() ? *code : error_code(text);
  if (code != object.end()) object.erase(code);
  object[joined] = std::move(value);
}

inline void rewrite_connection_closed(json& data) {
  constexpr std::array<word, 2> triggers{{{"unspecified", "clean"}, {"aborted", "handshake_timeout"}}};
  rename(data, "initiator", "owner");
  join_error(data, "connection_error", "connection_code");
  join_error(data, "application_error", "application_code");
  translate_trigger(data, triggers);
}

/// The keys themselves stay out of the log, though 0.3 asks for them.
inline void rewrite_key(json& data, bool is_new) {
  if (is_new) data["new"] = "";
  rename(data, "key_phase", "generation");
}

/// Sizes stand in the frame itself.
inline void lift_sizes(json& frame, std::string_view type) {
  auto const found = frame.find("raw");
  if (found == frame.end()) return;
  auto const size = (*found)["length"];
  frame.erase(found);
  frame["length"] = size;
  if (type == "padding") frame["payload_length"] = size;
}

inline void rewrite_token(json& token) {
  token["length"] = token["raw"]["length"];
  token.erase("raw");
}

inline void rewrite_frame(json& frame) {
  auto const type = frame["frame_type"].get<std::string>();
  lift_sizes(frame, type);
  if (frame.contains("error")) join_error(frame, "error", "error_code");
  if (type == "new_token") rewrite_token(frame["token"]);
  if (type == "stream" && !frame["fin"].get<bool>()) frame.erase("fin");  // 0.3 writes it only where it is true
  rename(frame, "frame_type_bytes", "raw_frame_type");
}

inline void rewrite_packet(json& data) {
  constexpr std::array<word, 6> drops{{{"invalid", "header_parse_error"},
                                       {"connection_unknown", "unknown_connection_id"},
                                       {"unsupported", "unsupported_version"},
                                       {"decryption_failure", "payload_decrypt_error"},
                                       {"rejected", "dos_prevention"},
                                       {"general", "unexpected_packet"}}};
  auto& header = data["header"];
  if (!header.contains("packet_number")) header["packet_number"] = 0;  // 0.3 asks for one in every header
  translate_trigger(data, drops);
  if (data.contains("frames"))
    for (auto& frame : data["frames"]) rewrite_frame(frame);
}

}  // namespace detail

/// Changes the data of the drafts' event `name` into those of 0.3.
inline void rewrite(std::string_view name, json& data) {
  if (name == "quic:connection_started") return detail::rewrite_connection_started(data);
  if (name == "quic:connection_closed") return detail::rewrite_connection_closed(data);
  if (name == "quic:parameters_set") return detail::rename(data, "initiator", "owner");
  if (name == "quic:key_updated" || name == "quic:key_discarded")
    return detail::rewrite_key(data, name == "quic:key_updated");
  if (data.contains("header")) detail::rewrite_packet(data);
}

/// The first record of a log.
inline json header(role self, std::string const& group) {
  json header;
  header["qlog_version"] = "0.3";
  header["qlog_format"] = "JSON-SEQ";
  header["title"] = "quoin";
  auto& trace = header["trace"];
  auto& common = trace["common_fields"];
  if (!group.empty()) common["group_id"] = group;
  common["protocol_type"] = json::array({"QUIC"});
  common["time_format"] = "relative";
  common["reference_time"] = 0.0;
  trace["vantage_point"]["type"] = self == role::client ? "client" : "server";
  return header;
}

}  // namespace quoin::qlog::version_0_3
