// SPDX-License-Identifier: BSL-1.0
/// \file
/// What key updates must know of packet numbers, for connections with one sequence of them and for those with one for
/// each path (RFC 9001 6; draft-ietf-quic-multipath 2.4, 2.5).
#pragma once

#include <quoin/base/static_vector.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/policy/crypto.hpp>

#include <utility>

namespace quoin {

/// The packets of one number space that a key phase has seen.
struct phase_numbers {
  packet_number lowest_sealed = no_packet;
  packet_number lowest_opened = no_packet;
  packet_number highest_opened = no_packet;
};

/// A connection whose 1-RTT packets are numbered in one sequence.
class single_path_phases {
 public:
  static constexpr bool several = false;

  template <class K>
  using key_type = K;

  [[nodiscard]] phase_numbers& numbers() noexcept { return numbers_; }
  [[nodiscard]] phase_numbers const& numbers() const noexcept { return numbers_; }
  void begin_phase() noexcept { numbers_ = {}; }

  template <packet_sealer K>
  static K& key_for_path(K& key) noexcept {
    return key;
  }

 private:
  phase_numbers numbers_;
};

/// A connection with a packet number space for each path: path IDs go into the nonce, and the order of packets means
/// something only among those of one path.
class multipath_phases {
 public:
  static constexpr bool several = true;

  /// A key and the path ID that its IV has been combined with.
  template <multipath_sealer K>
  class key_type {
   public:
    key_type(K&& key) noexcept : key_(std::move(key)) {}  // NOLINT(google-explicit-constructor): it stands for the key

    /// draft-ietf-quic-multipath 2.4: the nonce is IV xor (path ID, packet number), and it does not matter to which of
    /// the two the path ID is applied first.
    K& on(std::uint32_t path) noexcept {
      if (path != path_) key_.combine_iv(std::exchange(path_, path) ^ path);
      return key_;
    }

   private:
    K key_;
    std::uint32_t path_ = 0;
  };

  /// What is sealed and opened from now on belongs to this path.
  void use_path(std::uint32_t path) noexcept {
    path_ = path;
    at_ = place_of(path);
  }
  [[nodiscard]] std::uint32_t path() const noexcept { return path_; }

  /// The path is gone; its ID is never used again.
  void forget_path(std::uint32_t path) noexcept {
    for (std::size_t i = 0; i < known_.size(); ++i)
      if (known_[i].path == path && path != path_) {
        known_.erase_at(i);
        break;
      }
    at_ = place_of(path_);
  }

  [[nodiscard]] phase_numbers& numbers() noexcept { return known_[at_].numbers; }
  [[nodiscard]] phase_numbers const& numbers() const noexcept { return known_[at_].numbers; }
  void begin_phase() noexcept {
    for (auto& each : known_) each.numbers = {};
  }

  template <multipath_sealer K>
  K& key_for_path(key_type<K>& key) const noexcept {
    return key.on(path_);
  }

 private:
  struct known_path {
    std::uint32_t path = 0;
    phase_numbers numbers;
  };

  std::size_t place_of(std::uint32_t path) noexcept {
    for (std::size_t i = 0; i < known_.size(); ++i)
      if (known_[i].path == path) return i;
    QUOIN_ASSERT(!known_.full());
    known_.push_back({path, {}});
    return known_.size() - 1;
  }

  static_vector<known_path, limits::multipath_paths + 1> known_;
  std::uint32_t path_ = 0;
  std::size_t at_ = place_of(0);
};

}  // namespace quoin
