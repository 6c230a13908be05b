// SPDX-License-Identifier: BSL-1.0
/// \file
/// Who says whether early data is seen for the first time (RFC 8446 8.2, 8.3).
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/base/siphash.hpp>
#include <quoin/core/time.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_set>

namespace quoin {

/// A first flight that asks for its early data to be accepted. Everything in it was verified (RFC 8446 8.2).
struct early_data_claim {
  byte_view hello_random;  ///< of the ClientHello: 32 bytes that no honest client uses twice
  wall_time issued;        ///< when the ticket was made
  wall_time now;
};

/// How far a client's idea of its ticket's age may be from ours; what is older or younger is not looked at further
/// (RFC 8446 8.3).
inline constexpr std::chrono::milliseconds early_data_window{10'000};

/// `admit` says once, for each claim, that it is new. One that cannot tell says no: the data then comes with the
/// completed handshake. A register may be backed by a store that a whole fleet shares.
/// Models: `strike_register`.
template <class R>
concept replay_register = requires(R& known, early_data_claim const& claim) {
  { known.admit(claim) } -> std::same_as<bool>;
};

/// A register as a handshake's configuration takes it; an empty one admits nothing.
using replay_guard = std::function<bool(early_data_claim const&)>;

template <replay_register R>
replay_guard guard_with(std::shared_ptr<R> known) {
  return [known = std::move(known)](early_data_claim const& claim) { return known->admit(claim); };
}

/// Remembers claims for as long as their copies would look fresh, by fingerprints under a keyed hash. When it is full
/// nothing is admitted until the oldest is forgotten: whoever floods it makes handshakes slower, not less safe. May be
/// used by several threads.
class strike_register {
 public:
  static constexpr std::size_t default_capacity = 64 * 1024;

  /// `started` is when this register began to watch: for a while it admits no ticket that is older, for its early data
  /// may have been accepted before (RFC 8446 8.2).
  strike_register(hash_key const& key, wall_time started, std::size_t capacity = default_capacity)
      : key_(key), started_(started), capacity_(capacity) {}

  bool admit(early_data_claim const& claim) {
    std::scoped_lock const lock{mutex_};
    forget_before(claim.now - remembered_for);
    if (claim.issued < started_ && claim.now < started_ + remembered_for) return false;
    if (struck_.size() >= capacity_) return false;
    auto const print = siphash(key_, claim.hello_random);
    if (!known_.insert(print).second) return false;
    struck_.push_back({print, claim.now});
    return true;
  }

  [[nodiscard]] std::size_t size() const {
    std::scoped_lock const lock{mutex_};
    return struck_.size();
  }

 private:
  /// A copy may come up to one window after the time that its original names, which itself may be one ahead.
  static constexpr auto remembered_for = 2 * early_data_window;

  struct strike {
    std::uint64_t print = 0;
    wall_time at;
  };

  void forget_before(wall_time at) {
    while (!struck_.empty() && struck_.front().at < at) {
      known_.erase(struck_.front().print);
      struck_.pop_front();
    }
  }

  hash_key key_;
  wall_time started_;
  std::size_t capacity_;
  ring<strike> struck_;
  std::unordered_set<std::uint64_t> known_;
  mutable std::mutex mutex_;
};

static_assert(replay_register<strike_register>);

}  // namespace quoin
