// SPDX-License-Identifier: BSL-1.0
/// \file
/// How much content a message has, by its Content-Length and by what came (RFC 9114 4.1.2, RFC 9110 8.6).
#pragma once

#include <quoin/http3/wire/error.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace quoin::http3 {

/// The number that a Content-Length stands for: digits, and if there are several values, the same.
constexpr std::optional<std::uint64_t> read_content_length(std::string_view value) noexcept {
  std::optional<std::uint64_t> agreed;
  while (true) {
    auto const comma = value.find(',');
    auto digits = value.substr(0, comma);
    while (!digits.empty() && (digits.front() == ' ' || digits.front() == '\t')) digits.remove_prefix(1);
    while (!digits.empty() && (digits.back() == ' ' || digits.back() == '\t')) digits.remove_suffix(1);
    if (digits.empty()) return std::nullopt;
    std::uint64_t number = 0;
    for (auto const c : digits) {
      if (c < '0' || c > '9') return std::nullopt;
      auto const digit = static_cast<std::uint64_t>(c - '0');
      if (number > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return std::nullopt;
      number = number * 10 + digit;
    }
    if (agreed && *agreed != number) return std::nullopt;
    agreed = number;
    if (comma == std::string_view::npos) return agreed;
    value.remove_prefix(comma + 1);
  }
}

/// Compares what was announced with what comes; a difference makes the message malformed, for whoever believes the one
/// may be talked into taking content for another message.
class content_meter {
 public:
  constexpr content_meter() noexcept = default;
  /// `none`: the message is defined to have no content, whatever it says of its length (RFC 9110 6.4.1).
  constexpr content_meter(std::optional<std::uint64_t> announced, bool none) noexcept
      : announced_(none ? std::optional<std::uint64_t>{0} : announced) {}

  /// A DATA frame of that length begins.
  constexpr result<> on_data(std::uint64_t length) noexcept {
    if (announced_ && length > *announced_ - received_)
      return fail_stream(error_code::message_error, "more content than announced");
    received_ = length > std::numeric_limits<std::uint64_t>::max() - received_
                    ? std::numeric_limits<std::uint64_t>::max()
                    : received_ + length;
    return {};
  }

  /// The stream ends, by whatever way.
  [[nodiscard]] constexpr result<> on_end() const noexcept {
    if (announced_ && received_ < *announced_)
      return fail_stream(error_code::message_error, "less content than announced");
    return {};
  }

  [[nodiscard]] constexpr std::optional<std::uint64_t> announced() const noexcept { return announced_; }
  [[nodiscard]] constexpr std::uint64_t received() const noexcept { return received_; }

 private:
  std::optional<std::uint64_t> announced_;
  std::uint64_t received_ = 0;
};

}  // namespace quoin::http3
