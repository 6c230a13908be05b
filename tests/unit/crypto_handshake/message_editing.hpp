// SPDX-License-Identifier: BSL-1.0
/// \file
/// Changes single extensions of TLS hellos, for tests that need messages a proper peer would not send.
#pragma once

#include "../../conformance/handshake_pair.hpp"

#include <catch2/catch_test_macros.hpp>

namespace quoin::testing {

/// Where the extensions of a ClientHello, ServerHello or EncryptedExtensions begin, at their length.
inline std::size_t extensions_at(byte_vector const& message) {
  std::size_t at = 4;
  if (message[0] == 8) return at;
  at += 2 + 32;
  at += 1U + message[at];
  if (message[0] == 1) {
    at += 2U + 256U * message[at] + message[at + 1];
    return at + 1U + message[at];
  }
  return at + 3;
}

/// Puts `list` in the place of all extensions, and makes every length fit.
inline void set_extensions(byte_vector& message, byte_vector const& list) {
  auto const at = extensions_at(message);
  byte_vector body{message.begin() + 4, message.begin() + static_cast<std::ptrdiff_t>(at)};
  body.push_back(static_cast<std::uint8_t>(list.size() >> 8));
  body.push_back(static_cast<std::uint8_t>(list.size()));
  body.insert(body.end(), list.begin(), list.end());
  message = make_message(message[0], body);
}

/// One extension with its type and length.
inline byte_vector make_extension(std::uint16_t type, byte_vector const& value) {
  byte_vector whole{static_cast<std::uint8_t>(type >> 8), static_cast<std::uint8_t>(type),
                    static_cast<std::uint8_t>(value.size() >> 8), static_cast<std::uint8_t>(value.size())};
  whole.insert(whole.end(), value.begin(), value.end());
  return whole;
}

/// Replaces one extension, which must be there, by `substitute`, which may be nothing.
inline void replace_extension(byte_vector& message, std::uint16_t type, byte_vector const& substitute) {
  byte_vector list;
  auto found = false;
  for (auto at = extensions_at(message) + 2; at + 4 <= message.size();) {
    auto const size = 4U + 256U * message[at + 2] + message[at + 3];
    auto const wanted = 256U * message[at] + message[at + 1] == type;
    found = found || wanted;
    auto const begin = message.begin() + static_cast<std::ptrdiff_t>(at);
    if (wanted)
      list.insert(list.end(), substitute.begin(), substitute.end());
    else
      list.insert(list.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
    at += size;
  }
  REQUIRE(found);
  set_extensions(message, list);
}

}  // namespace quoin::testing
