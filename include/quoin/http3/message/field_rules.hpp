// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a single field line may look like (RFC 9114 4.2, 10.3; RFC 9110 5).
#pragma once

#include <quoin/qpack/field.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace quoin::http3 {

namespace detail {

/// By byte: 1 in tokens (RFC 9110 5.6.2), 2 in field values.
inline constexpr auto char_classes = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    bool const alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool const mark = c > 0x20 && c < 0x7f &&
                      std::string_view{"!#$%&'*+-.^_`|~"}.find(static_cast<char>(c)) != std::string_view::npos;
    bool const text = c == '\t' || (c >= 0x20 && c != 0x7f);
    classes[c] = static_cast<std::uint8_t>((alnum || mark ? 1 : 0) | (text ? 2 : 0));
  }
  return classes;
}();

constexpr bool all_of_class(std::string_view text, std::uint8_t wanted) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [wanted](char c) { return (char_classes[static_cast<std::uint8_t>(c)] & wanted) != 0; });
}

}  // namespace detail

constexpr bool is_token(std::string_view text) noexcept {
  return !text.empty() && detail::all_of_class(text, 1);
}

/// A token in lower case (RFC 9114 4.2).
constexpr bool is_field_name(std::string_view name) noexcept {
  return is_token(name) && std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// No control character but a tab, and no white space around it (RFC 9110 5.5, RFC 9114 10.3).
constexpr bool is_field_value(std::string_view value) noexcept {
  constexpr auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  if (!value.empty() && (is_space(value.front()) || is_space(value.back()))) return false;
  return detail::all_of_class(value, 2);
}

/// Fields about a connection of HTTP/1.1, which mean nothing here and hide requests from others (RFC 9114 4.2).
constexpr bool is_connection_specific(std::string_view name) noexcept {
  constexpr std::string_view names[] = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Why a line that is no pseudo-header field makes its message malformed; empty when it does not.
constexpr std::string_view problem_with(qpack::field const& line) noexcept {
  if (!is_field_name(line.name)) return "a field name that is none";
  if (!is_field_value(line.value)) return "a field value that is none";
  if (is_connection_specific(line.name)) return "a connection-specific field";
  if (line.name == "te" && line.value != "trailers") return "TE with more than trailers";
  return {};
}

}  // namespace quoin::http3
