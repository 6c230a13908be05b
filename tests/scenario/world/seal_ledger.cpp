// SPDX-License-Identifier: BSL-1.0
#include "seal_ledger.hpp"

#include <algorithm>

namespace quoin::scenario {
namespace {

thread_local seal_ledger* listening = nullptr;

}  // namespace

seal_ledger::seal_ledger() {
  listening = this;
}
seal_ledger::~seal_ledger() {
  listening = nullptr;
}
seal_ledger* seal_ledger::current() noexcept {
  return listening;
}

void seal_ledger::on_key(byte_view key) {
  std::array<std::uint8_t, 16> kept{};
  std::copy_n(key.begin(), std::min(key.size(), kept.size()), kept.begin());
  keys_.push_back(kept);
}

void seal_ledger::on_seal(std::uint64_t key, packet_number number, std::uint8_t first_byte) {
  auto& found = uses_[key];
  if (found.packets > 0 && number <= found.last) complain("INV-09 a nonce may come twice under a key", number);
  found.last = number;
  most_ = std::max(most_, ++found.packets);
  bool const is_long = (first_byte & 0x80) != 0;
  found.reserved_bits = found.reserved_bits || (first_byte & (is_long ? 0x0c : 0x18)) != 0;
  // Address tokens are sealed the same way, each under a key of its own, and have no header.
  if (found.reserved_bits && found.packets > 1) complain("INV-13 reserved bits are set", number);
}

void seal_ledger::complain(char const* sentence, packet_number number) {
  if (broken_.size() < 1000) broken_ += std::string{sentence} + " (" + std::to_string(number) + ")\n";
}

}  // namespace quoin::scenario
