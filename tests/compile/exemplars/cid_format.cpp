// SPDX-License-Identifier: BSL-1.0
#include <quoin/policy/cid_format.hpp>

/// IDs that say which server of a fleet issued them, for a load balancer that reads the first byte.
template <std::uint8_t Server>
struct fleet_cid {
  static constexpr std::size_t size = 9;

  [[nodiscard]] quoin::connection_id make(quoin::cid_randomness randomness) const noexcept {
    std::array<std::uint8_t, size> bytes{Server};
    std::copy_n(randomness.begin(), size - 1, bytes.begin() + 1);
    return *quoin::connection_id::from(bytes);
  }
};

static_assert(quoin::connection_id_format<fleet_cid<7>>);
