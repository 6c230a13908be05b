// SPDX-License-Identifier: BSL-1.0
/// \file
/// Transport parameters as the fields of the draft's `QUICParametersSet`, decoded leniently: a log should show what was
/// sent, above all when it was wrong.
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/qlog/json.hpp>

#include <optional>

namespace quoin::qlog {

namespace detail {

enum class parameter_form : std::uint8_t { number, connection_id, flag };

struct parameter_name {
  std::uint64_t id;
  parameter_form form;
  char const* name;
};

/// RFC 9000 18.2, RFC 9221 3, RFC 9287 3, draft-ietf-quic-reliable-stream-reset 3. A stateless reset token and a
/// preferred address, which holds one, are secrets: their presence is logged as that of unknown parameters, their value
/// is not.
inline constexpr parameter_name parameter_names[]{
    {0x00, parameter_form::connection_id, "original_destination_connection_id"},
    {0x01, parameter_form::number, "max_idle_timeout"},
    {0x03, parameter_form::number, "max_udp_payload_size"},
    {0x04, parameter_form::number, "initial_max_data"},
    {0x05, parameter_form::number, "initial_max_stream_data_bidi_local"},
    {0x06, parameter_form::number, "initial_max_stream_data_bidi_remote"},
    {0x07, parameter_form::number, "initial_max_stream_data_uni"},
    {0x08, parameter_form::number, "initial_max_streams_bidi"},
    {0x09, parameter_form::number, "initial_max_streams_uni"},
    {0x0a, parameter_form::number, "ack_delay_exponent"},
    {0x0b, parameter_form::number, "max_ack_delay"},
    {0x0c, parameter_form::flag, "disable_active_migration"},
    {0x0e, parameter_form::number, "active_connection_id_limit"},
    {0x0f, parameter_form::connection_id, "initial_source_connection_id"},
    {0x10, parameter_form::connection_id, "retry_source_connection_id"},
    {0x1d, parameter_form::flag, "reset_stream_at"},
    {0x20, parameter_form::number, "max_datagram_frame_size"},
    {0x2ab2, parameter_form::flag, "grease_quic_bit"},
};

inline constexpr std::uint64_t stateless_reset_token_parameter = 0x02;
inline constexpr std::uint64_t preferred_address_parameter = 0x0d;
inline constexpr std::uint64_t ack_delay_exponent_parameter = 0x0a;
inline constexpr std::size_t unknown_parameters_max = 32;
inline constexpr std::size_t unknown_value_max = 64;

/// False when the value does not have the form that the parameter asks for.
inline bool describe_known(json& data, parameter_name const& known, byte_view value) {
  if (known.form == parameter_form::flag) {
    data[known.name] = true;
    return value.empty();
  }
  if (known.form == parameter_form::connection_id) {
    data[known.name] = hex(value.first(std::min(value.size(), unknown_value_max)));
    return true;
  }
  byte_reader reader{value};
  auto const number = reader.varint();
  if (!number || !reader.empty()) return false;
  data[known.name] = *number;
  return true;
}

inline void describe_unknown(json& data, std::uint64_t id, byte_view value) {
  auto& list = data["unknown_parameters"];
  if (list.size() >= unknown_parameters_max) return;
  json unknown;
  unknown["id"] = id;
  bool const secret = id == stateless_reset_token_parameter || id == preferred_address_parameter;
  if (!secret && value.size() <= unknown_value_max) unknown["value"] = hex(value);
  list.push_back(std::move(unknown));
}

}  // namespace detail

/// Puts the parameters into the data of their event. Returns the ack_delay_exponent when they hold one.
inline std::optional<std::uint64_t> describe_parameters(json& data, byte_view encoded) {
  std::optional<std::uint64_t> exponent;
  byte_reader reader{encoded};
  while (!reader.empty()) {
    auto const id = reader.varint();
    auto const value = id ? reader.varint_prefixed_bytes() : std::nullopt;
    if (!value) break;
    bool described = false;
    for (auto const& known : detail::parameter_names)
      if (known.id == *id) described = detail::describe_known(data, known, *value);
    if (!described) detail::describe_unknown(data, *id, *value);
    if (*id == detail::ack_delay_exponent_parameter) exponent = byte_reader{*value}.varint();
  }
  return exponent;
}

}  // namespace quoin::qlog
