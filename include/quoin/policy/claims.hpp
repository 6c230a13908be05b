// SPDX-License-Identifier: BSL-1.0
/// \file
/// How a policy says that it can do more than its concept's minimum: a claimed ability makes its hooks mandatory, so a
/// misspelt hook cannot be ignored silently; one not claimed costs nothing.
#pragma once

#include <type_traits>

namespace quoin {

/// Gives an enumeration of single bits the operators of a set.
template <class Enum>
requires std::is_enum_v<Enum>
struct feature_set {
  std::underlying_type_t<Enum> bits{};

  constexpr feature_set() noexcept = default;
  constexpr feature_set(Enum one) noexcept : bits(static_cast<std::underlying_type_t<Enum>>(one)) {}
  constexpr feature_set operator|(feature_set other) const noexcept {
    feature_set both;
    both.bits = static_cast<std::underlying_type_t<Enum>>(bits | other.bits);
    return both;
  }
  [[nodiscard]] constexpr bool has(Enum one) const noexcept {
    return (bits & static_cast<std::underlying_type_t<Enum>>(one)) != 0;
  }
};

/// Whether policy `P` lists `Feature` in its `static constexpr feature_set<...> features`.
template <class P, auto Feature>
inline constexpr bool claims = [] {
  if constexpr (requires { P::features; })
    return P::features.has(Feature);
  else
    return false;
}();

}  // namespace quoin
