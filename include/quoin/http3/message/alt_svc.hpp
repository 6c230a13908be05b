// SPDX-License-Identifier: BSL-1.0
/// \file
/// Where else a site is to be had (RFC 7838): how a server of HTTP/1.1 tells its clients of HTTP/3 (RFC 9114 3.1.1).
#pragma once

#include <quoin/http3/message/field_rules.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::http3 {

/// One alternative service: a protocol at a host and port.
struct alternative_service {
  std::string protocol = "h3";  ///< as ALPN names it
  std::string host{};           ///< empty: that of the origin
  std::uint16_t port = 443;
  std::chrono::seconds max_age = std::chrono::hours{24};  ///< from when it was told (RFC 7838 3.1)
  bool persist = false;                                   ///< stays good when the client changes its network
  friend bool operator==(alternative_service const&, alternative_service const&) = default;
};

namespace detail {

/// Reads an Alt-Svc value from left to right; once something is wrong, `good` is false.
class alt_svc_reader {
 public:
  explicit alt_svc_reader(std::string_view text) noexcept : rest_(text) {}

  bool good = true;

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  void skip_spaces() noexcept {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }
  /// Takes `c` if it comes next, with spaces around it.
  bool take(char c) noexcept {
    skip_spaces();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    skip_spaces();
    return true;
  }
  std::string token() {
    std::size_t size = 0;
    while (size < rest_.size() && is_token(rest_.substr(size, 1))) ++size;
    if (size == 0) good = false;
    std::string out{rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return out;
  }
  std::string quoted() {
    std::string out;
    if (!rest_.starts_with('"')) good = false;
    for (std::size_t i = 1; good && i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return out;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) break;
      out += rest_[i];
    }
    good = false;
    return out;
  }
  std::string token_or_quoted() { return rest_.starts_with('"') ? quoted() : token(); }

 private:
  std::string_view rest_;
};

/// The protocol's name as a token: what has no place in one is escaped (RFC 7838 3).
inline std::string escaped_protocol(std::string_view name) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (auto const c : name) {
    if (is_token({&c, 1}) && c != '%') {
      text += c;
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    text += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return text;
}

inline std::optional<std::string> unescaped_protocol(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '%') {
      name += token[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= token.size()) return std::nullopt;
    auto const [end, problem] = std::from_chars(token.data() + i + 1, token.data() + i + 3, byte, 16);
    if (problem != std::errc{} || end != token.data() + i + 3) return std::nullopt;
    name += static_cast<char>(byte);
    i += 2;
  }
  return name;
}

inline bool read_authority(std::string_view text, alternative_service& out) {
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  out.host = text.substr(0, colon);
  auto const* const last = text.data() + text.size();
  auto const [end, problem] = std::from_chars(text.data() + colon + 1, last, out.port);
  return problem == std::errc{} && end == last && out.port != 0;
}

/// Parameters that nobody knows are left out (RFC 7838 3).
inline bool read_parameter(std::string_view name, std::string_view value, alternative_service& out) {
  if (name == "persist") out.persist = value == "1";
  if (name != "ma") return true;
  std::uint32_t seconds = 0;
  auto const* const last = value.data() + value.size();
  auto const [end, problem] = std::from_chars(value.data(), last, seconds);
  // What is more than anybody lives to see is as good as that (RFC 9111 1.2.2).
  if (problem == std::errc::result_out_of_range)
    seconds = UINT32_MAX / 2;
  else if (problem != std::errc{} || end != last)
    return false;
  out.max_age = std::chrono::seconds{seconds};
  return true;
}

}  // namespace detail

/// The value of an Alt-Svc field that names these, best first.
inline std::string alt_svc_value(std::span<alternative_service const> services) {
  std::string text;
  for (auto const& each : services) {
    if (!text.empty()) text += ", ";
    text += detail::escaped_protocol(each.protocol) + "=\"" + each.host + ":" + std::to_string(each.port) +
            "\"; ma=" + std::to_string(each.max_age.count());
    if (each.persist) text += "; persist=1";
  }
  return text;
}

/// So many alternatives are read; what follows is left out.
inline constexpr std::size_t most_alternatives = 16;

/// What an Alt-Svc field says: alternatives, best first, or an empty list for "clear", which makes all that were told
/// before invalid. Nothing when it cannot be read; a client takes no notice of the field then.
inline std::optional<std::vector<alternative_service>> parse_alt_svc(std::string_view value) {
  std::vector<alternative_service> services;
  detail::alt_svc_reader in{value};
  in.skip_spaces();
  if (value == "clear") return services;
  while (true) {
    while (in.take(',')) {
    }
    if (in.at_end()) break;
    alternative_service one;
    auto const protocol = detail::unescaped_protocol(in.token());
    in.good = in.good && protocol && in.take('=') && detail::read_authority(in.quoted(), one);
    while (in.good && in.take(';')) {
      auto const name = in.token();
      in.good = in.good && in.take('=');
      auto const text = in.token_or_quoted();
      in.good = in.good && detail::read_parameter(name, text, one);
    }
    in.skip_spaces();
    if (!in.good || !(in.at_end() || in.take(','))) return std::nullopt;
    one.protocol = *protocol;
    if (services.size() < most_alternatives) services.push_back(std::move(one));
  }
  if (services.empty()) return std::nullopt;
  return services;
}

}  // namespace quoin::http3
