// SPDX-License-Identifier: BSL-1.0
/// \file
/// Decodes a peer's transport parameters and checks them (RFC 9000 7.4, 18.2).
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/core/error.hpp>
#include <quoin/core/stream_id.hpp>
#include <quoin/wire/transport_parameters/values.hpp>

namespace quoin::wire {

namespace detail {

constexpr unexpected<transport_error> bad_parameter(std::string_view reason) noexcept {
  return fail(error_code::transport_parameter_error, reason);
}

/// A place of its own for each known parameter in a set of 32; 32 for the unknown.
constexpr std::uint64_t parameter_place(std::uint64_t id) noexcept {
  if (id <= static_cast<std::uint64_t>(parameter_id::version_information)) return id;
  return id == static_cast<std::uint64_t>(parameter_id::grease_quic_bit) ? 31 : 32;
}

constexpr bool is_server_only(parameter_id id) noexcept {
  return id == parameter_id::original_destination_connection_id || id == parameter_id::preferred_address ||
         id == parameter_id::retry_source_connection_id || id == parameter_id::stateless_reset_token;
}

/// A value that is one variable-length integer and nothing else, from `least` to `most`.
constexpr result<std::uint64_t> read_number(byte_view value, std::uint64_t least, std::uint64_t most,
                                            std::string_view out_of_range) noexcept {
  byte_reader reader{value};
  auto const number = reader.varint();
  if (!number || !reader.empty()) return bad_parameter("transport parameter is not one integer");
  if (*number < least || *number > most) return bad_parameter(out_of_range);
  return *number;
}

template <class Integer>
constexpr result<> read_number_into(Integer& out, byte_view value, std::uint64_t least = 0,
                                    std::uint64_t most = varint_max, std::string_view out_of_range = {}) noexcept {
  auto const number = read_number(value, least, most, out_of_range);
  if (!number) return unexpected{number.error()};
  out = static_cast<Integer>(*number);
  return {};
}

/// Milliseconds; a peer may name more of them than a `duration` holds.
constexpr result<> read_milliseconds_into(duration& out, byte_view value, std::uint64_t most = varint_max,
                                          std::string_view out_of_range = {}) noexcept {
  std::uint64_t count = 0;
  QUOIN_TRY(read_number_into(count, value, 0, most, out_of_range));
  out = saturating_multiply(std::chrono::milliseconds{1}, count);
  return {};
}

constexpr result<> read_id_into(std::optional<connection_id>& out, byte_view value) noexcept {
  out = connection_id::from(value);
  if (!out) return bad_parameter("connection ID longer than 20 bytes in a transport parameter");
  return {};
}

constexpr result<> read_flag_into(bool& out, byte_view value) noexcept {
  if (!value.empty()) return bad_parameter("transport parameter without a value has one");
  out = true;
  return {};
}

constexpr result<> read_token_into(std::optional<stateless_reset_token>& out, byte_view value) noexcept {
  out.emplace();
  if (value.size() != out->size()) return bad_parameter("stateless_reset_token not of 16 bytes");
  std::copy_n(value.data(), value.size(), out->data());
  return {};
}

/// An address and port as they stand on the wire; all zeros mean that the family is not offered (RFC 9000 18.2).
template <std::size_t Size>
constexpr socket_address read_address(byte_view bytes, address_family family) noexcept {
  socket_address address;
  if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; })) return address;
  std::copy_n(bytes.data(), Size, address.ip.data());
  address.port = static_cast<std::uint16_t>(bytes[Size] << 8 | bytes[Size + 1]);
  address.family = family;
  return address;
}

constexpr result<> read_preferred_into(std::optional<preferred_address>& out, byte_view value) noexcept {
  byte_reader reader{value};
  auto const v4 = reader.bytes(4 + 2);
  auto const v6 = reader.bytes(16 + 2);
  auto const id_size = reader.u8();
  if (!v4 || !v6 || !id_size) return bad_parameter("preferred_address cut short");
  if (*id_size == 0 || *id_size > connection_id::max_size)
    return bad_parameter("preferred_address with a connection ID not of 1 to 20 bytes");
  auto const id = reader.bytes(*id_size);
  auto const token = reader.bytes(std::tuple_size_v<stateless_reset_token>);
  if (!id || !token || !reader.empty()) return bad_parameter("preferred_address of a wrong length");
  auto& preferred = out.emplace();
  preferred.v4 = read_address<4>(*v4, address_family::v4);
  preferred.v6 = read_address<16>(*v6, address_family::v6);
  preferred.id = *connection_id::from(*id);
  std::copy_n(token->data(), token->size(), preferred.token.data());
  return {};
}

/// RFC 9368 4: a zero is no version, and a client's choice is among what it lists. Of a list beyond the cap the first
/// are kept, and the choice, wherever it stands.
constexpr result<> read_versions_into(std::optional<version_information>& out, byte_view value, role sender) noexcept {
  if (value.size() < 4 || value.size() % 4 != 0)
    return bad_parameter("version_information is not a list of versions, at least one");
  auto& info = out.emplace();
  byte_reader reader{value};
  info.chosen = version{*reader.u32()};
  bool holds_zero = info.chosen == version::negotiation;
  bool lists_chosen = false;
  while (auto const number = reader.u32()) {
    auto const available = version{*number};
    holds_zero |= available == version::negotiation;
    lists_chosen |= available == info.chosen;
    auto const kept = info.available.try_push_back(available);
    if (!kept && available == info.chosen && !info.lists(available)) info.available.back() = available;
  }
  if (holds_zero) return bad_parameter("version_information with a version 0");
  if (sender == role::client && !lists_chosen)
    return bad_parameter("version_information of a client whose choice is not in its list");
  return {};
}

/// Takes in one parameter that is known. Its only caller does so half a dozen times a handshake; a call each would cost
/// a tenth more.
[[gnu::always_inline]] constexpr result<> read_parameter(transport_parameters& p, parameter_id id, byte_view value,
                                                         role sender) noexcept {
  switch (id) {
    case parameter_id::original_destination_connection_id:
      return read_id_into(p.original_destination_connection_id, value);
    case parameter_id::max_idle_timeout: return read_milliseconds_into(p.max_idle_timeout, value);
    case parameter_id::stateless_reset_token: return read_token_into(p.stateless_reset_token, value);
    case parameter_id::max_udp_payload_size:
      return read_number_into(p.max_udp_payload_size, value, 1200, varint_max, "max_udp_payload_size below 1200");
    case parameter_id::initial_max_data: return read_number_into(p.initial_max_data, value);
    case parameter_id::initial_max_stream_data_bidi_local:
      return read_number_into(p.initial_max_stream_data_bidi_local, value);
    case parameter_id::initial_max_stream_data_bidi_remote:
      return read_number_into(p.initial_max_stream_data_bidi_remote, value);
    case parameter_id::initial_max_stream_data_uni: return read_number_into(p.initial_max_stream_data_uni, value);
    case parameter_id::initial_max_streams_bidi:
      return read_number_into(p.initial_max_streams_bidi, value, 0, stream_count_max,
                              "initial_max_streams_bidi above 2^60");
    case parameter_id::initial_max_streams_uni:
      return read_number_into(p.initial_max_streams_uni, value, 0, stream_count_max,
                              "initial_max_streams_uni above 2^60");
    case parameter_id::ack_delay_exponent:
      return read_number_into(p.ack_delay_exponent, value, 0, 20, "ack_delay_exponent above 20");
    case parameter_id::max_ack_delay:
      return read_milliseconds_into(p.max_ack_delay, value, (1 << 14) - 1, "max_ack_delay of 2^14 ms or more");
    case parameter_id::disable_active_migration: return read_flag_into(p.disable_active_migration, value);
    case parameter_id::preferred_address: return read_preferred_into(p.preferred_address, value);
    case parameter_id::active_connection_id_limit:
      return read_number_into(p.active_connection_id_limit, value, 2, varint_max, "active_connection_id_limit below 2");
    case parameter_id::initial_source_connection_id: return read_id_into(p.initial_source_connection_id, value);
    case parameter_id::retry_source_connection_id: return read_id_into(p.retry_source_connection_id, value);
    case parameter_id::version_information: return read_versions_into(p.version_information, value, sender);
    case parameter_id::grease_quic_bit: return read_flag_into(p.grease_quic_bit, value);
  }
  return {};
}

/// Takes in all of them.
constexpr result<> read_parameters(transport_parameters& parameters, byte_view encoded, role sender) noexcept {
  std::uint32_t seen = 0;
  byte_reader reader{encoded};
  while (!reader.empty()) {
    auto const number = reader.varint();
    auto const value = reader.varint_prefixed_bytes();
    if (!number || !value) return bad_parameter("transport parameters cut short");
    auto const place = parameter_place(*number);
    if (place == 32) continue;
    auto const bit = std::uint32_t{1} << place;
    if ((seen & bit) != 0) return bad_parameter("transport parameter sent twice");
    seen |= bit;
    auto const id = static_cast<parameter_id>(*number);
    if (sender == role::client && is_server_only(id))
      return bad_parameter("client sent a transport parameter of servers");
    QUOIN_TRY(read_parameter(parameters, id, *value, sender));
  }
  // RFC 9000 18.2: who has no connection IDs cannot give one for another address
  if (parameters.preferred_address && parameters.initial_source_connection_id &&
      parameters.initial_source_connection_id->empty())
    return bad_parameter("preferred_address from a server without a connection ID");
  return {};
}

}  // namespace detail

/// Decodes what `sender` sent. TRANSPORT_PARAMETER_ERROR when the sequence is cut short, a known parameter comes twice,
/// has a value out of its range or was not the sender's to send (RFC 9000 7.4, 18.2); unknown ones are passed over.
/// Whether the connection IDs that must be there are, and are the right ones (RFC 9000 7.3), only the connection knows.
constexpr result<transport_parameters> read_transport_parameters(byte_view encoded, role sender) noexcept {
  // Read where they stay, for they are large.
  result<transport_parameters> parameters{transport_parameters{}};
  auto const outcome = detail::read_parameters(*parameters, encoded, sender);
  if (!outcome) parameters = unexpected{outcome.error()};
  return parameters;
}

}  // namespace quoin::wire
