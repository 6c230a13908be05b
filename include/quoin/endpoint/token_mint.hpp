// SPDX-License-Identifier: BSL-1.0
/// \file
/// The keys of address tokens as time goes by: those that the application gives, or else new ones every day, the same
/// at all endpoints that share a secret (RFC 9000 8.1.4).
#pragma once

#include <quoin/handshake/address_token.hpp>

#include <optional>
#include <utility>

namespace quoin {

/// Lets tokens be made and opened with the keys of the day. Without keys from the application the secret of the day is
/// derived from the endpoint's; tokens of the day before are still good, and those of the day after for the sake of
/// servers whose clocks are ahead.
template <packet_protection P>
class token_mint {
 public:
  static constexpr std::chrono::hours key_lifetime{24};
  static_assert(key_lifetime >= token_sealer<P>::new_token_lifetime, "a token must not outlive its key");

  token_mint(std::array<std::uint8_t, 32> const& secret, std::optional<token_keys> given,
             std::chrono::seconds retry_good_for = token_sealer<P>::retry_lifetime)
      : secret_(secret), given_(given.has_value()), sealer_(given ? *std::move(given) : token_keys{}, retry_good_for) {}
  token_mint(token_mint const&) = default;
  token_mint& operator=(token_mint const&) = default;
  ~token_mint() { wipe(secret_); }

  /// Uses these keys and no others from now on.
  void use(token_keys keys) {
    given_ = true;
    sealer_.use(std::move(keys));
  }

  /// What makes and opens tokens at `now`.
  token_sealer<P> const& at(wall_time now) {
    auto const day = now.time_since_epoch() / key_lifetime;
    if (!given_ && day_ != day) {
      sealer_.use({key_of(day), {key_of(day - 1), key_of(day + 1)}});
      day_ = day;
    }
    return sealer_;
  }

 private:
  [[nodiscard]] token_key key_of(std::int64_t day) const {
    std::array<std::uint8_t, 15 + 8> info{};
    byte_writer writer{info};
    writer.bytes(as_bytes("quoin token day"));
    writer.u64(static_cast<std::uint64_t>(day));
    QUOIN_ASSERT(writer.ok());
    token_key key{static_cast<std::uint8_t>(day & 0xff), {}};
    P::kdf::expand(hash_algorithm::sha256, secret_, info, key.secret);
    return key;
  }

  std::array<std::uint8_t, 32> secret_;
  bool given_;
  std::optional<std::int64_t> day_;
  token_sealer<P> sealer_;
};

}  // namespace quoin
