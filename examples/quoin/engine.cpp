// SPDX-License-Identifier: BSL-1.0
#include "engine.hpp"

#include "failure.hpp"

#ifdef QUOIN_HAS_IPSEC_MB
#include <quoin/crypto/ipsec_mb/protection.hpp>
#endif

namespace tool {
namespace {

bool has_ipsec_mb() {
#if defined(QUOIN_HAS_IPSEC_MB) && defined(__x86_64__)
  return quoin::ipsec_mb_usable();
#else
  return false;
#endif
}

}  // namespace

engines make_engines(engine_settings const& settings) {
  if (settings.protection == backend::ipsec_mb && !has_ipsec_mb())
    throw failure("--backend ipsec-mb: this build or this processor cannot use it; take auto or botan");
  if (!settings.qlog_folder.empty()) return make_qlog_engines(settings);
  if (settings.protection == backend::botan) return make_botan_engines(settings);
  return make_default_engines(settings);
}

}  // namespace tool
