// SPDX-License-Identifier: BSL-1.0
/// \file
/// The fields that every QPACK endpoint knows from the start (RFC 9204 3.1, appendix A).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace quoin::qpack {

/// A field line of the static table.
struct static_entry {
  std::string_view name;
  std::string_view value;
};

inline constexpr std::size_t static_table_size = 99;

inline constexpr std::array<static_entry, static_table_size> static_table{{
    {":authority", ""},
    {":path", "/"},
    {"age", "0"},
    {"content-disposition", ""},
    {"content-length", "0"},
    {"cookie", ""},
    {"date", ""},
    {"etag", ""},
    {"if-modified-since", ""},
    {"if-none-match", ""},
    {"last-modified", ""},
    {"link", ""},
    {"location", ""},
    {"referer", ""},
    {"set-cookie", ""},
    {":method", "CONNECT"},
    {":method", "DELETE"},
    {":method", "GET"},
    {":method", "HEAD"},
    {":method", "OPTIONS"},
    {":method", "POST"},
    {":method", "PUT"},
    {":scheme", "http"},
    {":scheme", "https"},
    {":status", "103"},
    {":status", "200"},
    {":status", "304"},
    {":status", "404"},
    {":status", "503"},
    {"accept", "*/*"},
    {"accept", "application/dns-message"},
    {"accept-encoding", "gzip, deflate, br"},
    {"accept-ranges", "bytes"},
    {"access-control-allow-headers", "cache-control"},
    {"access-control-allow-headers", "content-type"},
    {"access-control-allow-origin", "*"},
    {"cache-control", "max-age=0"},
    {"cache-control", "max-age=2592000"},
    {"cache-control", "max-age=604800"},
    {"cache-control", "no-cache"},
    {"cache-control", "no-store"},
    {"cache-control", "public, max-age=31536000"},
    {"content-encoding", "br"},
    {"content-encoding", "gzip"},
    {"content-type", "application/dns-message"},
    {"content-type", "application/javascript"},
    {"content-type", "application/json"},
    {"content-type", "application/x-www-form-urlencoded"},
    {"content-type", "image/gif"},
    {"content-type", "image/jpeg"},
    {"content-type", "image/png"},
    {"content-type", "text/css"},
    {"content-type", "text/html; charset=utf-8"},
    {"content-type", "text/plain"},
    {"content-type", "text/plain;charset=utf-8"},
    {"range", "bytes=0-"},
    {"strict-transport-security", "max-age=31536000"},
    {"strict-transport-security", "max-age=31536000; includesubdomains"},
    {"strict-transport-security", "max-age=31536000; includesubdomains; preload"},
    {"vary", "accept-encoding"},
    {"vary", "origin"},
    {"x-content-type-options", "nosniff"},
    {"x-xss-protection", "1; mode=block"},
    {":status", "100"},
    {":status", "204"},
    {":status", "206"},
    {":status", "302"},
    {":status", "400"},
    {":status", "403"},
    {":status", "421"},
    {":status", "425"},
    {":status", "500"},
    {"accept-language", ""},
    {"access-control-allow-credentials", "FALSE"},
    {"access-control-allow-credentials", "TRUE"},
    {"access-control-allow-headers", "*"},
    {"access-control-allow-methods", "get"},
    {"access-control-allow-methods", "get, post, options"},
    {"access-control-allow-methods", "options"},
    {"access-control-expose-headers", "content-length"},
    {"access-control-request-headers", "content-type"},
    {"access-control-request-method", "get"},
    {"access-control-request-method", "post"},
    {"alt-svc", "clear"},
    {"authorization", ""},
    {"content-security-policy", "script-src 'none'; object-src 'none'; base-uri 'none'"},
    {"early-data", "1"},
    {"expect-ct", ""},
    {"forwarded", ""},
    {"if-range", ""},
    {"origin", ""},
    {"purpose", "prefetch"},
    {"server", ""},
    {"timing-allow-origin", "*"},
    {"upgrade-insecure-requests", "1"},
    {"user-agent", ""},
    {"x-forwarded-for", ""},
    {"x-frame-options", "deny"},
    {"x-frame-options", "sameorigin"},
}};

/// The entry of an index from the wire; nothing when there is none.
constexpr std::optional<static_entry> static_entry_at(std::uint64_t index) noexcept {
  if (index >= static_table_size) return std::nullopt;
  return static_table[static_cast<std::size_t>(index)];
}

/// Where a field stands in the static table: an entry with its name, and perhaps with its value too.
struct static_match {
  std::uint8_t index = 0;
  bool value_matches = false;
};

namespace detail {

constexpr std::uint32_t static_name_hash(std::string_view name) noexcept {
  std::uint32_t hash = 2166136261U;
  for (char const c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return hash ^ hash >> 15;
}

/// Names to the first entry that has them, and entries to the next of the same name. The table is fixed and the search
/// ends at a free slot, so that no name from outside can make it long.
struct static_index {
  static constexpr std::uint8_t none = 0xff;
  std::array<std::uint8_t, 256> first{};
  std::array<std::uint8_t, static_table_size> next{};

  constexpr static_index() {
    first.fill(none);
    next.fill(none);
    for (std::size_t i = static_table_size; i-- > 0;) {
      auto& slot = first[slot_of(static_table[i].name)];
      next[i] = slot;
      slot = static_cast<std::uint8_t>(i);
    }
  }

  /// The slot of a name: its own, or the free one where it would stand.
  [[nodiscard]] constexpr std::size_t slot_of(std::string_view name) const noexcept {
    auto slot = static_name_hash(name) % first.size();
    while (first[slot] != none && static_table[first[slot]].name != name) slot = (slot + 1) % first.size();
    return slot;
  }
};

inline constexpr static_index static_lookup{};

}  // namespace detail

/// The best entry for a field: one with name and value if there is one, else the first with the name.
constexpr std::optional<static_match> find_static(std::string_view name, std::string_view value) noexcept {
  auto const first = detail::static_lookup.first[detail::static_lookup.slot_of(name)];
  if (first == detail::static_index::none) return std::nullopt;
  for (auto i = first; i != detail::static_index::none; i = detail::static_lookup.next[i])
    if (static_table[i].value == value) return static_match{i, true};
  return static_match{first, false};
}

}  // namespace quoin::qpack
