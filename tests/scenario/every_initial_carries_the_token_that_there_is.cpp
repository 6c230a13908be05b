// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <quoin/wire/packet/long_header.hpp>

#include <catch2/catch_test_macros.hpp>

#include <vector>

namespace {

/// The tokens of a client's Initial packets that begin a datagram, in the order of their leaving, every third of which
/// is lost so that they are said again.
class token_watch {
 public:
  explicit token_watch(world& of) {
    of.uplink().on_each([this](sim::datagram& d, std::uint64_t n) -> sim::verdict {
      if (begins_with(d, packet_kind::initial)) {
        auto const header = wire::read_long_header(d.bytes);
        REQUIRE(header);
        tokens.emplace_back(header->token.begin(), header->token.end());
      }
      return {.drop = n % 3 == 0};
    });
  }
  std::vector<std::vector<std::uint8_t>> tokens;
};

}  // namespace

TEST_CASE("every Initial after a Retry carries its token", "[scenario][rfc9000]") {
  world w{{.require_retry = true, .hello_padding = 6000}};
  token_watch watch{w};
  REQUIRE(w.establish());
  REQUIRE(w.client().retried());
  std::size_t without = 0;
  while (without < watch.tokens.size() && watch.tokens[without].empty()) ++without;
  // RFC 9000 8.1.2: those that were on their way when the Retry came, and then no more.
  REQUIRE(watch.tokens.size() > without + 5);
  CHECK(without > 0);
  for (std::size_t i = without; i < watch.tokens.size(); ++i) CHECK(watch.tokens[i] == watch.tokens[without]);
}

TEST_CASE("every Initial of a client that has been there carries the token that it was given", "[scenario][rfc9000]") {
  world w{{.hello_padding = 6000}};
  REQUIRE(w.establish());
  w.settle();
  token_watch watch{w};
  auto& again = w.connect();
  REQUIRE(w.run_until([&] { return again.confirmed(); }));
  CHECK_FALSE(again.retried());
  REQUIRE(watch.tokens.size() > 5);
  CHECK_FALSE(watch.tokens.front().empty());
  for (auto const& token : watch.tokens) CHECK(token == watch.tokens.front());
}
