// SPDX-License-Identifier: BSL-1.0
#include <quoin/http3/message/alt_svc.hpp>

#include <catch2/catch_test_macros.hpp>

using quoin::http3::alternative_service;
using quoin::http3::parse_alt_svc;
using namespace std::chrono_literals;

TEST_CASE("Alt-Svc as RFC 7838 shows it", "[http3]") {
  CHECK(parse_alt_svc("h2=\":8000\"") == std::vector<alternative_service>{{"h2", "", 8000, 24h, false}});
  CHECK(parse_alt_svc("h2=\"new.example.org:80\"") ==
        std::vector<alternative_service>{{"h2", "new.example.org", 80, 24h, false}});
  CHECK(parse_alt_svc("h2=\"alt.example.com:8000\", h2=\":443\"; ma=3600; persist=1") ==
        std::vector<alternative_service>{{"h2", "alt.example.com", 8000, 24h, false}, {"h2", "", 443, 1h, true}});
  CHECK(parse_alt_svc("w%3Dx%3Ay#z=\":1\"; unknown=\"a\\\"b;,\"") ==
        std::vector<alternative_service>{{"w=x:y#z", "", 1, 24h, false}});
  CHECK(parse_alt_svc("clear") == std::vector<alternative_service>{});
}

TEST_CASE("what is written of alternatives is read again", "[http3]") {
  std::vector<alternative_service> const told{{"h3", "", 4433, 1h, false}, {"a b%", "[::1]", 443, 24h, true}};
  CHECK(quoin::http3::alt_svc_value(told) == "h3=\":4433\"; ma=3600, a%20b%25=\"[::1]:443\"; ma=86400; persist=1");
  CHECK(parse_alt_svc(quoin::http3::alt_svc_value(told)) == told);
}

TEST_CASE("an Alt-Svc that cannot be read says nothing", "[http3]") {
  for (auto const* const text : {"",
                                 ",",
                                 "h3",
                                 "h3=",
                                 "h3=:443",
                                 "h3=\":443",
                                 "h3=\":0\"",
                                 "h3=\":65536\"",
                                 "h3=\"443\"",
                                 "h3=\":443\" ma=1",
                                 "h3=\":443\"; ma",
                                 "h3=\":443\"; ma=x",
                                 "h3=\":443\"; ma=-1",
                                 "%=\":1\"",
                                 "%4=\":1\"",
                                 "%zz=\":1\"",
                                 "CLEAR",
                                 "=\":1\"",
                                 "h3=\":443\"; =1",
                                 "h3=\":443\\"}) {
    INFO(text);
    CHECK_FALSE(parse_alt_svc(text).has_value());
  }
}

TEST_CASE("a long list of alternatives is cut, and a great age is bounded", "[http3]") {
  std::string text = "h3=\":1\"; ma=99999999999999999999";
  for (int i = 0; i < 100; ++i) text += ", h3=\":443\"";
  auto const read = parse_alt_svc(text);
  REQUIRE(read.has_value());
  CHECK(read->size() == quoin::http3::most_alternatives);
  CHECK(read->front().max_age > 24h * 365);
}
