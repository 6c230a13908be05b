// SPDX-License-Identifier: BSL-1.0
/// \file
/// Certificate chains that were verified a while ago and need not be verified again.
#pragma once

#include <quoin/crypto/peer_certificate.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace quoin {

/// A bounded memory of chains that passed every check, so that a client that meets the same server again need not
/// repeat the public-key operations of its chain. It remembers verdicts about one set of authorities and revocation
/// lists only, and has to be thrown away with them. What it cannot excuse is the proof that the peer owns the
/// certificate's key.
///
/// An entry answers only for exactly what was verified, by a key that is a cryptographic hash over all of it, and only
/// within the time in which every certificate of the path is valid and the entry is young. Full, it forgets the chain
/// that was not asked for the longest. Failures are not remembered. May be used by several threads.
class verified_chains {
 public:
  using time_point = std::chrono::system_clock::time_point;
  using key = std::array<std::uint8_t, 32>;
  using identity = std::shared_ptr<peer_certificate const>;

  /// What a path's certificates allow, both ends included.
  struct validity {
    time_point not_before;
    time_point not_after;
  };

  struct statistics {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::size_t entries = 0;
  };

  /// `capacity` 0 remembers nothing.
  verified_chains(std::size_t capacity, std::chrono::seconds lifetime) : capacity_(capacity), lifetime_(lifetime) {}

  /// Whose chain `of` is, when it was verified and still counts at `now`; else null.
  [[nodiscard]] identity find(key const& of, time_point now) {
    if (capacity_ == 0) return nullptr;
    std::scoped_lock const lock{mutex_};
    auto const found = by_key_.find(of);
    if (found != by_key_.end() && !counts(*found->second, now))
      forget(found);
    else if (found != by_key_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      ++hits_;
      return entries_.front().who;
    }
    ++misses_;
    return nullptr;
  }

  /// Remembers that `of` was verified at `now`.
  void remember(key const& of, identity who, validity when, time_point now) {
    if (capacity_ == 0) return;
    std::scoped_lock const lock{mutex_};
    if (auto const known = by_key_.find(of); known != by_key_.end()) forget(known);
    if (entries_.size() == capacity_) forget(by_key_.find(entries_.back().of));
    entries_.push_front({of, std::move(who), when, now});
    by_key_.emplace(of, entries_.begin());
  }

  [[nodiscard]] statistics counted() const {
    std::scoped_lock const lock{mutex_};
    return {hits_, misses_, entries_.size()};
  }

 private:
  struct entry {
    key of;
    identity who;
    validity when;
    time_point verified_at;
  };

  struct first_bytes {  // of what is a hash already, and only of chains that an authority signed
    std::size_t operator()(key const& of) const noexcept {
      std::size_t bits;
      std::memcpy(&bits, of.data(), sizeof bits);
      return bits;
    }
  };

  using entries = std::list<entry>;
  using index = std::unordered_map<key, entries::iterator, first_bytes>;

  /// A clock that was set back makes entries of the future, which count for nothing.
  [[nodiscard]] bool counts(entry const& known, time_point now) const {
    return known.verified_at <= now && now - known.verified_at < lifetime_ && known.when.not_before <= now &&
           now <= known.when.not_after;
  }

  void forget(index::iterator known) {
    entries_.erase(known->second);
    by_key_.erase(known);
  }

  std::size_t capacity_;
  std::chrono::seconds lifetime_;
  mutable std::mutex mutex_;
  entries entries_;  // the one asked for last in front
  index by_key_;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace quoin
