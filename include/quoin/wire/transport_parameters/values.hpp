// SPDX-License-Identifier: BSL-1.0
/// \file
/// The vocabulary of transport parameters: the struct with its defaults and the numbers on the wire (RFC 9000 18.2).
#pragma once

#include <quoin/base/static_vector.hpp>
#include <quoin/core/address.hpp>
#include <quoin/core/connection_id.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/core/time.hpp>

namespace quoin::wire {

/// Another address at which a server would rather be talked to, and the connection ID for it, whose sequence number is
/// 1 (RFC 9000 9.6). A family that was not offered is `address_family::none`.
struct preferred_address {
  socket_address v4;
  socket_address v6;
  connection_id id;  ///< 1 to 20 bytes
  quoin::stateless_reset_token token{};

  constexpr bool operator==(preferred_address const&) const = default;
};

/// The version in use according to its sender, and what else it could have been (RFC 9368 3). A client lists what its
/// first flight is compatible with, best first; a server what every one of its deployment speaks. Reserved versions may
/// be among them.
struct version_information {
  quoin::version chosen = quoin::version::v1;
  static_vector<quoin::version, limits::available_versions> available;

  [[nodiscard]] constexpr bool lists(quoin::version v) const noexcept {
    return std::find(available.begin(), available.end(), v) != available.end();
  }
  constexpr bool operator==(version_information const&) const = default;
};

/// RFC 9000 18.2, with the values that hold for what was not sent. Also grease_quic_bit of RFC 9287 and
/// version_information of RFC 9368.
struct transport_parameters {
  std::optional<connection_id> original_destination_connection_id;  ///< server only
  std::optional<connection_id> initial_source_connection_id;
  std::optional<connection_id> retry_source_connection_id;            ///< server only
  std::optional<quoin::stateless_reset_token> stateless_reset_token;  ///< server only
  duration max_idle_timeout{0};                                       ///< 0: none
  std::uint64_t max_udp_payload_size = 65527;                         ///< at least 1200
  std::uint64_t initial_max_data = 0;
  std::uint64_t initial_max_stream_data_bidi_local = 0;   ///< on streams that the sender of the parameter opens
  std::uint64_t initial_max_stream_data_bidi_remote = 0;  ///< on streams that its receiver opens
  std::uint64_t initial_max_stream_data_uni = 0;
  std::uint64_t initial_max_streams_bidi = 0;              ///< at most 2^60
  std::uint64_t initial_max_streams_uni = 0;               ///< at most 2^60
  std::uint8_t ack_delay_exponent = 3;                     ///< at most 20
  duration max_ack_delay = std::chrono::milliseconds{25};  ///< below 2^14 ms
  bool disable_active_migration = false;
  std::optional<wire::preferred_address> preferred_address;  ///< server only
  std::uint64_t active_connection_id_limit = 2;              ///< at least 2
  std::optional<wire::version_information> version_information;
  bool grease_quic_bit = false;

  constexpr bool operator==(transport_parameters const&) const = default;
};

/// The parameters' numbers (RFC 9000 18.2, RFC 9287 3, RFC 9368 3).
enum class parameter_id : std::uint64_t {
  original_destination_connection_id = 0x00,
  max_idle_timeout = 0x01,
  stateless_reset_token = 0x02,
  max_udp_payload_size = 0x03,
  initial_max_data = 0x04,
  initial_max_stream_data_bidi_local = 0x05,
  initial_max_stream_data_bidi_remote = 0x06,
  initial_max_stream_data_uni = 0x07,
  initial_max_streams_bidi = 0x08,
  initial_max_streams_uni = 0x09,
  ack_delay_exponent = 0x0a,
  max_ack_delay = 0x0b,
  disable_active_migration = 0x0c,
  preferred_address = 0x0d,
  active_connection_id_limit = 0x0e,
  initial_source_connection_id = 0x0f,
  retry_source_connection_id = 0x10,
  version_information = 0x11,
  grease_quic_bit = 0x2ab2,
};

}  // namespace quoin::wire
