// SPDX-License-Identifier: BSL-1.0
/// \file
/// All bodies that are not templates, for the one translation unit that compiles them when QUOIN_SEPARATE_COMPILATION
/// is defined everywhere. The target quoin::split does it for you.
#pragma once

#ifndef QUOIN_SEPARATE_COMPILATION
#error "quoin/src.hpp is for builds that define QUOIN_SEPARATE_COMPILATION; without it the headers bring their bodies."
#endif

#include <quoin/io/address_text.ipp>

#ifdef QUOIN_HAS_BOTAN
#include <quoin/crypto/botan/aead.ipp>
#include <quoin/crypto/botan/block_cipher.ipp>
#include <quoin/crypto/botan/certificate.ipp>
#include <quoin/crypto/botan/config.ipp>
#include <quoin/crypto/botan/handshake.ipp>
#include <quoin/crypto/botan/kdf.ipp>
#endif

#ifdef QUOIN_HAS_LIBCRYPTO
#include <quoin/crypto/libcrypto/kdf.ipp>
#include <quoin/crypto/libcrypto/public_key.ipp>
#endif

#ifdef QUOIN_HAS_IPSEC_MB
#include <quoin/crypto/ipsec_mb/aead.ipp>
#include <quoin/crypto/ipsec_mb/kdf.ipp>
#endif
