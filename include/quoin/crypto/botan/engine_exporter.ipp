// SPDX-License-Identifier: BSL-1.0
/// \file
/// Keying material for applications (RFC 8446 7.5). Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/engine.ipp>

namespace quoin {

QUOIN_DECL bool botan_handshake::engine::export_keying_material(std::string_view label, byte_view context,
                                                                byte_span out) const {
  constexpr std::size_t longest_label = 255 - 6;  // behind "tls13 " (RFC 8446 7.1)
  if (!complete_ || exporter_secret_.empty() || label.size() > longest_label) return false;
  auto const suite = *facts_.suite;
  if (out.size() > 255 * hash_size(hash_of(suite))) return false;  // RFC 5869 2.3
  botan_detail::secret_bytes derived(hash_size(hash_of(suite)));
  botan_detail::expand_label(suite, exporter_secret_, label, botan_detail::transcript_hash(suite, {}), derived);
  botan_detail::expand_label(suite, derived, "exporter", botan_detail::transcript_hash(suite, context), out);
  return true;
}

}  // namespace quoin
