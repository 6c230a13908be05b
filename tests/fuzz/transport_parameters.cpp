// SPDX-License-Identifier: BSL-1.0
// What a peer says of itself, after a byte that chooses who the peer is and how our own answer is greased: parameters
// that are read are written again and must be read as the same.
#include <quoin/wire/transport_parameters.hpp>

#include "require.hpp"

#include <array>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using fuzz::require;
  if (size == 0) return 0;
  auto const sender = (data[0] & 1) == 0 ? quoin::role::client : quoin::role::server;
  auto const read = quoin::wire::read_transport_parameters({data + 1, size - 1}, sender);
  if (!read) {
    require(read.error().code == quoin::error_code::transport_parameter_error, "the one error there is");
    require(!read.error().reason.empty(), "every refusal has a reason");
    return 0;
  }
  require(read->max_udp_payload_size >= 1200 && read->ack_delay_exponent <= 20, "values are in their ranges");
  require(read->active_connection_id_limit >= 2, "values are in their ranges");
  require(read->initial_max_streams_bidi <= quoin::stream_count_max, "values are in their ranges");
  require(read->initial_max_streams_uni <= quoin::stream_count_max, "values are in their ranges");

  std::array<std::uint8_t, 1024> room{};
  quoin::byte_writer writer{room};
  require(write(writer, *read, data[0] * 0x0123456789abcdefULL), "parameters that were read can be written");
  auto const again = quoin::wire::read_transport_parameters(writer.written(), sender);
  require(again.has_value(), "parameters that were written can be read");
  require(*again == *read, "parameters survive");
  return 0;
}
