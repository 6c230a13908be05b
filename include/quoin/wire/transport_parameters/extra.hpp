// SPDX-License-Identifier: BSL-1.0
/// \file
/// Transport parameters of extensions, one at a time: written behind the others, and found among them (RFC 9000 7.4.2).
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/wire/transport_parameters/read.hpp>

namespace quoin::wire {

/// A parameter whose value is one integer.
constexpr bool write_number_parameter(byte_writer& writer, std::uint64_t id, std::uint64_t value) noexcept {
  return writer.varint(id) && writer.varint(varint_size(value)) && writer.varint(value);
}

/// A parameter whose presence is all that it says.
constexpr bool write_flag_parameter(byte_writer& writer, std::uint64_t id) noexcept {
  return writer.varint(id) && writer.varint_prefixed_bytes({});
}

/// The value of the parameter `id` among those of a peer, which `read_transport_parameters` has passed over.
/// TRANSPORT_PARAMETER_ERROR when it is there twice (RFC 9000 7.4) or the sequence is cut short.
constexpr result<std::optional<byte_view>> find_parameter(byte_view encoded, std::uint64_t id) noexcept {
  std::optional<byte_view> found;
  byte_reader reader{encoded};
  while (!reader.empty()) {
    auto const number = reader.varint();
    auto const value = reader.varint_prefixed_bytes();
    if (!number || !value) return detail::bad_parameter("transport parameters cut short");
    if (*number != id) continue;
    if (found) return detail::bad_parameter("transport parameter sent twice");
    found = *value;
  }
  return found;
}

/// The same for a value that is one integer; nothing when it was not sent.
constexpr result<std::optional<std::uint64_t>> find_number_parameter(byte_view encoded, std::uint64_t id) noexcept {
  auto const value = find_parameter(encoded, id);
  if (!value) return unexpected{value.error()};
  if (!*value) return std::optional<std::uint64_t>{};
  auto const number = detail::read_number(**value, 0, varint_max, {});
  if (!number) return unexpected{number.error()};
  return std::optional{*number};
}

/// The same for a parameter without a value: whether it was sent.
constexpr result<bool> find_flag_parameter(byte_view encoded, std::uint64_t id) noexcept {
  auto const value = find_parameter(encoded, id);
  if (!value) return unexpected{value.error()};
  bool flag = false;
  if (*value) QUOIN_TRY(detail::read_flag_into(flag, **value));
  return flag;
}

}  // namespace quoin::wire
