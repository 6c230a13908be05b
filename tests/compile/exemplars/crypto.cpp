// SPDX-License-Identifier: BSL-1.0
#include <quoin/crypto/null/crypto.hpp>

/// Packet protection that counts what it seals; the rest is that of the null twin. The halves know nothing of each
/// other, so one can be replaced without the other.
struct counting_protection : quoin::null_protection {
  class packet_key {
   public:
    packet_key(quoin::cipher_suite suite, quoin::byte_view key, quoin::byte_view iv) : inner_(suite, key, iv) {}

    void seal(std::span<quoin::packet_in_place> packets) noexcept {
      sealed_ += packets.size();
      inner_.seal(packets);
    }
    void open(std::span<quoin::packet_in_place> packets) noexcept { inner_.open(packets); }
    [[nodiscard]] std::size_t sealed() const noexcept { return sealed_; }

   private:
    quoin::null_protection::packet_key inner_;
    std::size_t sealed_ = 0;
  };
};

struct counting_crypto {
  using protection = counting_protection;
  using handshake = quoin::null_handshake;
};

static_assert(quoin::crypto_backend<counting_crypto>);
