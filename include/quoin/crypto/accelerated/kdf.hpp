// SPDX-License-Identifier: BSL-1.0
/// \file
/// `accelerated_kdf`: the fastest key derivation that this build has.
#pragma once

#ifdef QUOIN_HAS_LIBCRYPTO
#include <quoin/crypto/libcrypto/kdf.hpp>
#else
#include <quoin/crypto/botan/kdf.hpp>
#endif

namespace quoin {

#ifdef QUOIN_HAS_LIBCRYPTO
/// A handshake derives some forty keys at each end; libcrypto takes half as long for one as Botan.
using accelerated_kdf = libcrypto_kdf;
#else
using accelerated_kdf = botan_kdf;
#endif

static_assert(key_derivation<accelerated_kdf>);

}  // namespace quoin
