// SPDX-License-Identifier: BSL-1.0
// Address tokens from anyone: only what this server made, for this address and in time, is believed.
#include <quoin/crypto/null/protection.hpp>
#include <quoin/handshake/address_token.hpp>

#include "require.hpp"
#include "script.hpp"

#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace quoin;
  using fuzz::require;
  using sealer = token_sealer<null_protection>;
  constexpr auto client = socket_address::v4(192, 0, 2, 1, 1111);
  constexpr auto elsewhere = socket_address::v4(192, 0, 2, 2, 1111);
  constexpr wall_time made_at{std::chrono::seconds{1000}};
  std::array<std::uint8_t, 32> secret{};
  secret.fill(7);
  sealer const tokens{token_keys{{0, secret}, {}}};

  // From nowhere.
  require(!tokens.open({data, size}, client, made_at, version::v1), "what we did not make is not believed");

  // Made by us, then changed or not.
  fuzz::script input{data, size};
  bool const retry = (input.byte() & 1) != 0;
  auto const later = std::chrono::seconds{input.number()};
  auto const cut = input.number();
  auto const at = input.number();
  auto const bits = input.byte();
  std::array<std::uint8_t, 16> random{};
  auto const given = input.take(random.size());
  std::copy(given.begin(), given.end(), random.begin());
  auto const original = *connection_id::from(input.take(input.byte() % (connection_id::max_size + 1)));
  auto const source = *connection_id::from(input.take(input.byte() % (connection_id::max_size + 1)));
  std::vector<std::uint8_t> token(200);
  token.resize(retry ? tokens.make_retry(token, random, client, original, source, made_at, version::v1)
                     : tokens.make_new_token(token, random, client, made_at, version::v1));
  auto const read = tokens.open(token, client, made_at, version::v1);
  require(read.has_value(), "a fresh token is believed");
  require(!retry || (read->original_destination == original && read->retry_source == source), "IDs survive");
  require(!tokens.open(token, elsewhere, made_at, version::v1), "a token is for one address");
  require(!tokens.open(token, client, made_at, version::v2), "a token is for one version");
  if (later > (retry ? sealer::retry_lifetime : sealer::new_token_lifetime))
    require(!tokens.open(token, client, made_at + later, version::v1), "a token ends");
  auto shorter = token;
  shorter.resize(cut % token.size());
  require(!tokens.open(shorter, client, made_at, version::v1), "a token is whole");
  if (bits != 0) {
    token[at % token.size()] ^= bits;
    require(!tokens.open(token, client, made_at, version::v1), "a token is as it was made");
  }
  return 0;
}
