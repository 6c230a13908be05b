// SPDX-License-Identifier: BSL-1.0
// The QUIC interop runner's case http3 with its network, in virtual time; the other cases stand in
// tests/property/profiles.
#include "web.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <string>

using namespace http3_test;
using namespace std::chrono_literals;

TEST_CASE("profile: http3", "[http3][api][profile]") {
  std::map<std::string, std::string> const files{
      {"/five", std::string(5'000, '5')}, {"/ten", std::string(10'000, 't')}, {"/hundreds", std::string(500'000, 'h')}};
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    // "simple-p2p --delay=15ms --bandwidth=10Mbps --queue=25".
    lab_options<urgent_stack> options;
    options.seed = seed;
    options.one_way_delay = 15ms;
    options.link.bottleneck = {.bits_per_second = 10'000'000, .queue_bytes = std::uint64_t{25} * 1'500};
    options.adjust_endpoint = [](role, auto& to) {
      auto config = std::make_shared<test_stack::crypto::handshake::config>();
      config->alpn.emplace_back("h3");
      to.crypto = config;
    };
    web w{[&files](h3::request const& request, h3::response& response) {
            response.end(files.at(std::string{request.path()}));
          },
          std::move(options)};
    std::map<std::string, answer> answers;
    for (auto const& [path, content] : files) w.site->get(path, answers[path].taker());
    REQUIRE(w.lab.run_until([&] {
      return std::all_of(answers.begin(), answers.end(), [](auto const& each) { return each.second.ended; });
    }));
    for (auto const& [path, content] : files) {
      CHECK(answers[path].status == 200);
      CHECK(answers[path].content == content);
    }
    // One handshake for all.
    CHECK(w.lab.count(role::server, connection_event::kind::connected) == 1);
    CHECK(w.lab.client().alpn() == "h3");
  }
}
