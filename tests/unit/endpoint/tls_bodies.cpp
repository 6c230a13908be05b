// SPDX-License-Identifier: BSL-1.0
// The one translation unit that sees Botan's headers and the library's bodies.
#include <quoin/crypto/botan/aead.ipp>
#include <quoin/crypto/botan/certificate.ipp>
#include <quoin/crypto/botan/handshake.ipp>
#include <quoin/crypto/botan/kdf.ipp>
#include <quoin/io/address_text.ipp>
