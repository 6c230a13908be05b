// SPDX-License-Identifier: BSL-1.0
/// \file
/// Every packet that is sealed while it listens, whoever seals it: no nonce twice under a key, no reserved bits.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/core/types.hpp>
#include <quoin/policy/crypto.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace quoin::scenario {

/// Keeps the books of the packet keys of this thread from when it is made until it is gone; one at a time.
class seal_ledger {
 public:
  seal_ledger();
  ~seal_ledger();
  seal_ledger(seal_ledger const&) = delete;
  seal_ledger& operator=(seal_ledger const&) = delete;

  /// The one that listens; null when none does.
  static seal_ledger* current() noexcept;

  /// A packet is about to be sealed. Nonces are its key's IV and its number (RFC 9001 5.3), so that a number that does
  /// not rise under a key may be a nonce that was used.
  void on_seal(std::uint64_t key, packet_number number, std::uint8_t first_byte);
  /// A key was made from these bytes; what was made from them before is forgotten when `secrets` is asked for.
  void on_key(byte_view key);

  /// May change a packet before it is sealed, as somebody does who has the keys and no manners.
  std::function<void(packet_in_place const&)> tamper{};

  [[nodiscard]] std::string const& broken() const noexcept { return broken_; }
  /// The most packets that one key has sealed.
  [[nodiscard]] std::uint64_t most_sealed() const noexcept { return most_; }
  /// Every key that was made, for those who look for them where they should not be.
  [[nodiscard]] std::vector<std::array<std::uint8_t, 16>> const& keys() const noexcept { return keys_; }

 private:
  struct use {
    packet_number last = 0;
    std::uint64_t packets = 0;
    bool reserved_bits = false;
  };
  void complain(char const* sentence, packet_number number);

  std::map<std::uint64_t, use> uses_;
  std::vector<std::array<std::uint8_t, 16>> keys_;
  std::uint64_t most_ = 0;
  std::string broken_;
};

}  // namespace quoin::scenario
