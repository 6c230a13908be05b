// SPDX-License-Identifier: BSL-1.0
/// \file
/// WT-Available-Protocols and WT-Protocol: a list of strings, and one of them, as structured fields
/// (draft-ietf-webtrans-http3, "Application Protocol Negotiation"; RFC 9651 4).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::http3::webtransport {

/// The most protocols of a list that are looked at; a longer one is ignored.
inline constexpr std::size_t most_protocols = 64;

namespace detail {

/// Goes through a structured field; what is left is what has not been understood.
struct field_cursor {
  std::string_view left;

  bool take(char wanted) noexcept {
    if (!left.starts_with(wanted)) return false;
    left.remove_prefix(1);
    return true;
  }
  void skip(std::string_view these) noexcept {
    left.remove_prefix(std::min(left.find_first_not_of(these), left.size()));
  }

  /// RFC 9651 4.2.5
  std::optional<std::string> string() {
    if (!take('"')) return std::nullopt;
    std::string value;
    while (!left.empty()) {
      auto const next = left.front();
      left.remove_prefix(1);
      if (next == '"') return value;
      if (next < 0x20 || next > 0x7e) return std::nullopt;
      if (next != '\\') {
        value += next;
        continue;
      }
      if (!left.starts_with('"') && !left.starts_with('\\')) return std::nullopt;
      value += left.front();
      left.remove_prefix(1);
    }
    return std::nullopt;
  }

  /// RFC 9651 4.2.3.2. None of them means anything, so that of their values only strings, which may hide what ends
  /// them, are looked into.
  bool skip_parameters() {
    while (take(';')) {
      skip(" ");
      auto const key = left.substr(0, left.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-.*"));
      if (key.empty() || std::string_view{"0123456789_-."}.find(key.front()) != std::string_view::npos) return false;
      left.remove_prefix(key.size());
      if (!take('=')) continue;
      if (left.starts_with('"')) {
        if (!string()) return false;
        continue;
      }
      auto const value = left.substr(0, left.find_first_of(";, \t\""));
      if (value.empty()) return false;
      left.remove_prefix(value.size());
    }
    return true;
  }

  std::optional<std::string> item() {
    auto value = string();
    return value && skip_parameters() ? value : std::nullopt;
  }
};

}  // namespace detail

/// The value of WT-Protocol; nothing where it is malformed, which is as if there were none.
inline std::optional<std::string> read_protocol(std::string_view value) {
  detail::field_cursor cursor{value};
  cursor.skip(" ");
  auto protocol = cursor.item();
  cursor.skip(" ");
  return cursor.left.empty() ? protocol : std::nullopt;
}

/// Those of WT-Available-Protocols, best first; none where it is malformed.
inline std::vector<std::string> read_protocols(std::string_view value) {
  detail::field_cursor cursor{value};
  std::vector<std::string> all;
  cursor.skip(" ");
  while (!cursor.left.empty()) {
    auto one = cursor.item();
    if (!one || all.size() == most_protocols) return {};
    all.push_back(std::move(*one));
    cursor.skip(" \t");
    if (cursor.left.empty()) break;
    if (!cursor.take(',')) return {};
    cursor.skip(" \t");
    if (cursor.left.empty()) return {};
  }
  return all;
}

inline std::string write_protocol(std::string_view name) {
  std::string out = "\"";
  for (auto const c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

/// Nothing for a name that such a string can hold (RFC 9651 3.3.3, 4.1.6); else a sentence.
inline std::optional<std::string> problem_with_protocol(std::string_view name) {
  auto const bad = std::find_if(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; });
  if (bad == name.end()) return std::nullopt;
  return "http3::webtransport: the protocol '" + std::string{name} + "' cannot be sent: its byte " +
         std::to_string(static_cast<unsigned char>(*bad)) +
         " is none of printable ASCII; use a name that is (RFC 9651 3.3.3)";
}

inline std::string write_protocols(std::vector<std::string> const& names) {
  std::string out;
  for (auto const& name : names) out.append(out.empty() ? "" : ", ").append(write_protocol(name));
  return out;
}

}  // namespace quoin::http3::webtransport
