// SPDX-License-Identifier: BSL-1.0
/// \file
/// Text of protocols, which no locale has a say in.
#pragma once

#include <string>

namespace quoin {

/// Puts the letters A to Z of `text` into lower case; all other bytes stay.
inline void make_lower(std::string& text) noexcept {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

}  // namespace quoin
