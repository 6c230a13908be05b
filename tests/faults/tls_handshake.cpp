// SPDX-License-Identifier: BSL-1.0
// Memory runs out within a real TLS handshake, and within one that resumes a session, at each of the some thousand
// allocations that these make; under version 2 at every fourth. Botan's pool of locked memory asks for memory when
// memory is given back to it, where nothing may be thrown: it is turned off here, for the process would end.
#include "../without_botan_pool.hpp"
#include "play_without.hpp"

#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/crypto/botan/config.hpp>
#include <quoin/crypto/botan/crypto.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::testing;

namespace {

struct tls_stack : test_stack {
  using io = spared_io;
  using network = memory_network;
  using crypto = botan_crypto;

  static std::shared_ptr<botan_config const> crypto_of(ends_options const& options, role side) {
    static auto const certificate = make_self_signed_certificate({"server.test"});
    botan_settings settings;
    settings.alpn = {"test"};
    settings.system_trust = false;
    if (side == role::client) {
      settings.ca_pem = certificate->certificate_pem;
    } else {
      settings.certificate_chain_pem = certificate->certificate_pem;
      settings.private_key_pem = certificate->private_key_pem;
      if (options.sessions) settings.sessions = sessions_with_early_data();
    }
    return make_botan_config(std::move(settings)).value();
  }
  /// INTERNAL_ERROR or the alert of that name; and Botan takes memory that runs out in the midst of a certificate for a
  /// certificate that is wrong. It must be refused then, by whatever alert: it has not been verified.
  static bool may_end_with(std::uint64_t code) {
    return code == static_cast<std::uint64_t>(error_code::internal_error) || code == 0x150 || code == 0x132 ||
           code == 0x12a;
  }
};

using tls_ends = two_ends_of<tls_stack>;

bool handshake(tls_ends& ends) {
  return ends.establish() && ends.transfer(ends.client, ends.server, 1'000, true);
}

bool resumption(tls_ends& ends) {
  if (!handshake(ends)) return false;
  ends.pass(1s);  // the ticket arrives
  if (!ends.with(ends.client, [&](auto& c) { return c.close(0, "", ends.now()), true; })) return false;
  ends.pass(10s);
  if (!ends.establish()) return false;
  auto const resumed = ends.with(ends.client, [](auto& c) { return c.statistics().resumed; });
  return resumed && *resumed && ends.transfer(ends.client, ends.server, 1'000, true);
}

/// What is made once and kept, by TLS and by the C++ library, is made here.
void warm_up(ends_options const& options, bool (*play)(tls_ends&)) {
  for (int times = 0; times < 2; ++times) {
    tls_ends ends{options};
    REQUIRE(play(ends));
    ends.finish();
  }
}

void sweep(ends_options const& options, bool (*play)(tls_ends&)) {
  warm_up(options, play);
  std::uint64_t const count = [&] {
    tls_ends ends{options};
    fail_allocation(0);
    REQUIRE(play(ends));
    return counted_allocations();
  }();
  CHECK(count > 1'000);
  for (std::uint64_t k = 1; k <= count; k += stride_of_version()) {
    bool reached = false;
    auto const problems = play_without<tls_stack>(options, play, k, reached);
    INFO("without allocation number " << k << " of " << count << '\n' << problems);
    CHECK(problems.empty());
  }
}

}  // namespace

TEST_CASE("a TLS handshake without memory ends its connection, and its endpoint goes on", "[faults][botan]") {
  sweep({}, handshake);
}

TEST_CASE("a TLS resumption without memory ends its connection, and its endpoint goes on", "[faults][botan]") {
  sweep({.sessions = true}, resumption);
}
