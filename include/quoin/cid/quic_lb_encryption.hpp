// SPDX-License-Identifier: BSL-1.0
/// \file
/// How a server's ID and the nonce are encrypted (draft-ietf-quic-load-balancers 5.4.1, 5.4.2).
#pragma once

#include <quoin/cid/quic_lb_layout.hpp>

#include <concepts>
#include <memory>
#include <span>
#include <utility>

namespace quoin {

using cipher_block = std::span<std::uint8_t, 16>;
using quic_lb_key = std::array<std::uint8_t, 16>;

/// AES-128 on single blocks, in place. Several threads may use one object.
template <class C>
concept quic_lb_block_cipher = std::constructible_from<C, quic_lb_key const&> &&
    requires(C const& cipher, cipher_block block) {
  { cipher.encrypt(block) }
  noexcept->std::same_as<void>;
  { cipher.decrypt(block) }
  noexcept->std::same_as<void>;
};

/// One encryption when the block has exactly 16 bytes, else a Feistel network of four rounds over its two halves.
/// Copies share the cipher.
template <quic_lb_layout Layout, quic_lb_block_cipher Cipher>
class quic_lb_encryption {
 public:
  using key = quic_lb_key;

  quic_lb_encryption() = default;
  explicit quic_lb_encryption(key const& secret) : cipher_(std::make_shared<Cipher const>(secret)) {}

  /// `block` has the layout's block size.
  void hide(byte_span block) const noexcept {
    if constexpr (single_pass) {
      cipher_->encrypt(block.template first<16>());
    } else {
      auto [left, right] = split(block);
      for (std::uint8_t pass = 1; pass <= 4; pass += 2) {
        mix(right, left, pass);
        clear_first(right);
        mix(left, right, static_cast<std::uint8_t>(pass + 1));
        clear_last(left);
      }
      join(left, right, block);
    }
  }

  void reveal(byte_span block) const noexcept {
    if constexpr (single_pass) {
      cipher_->decrypt(block.template first<16>());
    } else {
      auto [left, right] = split(block);
      for (std::uint8_t pass = 4; pass >= 2; pass -= 2) {
        mix(left, right, pass);
        clear_last(left);
        // The last round only tells the end of a server ID that is longer than the nonce, or the nonce.
        if (pass == 2 && Layout.server_id_size <= Layout.nonce_size) break;
        mix(right, left, static_cast<std::uint8_t>(pass - 1));
        clear_first(right);
      }
      join(left, right, block);
    }
  }

 private:
  static constexpr bool single_pass = Layout.block_size() == 16;
  static constexpr std::size_t half_size = (Layout.block_size() + 1) / 2;
  static constexpr bool odd = Layout.block_size() % 2 == 1;
  using half = std::array<std::uint8_t, half_size>;

  // Of an odd number of bytes the middle one is shared: each half has four bits of it, and zeros beside them.
  static std::pair<half, half> split(byte_view block) noexcept {
    std::pair<half, half> halves{};
    std::copy_n(block.begin(), half_size, halves.first.begin());
    std::copy(block.end() - half_size, block.end(), halves.second.begin());
    clear_last(halves.first);
    clear_first(halves.second);
    return halves;
  }

  static void join(half const& left, half const& right, byte_span block) noexcept {
    std::copy(right.begin(), right.end(), block.end() - half_size);
    auto const shared = odd ? block[half_size - 1] : std::uint8_t{0};
    std::copy(left.begin(), left.end(), block.begin());
    block[half_size - 1] = static_cast<std::uint8_t>(block[half_size - 1] | shared);
  }

  static void clear_first(half& of) noexcept {
    if constexpr (odd) of.front() = static_cast<std::uint8_t>(of.front() & 0x0f);
  }
  static void clear_last(half& of) noexcept {
    if constexpr (odd) of.back() = static_cast<std::uint8_t>(of.back() & 0xf0);
  }

  /// One round: `to` is changed by what `from` is encrypted to. The number of the pass makes all inputs differ.
  void mix(half& to, half const& from, std::uint8_t pass) const noexcept {
    std::array<std::uint8_t, 16> expanded{};
    std::copy(from.begin(), from.end(), expanded.begin());
    expanded[14] = static_cast<std::uint8_t>(Layout.block_size());
    expanded[15] = pass;
    cipher_->encrypt(expanded);
    for (std::size_t i = 0; i < half_size; ++i) to[i] = static_cast<std::uint8_t>(to[i] ^ expanded[i]);
  }

  std::shared_ptr<Cipher const> cipher_;
};

}  // namespace quoin
