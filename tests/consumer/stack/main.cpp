// SPDX-License-Identifier: BSL-1.0
// A user's program with the default stack: names it, derives from it, and makes what it needs to run.
#include <quoin/crypto/botan/config.hpp>
#include <quoin/stacks/default.hpp>

#include <cstdio>

struct my_stack : quoin::default_stack {
  static constexpr quoin::stack_options options{.datagram_size = 1200};
};
static_assert(quoin::stack_config<my_stack>);

int main() {
  std::array<std::uint8_t, 32> secret{};
  quoin::system_entropy{}.fill(secret);
  my_stack::crypto::protection::packet_key key{quoin::cipher_suite::aes_128_gcm_sha256,
                                               quoin::byte_view{secret}.first(16), quoin::byte_view{secret}.first(12)};
  std::array<std::uint8_t, 64> packet{};
  quoin::packet_in_place sealed{packet, 16, 0};
  key.seal({&sealed, 1});
  key.open({&sealed, 1});
  std::puts(sealed.authentic ? "a packet was sealed and opened" : "a packet was lost");
  return sealed.authentic ? 0 : 1;
}
