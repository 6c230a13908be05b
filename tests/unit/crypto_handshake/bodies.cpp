// SPDX-License-Identifier: BSL-1.0
// The one translation unit that sees Botan's headers and the library's bodies; the tests see neither.
#include <quoin/crypto/botan/aead.ipp>
#include <quoin/crypto/botan/certificate.ipp>
#include <quoin/crypto/botan/handshake.ipp>
#include <quoin/crypto/botan/kdf.ipp>
