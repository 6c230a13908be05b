// SPDX-License-Identifier: BSL-1.0
/// \file
/// The one table of functions that libipsec-mb makes for this processor. Only for this room's bodies.
#pragma once

// Else it defines names such as SHA1, which OpenSSL's headers use.
#ifndef NO_COMPAT_IMB_API_053
#define NO_COMPAT_IMB_API_053
#endif
#include <intel-ipsec-mb.h>

#include <cstdint>

namespace quoin::detail {

/// Made at first use and kept for good; nothing if libipsec-mb could not make it. Its direct functions keep no state
/// there, so all threads share it.
inline IMB_MGR* ipsec_mb_manager() noexcept {
  static IMB_MGR* const made = [] {
    auto* const manager = alloc_mb_mgr(0);
    if (manager != nullptr) init_mb_mgr_auto(manager, nullptr);
    return manager;
  }();
  return made;
}

inline bool ipsec_mb_has_aes() noexcept {
  constexpr std::uint64_t needed = IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ;
  auto const* const manager = ipsec_mb_manager();
  return manager != nullptr && (manager->features & needed) == needed;
}

}  // namespace quoin::detail
