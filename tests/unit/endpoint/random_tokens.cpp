// SPDX-License-Identifier: BSL-1.0
// Address tokens at random: of two servers that share a secret and of one that does not, shown again, from elsewhere,
// too late and damaged. Who is spared the Retry has shown a token that was made for it, in its time, for the first
// time.
#include "server.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

using namespace quoin;
using namespace quoin::testing;

namespace {

struct kept_token {
  std::vector<std::uint8_t> bytes;
  std::size_t maker = 0;
  std::uint8_t host = 0;
  instant made;
};

class bearers {
 public:
  explicit bearers(unsigned seed) : random_(seed) {
    for (auto const secret : std::initializer_list<std::uint8_t>{1, 1, 2})
      servers_.push_back(std::make_unique<server>([secret](auto& config) {
        config.secret.fill(secret);
        config.max_unvalidated = 0;
      }));
  }

  void go(std::map<std::string, unsigned>& outcomes) {
    for (std::size_t maker = 0; maker < servers_.size(); ++maker) collect_one(maker);
    for (int i = 0; i < 25; ++i) {
      if (random_() % 4 == 0) pass_time();
      if (random_() % 6 == 0) collect_one(random_() % servers_.size());
      show_one(outcomes);
    }
  }

 private:
  static constexpr std::chrono::hours lifetime{24};

  std::unique_ptr<connection_type> client(std::uint8_t host, std::vector<std::uint8_t> token) {
    auto start = pair::client_start({});
    start.path.local = socket_address::v4(192, 0, 2, static_cast<std::uint8_t>(100 + host),
                                          static_cast<std::uint16_t>(1'024 + random_() % 60'000));
    start.token = std::move(token);
    return std::make_unique<connection_type>(std::move(start), servers_[0]->now, seeded_entropy{++clients_});
  }

  void keep(connection_type& from, std::size_t maker, std::uint8_t host) {
    if (auto token = from.take_token(); !token.empty())
      tokens_.push_back({std::move(token), maker, host, servers_[0]->now});
  }

  void collect_one(std::size_t maker) {
    auto const host = static_cast<std::uint8_t>(random_() % 3);
    auto const one = client(host, {});
    servers_[maker]->settle(*one);
    REQUIRE(one->confirmed());
    CHECK(one->retried());
    keep(*one, maker, host);
  }

  void pass_time() {
    std::chrono::seconds const span{random_() % (random_() % 2 == 0 ? 3'600 : 12 * 3'600)};
    for (auto& each : servers_) {
      each->now += span;
      each->serve();
    }
  }

  /// A bit is another one, or something is missing, or there is more than there was.
  void damage(std::vector<std::uint8_t>& token) {
    auto const kind = random_() % 4;
    if (kind == 0)
      token.resize(random_() % token.size());
    else if (kind == 1)
      token.push_back(0);
    else
      token[random_() % token.size()] ^= static_cast<std::uint8_t>(1U << random_() % 8);
  }

  void show_one(std::map<std::string, unsigned>& outcomes) {
    auto const of = tokens_[random_() % tokens_.size()];
    auto token = of.bytes;
    auto const host = random_() % 4 == 0 ? static_cast<std::uint8_t>(random_() % 3) : of.host;
    if (random_() % 4 == 0) damage(token);
    std::string why;
    if (used_.count(token) != 0) why = "used";
    if (servers_[0]->now - of.made > lifetime) why = "old";
    if (host != of.host) why = "from elsewhere";
    if (of.maker == 2) why = "of a stranger";
    if (token != of.bytes) why = "damaged";

    auto const one = client(host, token);
    servers_[0]->settle(*one);
    INFO("a token that is " << (why.empty() ? "good" : why));
    // RFC 9000 8.1.3: what does not open as a token of NEW_TOKEN is as if there were none, but what looks like that of
    // a Retry ends the connection.
    REQUIRE((one->confirmed() || why == "damaged"));
    bool const spared = one->confirmed() && !one->retried();
    CHECK(spared == why.empty());
    ++outcomes[why];
    if (spared) used_.insert(token);
    keep(*one, 0, host);
  }

  std::mt19937 random_;
  std::vector<std::unique_ptr<server>> servers_;
  std::vector<kept_token> tokens_;
  std::set<std::vector<std::uint8_t>> used_;  ///< at the first server
  std::uint64_t clients_ = 1'000;
};

}  // namespace

TEST_CASE("INV-45: nobody is spared a Retry but by a token of its own, in its time, once", "[endpoint][rfc9000]") {
  std::map<std::string, unsigned> outcomes;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    bearers{seed}.go(outcomes);
  }
  for (auto const* const each : {"", "used", "old", "from elsewhere", "of a stranger", "damaged"}) {
    INFO("tokens that are " << each);
    CHECK(outcomes[each] > 5);
  }
}
