// SPDX-License-Identifier: BSL-1.0
/// \file
/// The Priority field and the value of PRIORITY_UPDATE: a Dictionary of Structured Fields (RFC 9218 4, RFC 8941 3.2).
#pragma once

#include <quoin/policy/scheduler.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

namespace quoin::http3 {

namespace detail {

/// Walks over a Dictionary and tells of its members, whose values it understands as far as RFC 9218 needs them. What
/// is no Dictionary fails as a whole (RFC 8941 4.2).
class dictionary_reader {
 public:
  enum class kind : std::uint8_t { integer, boolean, other };
  struct member {
    std::string_view key;
    kind what = kind::other;
    std::int64_t number = 0;
  };

  explicit dictionary_reader(std::string_view text) noexcept : rest_(text) {}

  template <class Visit>
  bool read(Visit&& visit) {
    skip(" ");
    while (!rest_.empty()) {
      member one;
      if (!key(one.key) || !value_of(one) || !parameters()) return false;
      visit(one);
      skip(" \t");
      if (rest_.empty()) return true;
      if (!take(',')) return false;
      skip(" \t");
      if (rest_.empty()) return false;  // a comma promises another member
    }
    return true;
  }

 private:
  static constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
  static constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
  static constexpr bool is_alpha(char c) noexcept { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
  static constexpr bool is_key_char(char c) noexcept {
    return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
  }
  static bool is_token_char(char c) noexcept {
    return is_alpha(c) || is_digit(c) || std::string_view{"!#$%&'*+-.^_`|~:/"}.find(c) != std::string_view::npos;
  }

  [[nodiscard]] char front() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
  void drop() noexcept { rest_.remove_prefix(1); }
  bool take(char wanted) noexcept {
    if (rest_.empty() || rest_.front() != wanted) return false;
    drop();
    return true;
  }
  void skip(std::string_view any_of) noexcept {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(any_of), rest_.size()));
  }

  bool key(std::string_view& found) noexcept {
    if (!is_lower(front()) && front() != '*') return false;
    std::size_t size = 1;
    while (size < rest_.size() && is_key_char(rest_[size])) ++size;
    found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  bool value_of(member& one) noexcept {
    if (!take('=')) {
      one.what = kind::boolean;
      one.number = 1;
      return true;
    }
    return front() == '(' ? inner_list() : item(one);
  }

  bool inner_list() noexcept {
    drop();
    while (!rest_.empty()) {
      skip(" ");
      if (take(')')) return true;
      member ignored;
      if (!item(ignored) || !parameters()) return false;
      if (front() != ' ' && front() != ')') return false;
    }
    return false;
  }

  bool parameters() noexcept {
    while (take(';')) {
      skip(" ");
      std::string_view name;
      member ignored;
      if (!key(name) || (take('=') && !item(ignored))) return false;
    }
    return true;
  }

  bool item(member& one) noexcept {
    auto const first = front();
    if (first == '-' || is_digit(first)) return number(one);
    if (first == '"') return string();
    if (first == ':') return byte_sequence();
    if (first == '?') return boolean(one);
    if (first != '*' && !is_alpha(first)) return false;
    while (is_token_char(front())) drop();
    return true;
  }

  bool number(member& one) noexcept {
    bool const negative = take('-');
    if (!is_digit(front())) return false;
    int digits = 0;
    for (; is_digit(front()); drop()) {
      if (++digits > 15) return false;
      one.number = one.number * 10 + (front() - '0');
    }
    if (negative) one.number = -one.number;
    one.what = kind::integer;
    if (!take('.')) return true;
    one.what = kind::other;  // a Decimal
    int fraction = 0;
    for (; is_digit(front()); drop()) ++fraction;
    return fraction >= 1 && fraction <= 3 && digits <= 12;
  }

  bool string() noexcept {
    drop();
    while (!rest_.empty()) {
      auto const c = front();
      drop();
      if (c == '"') return true;
      if (c == '\\') {
        if (front() != '"' && front() != '\\') return false;
        drop();
      } else if (c < 0x20 || c > 0x7e) {
        return false;
      }
    }
    return false;
  }

  bool byte_sequence() noexcept {
    drop();
    while (is_alpha(front()) || is_digit(front()) || front() == '+' || front() == '/' || front() == '=') drop();
    return take(':');
  }

  bool boolean(member& one) noexcept {
    drop();
    if (front() != '0' && front() != '1') return false;
    one.what = kind::boolean;
    one.number = front() - '0';
    drop();
    return true;
  }

  std::string_view rest_;
};

}  // namespace detail

/// The priority that a field's value asks for, or nothing when it is no Dictionary. Parameters that are missing,
/// unknown, out of range or of another type leave what `base` says (RFC 9218 4, 8).
inline std::optional<stream_priority> read_priority(std::string_view value, stream_priority base = {}) {
  using kind = detail::dictionary_reader::kind;
  detail::dictionary_reader reader{value};
  auto asked = base;
  bool const whole = reader.read([&](auto const& one) {
    // A key that comes again counts with its last value (RFC 8941 3.2).
    if (one.key == "u")
      asked.urgency = one.what == kind::integer && one.number >= 0 && one.number <= 7
                          ? static_cast<std::uint8_t>(one.number)
                          : base.urgency;
    if (one.key == "i") asked.incremental = one.what == kind::boolean ? one.number == 1 : base.incremental;
  });
  if (!whole) return std::nullopt;
  return asked;
}

/// The shortest value that asks for `priority`; empty for the default.
constexpr std::string_view write_priority(stream_priority priority) noexcept {
  constexpr std::string_view all[8][2] = {{"u=0", "u=0, i"}, {"u=1", "u=1, i"}, {"u=2", "u=2, i"}, {"", "i"},
                                          {"u=4", "u=4, i"}, {"u=5", "u=5, i"}, {"u=6", "u=6, i"}, {"u=7", "u=7, i"}};
  return all[priority.urgency & 7][priority.incremental ? 1 : 0];
}

}  // namespace quoin::http3
