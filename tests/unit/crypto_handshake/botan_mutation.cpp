// SPDX-License-Identifier: BSL-1.0
#include "botan_support.hpp"

#include <map>
#include <random>

using namespace quoin;
using namespace quoin::testing;

namespace {

/// One of the ways in which bytes get damaged: a byte changed, a part removed or doubled, or the length made to lie.
void damage(byte_vector& bytes, std::mt19937_64& random) {
  auto const at = static_cast<std::ptrdiff_t>(random() % bytes.size());
  auto const end = at + static_cast<std::ptrdiff_t>(random() % (bytes.size() - static_cast<std::size_t>(at)) + 1);
  switch (random() % 5) {
    case 0: bytes[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(random()); break;
    case 1: bytes[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1U << (random() % 8)); break;
    case 2: bytes.erase(bytes.begin() + at, bytes.begin() + end); break;
    case 3: {
      byte_vector const part{bytes.begin() + at, bytes.begin() + end};
      bytes.insert(bytes.begin() + at, part.begin(), part.end());
      break;
    }
    default: {  // a whole message again, with less or more in it
      if (bytes.size() <= 4) break;
      byte_vector body{bytes.begin() + 4, bytes.end()};
      body.resize(random() % (2 * body.size()));
      bytes = make_message(bytes[0], body);
    }
  }
}

bool is_proper(std::uint64_t code) {
  return (code >= 0x100 && code <= 0x1ff && code != tls_code(tls::alert::internal_error)) ||
         code == static_cast<std::uint64_t>(error_code::protocol_violation) ||
         code == static_cast<std::uint64_t>(error_code::crypto_buffer_exceeded);
}

}  // namespace

TEST_CASE("500 damaged handshakes end in silence or a proper code", "[crypto_handshake]") {
  auto const client = made(client_settings());
  auto const server = made(server_settings());
  std::map<std::uint64_t, int> codes;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    auto const victim = random() % 7;  // hellos, EncryptedExtensions, Certificate, CertificateVerify, two Finished
    std::uint64_t count = 0;
    auto changed = false;
    botan_pair pair{client, server};
    pair.tamper = [&](role, encryption_level, byte_vector& bytes) {
      if (count++ != victim) return;
      auto const before = bytes;
      damage(bytes, random);
      changed = bytes != before;
    };
    pair.run();
    if (changed) CHECK_FALSE(pair.succeeded());  // nobody completes on what the other did not send
    if (!pair.failed()) continue;
    ++codes[pair.code()];
    auto const& error = pair.client.error ? pair.client.error : pair.server.error;
    INFO(error->reason << ": " << pair.client.engine.failure_detail() << pair.server.engine.failure_detail());
    CHECK(is_proper(pair.code()));
  }
  // The damage is various, and so are the ways in which it is noticed.
  CHECK(codes.size() >= 5);
}
