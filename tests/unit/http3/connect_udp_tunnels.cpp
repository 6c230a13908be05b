// SPDX-License-Identifier: BSL-1.0
// Tunnels for UDP from a client to a proxy whose network is the test.
#include "proxied.hpp"

namespace {

using namespace http3_test;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("UDP payloads go through a proxy and back", "[http3][rfc9298]") {
  for (bool const datagrams : {true, false}) {
    CAPTURE(datagrams);
    proxied p{{}, datagrams};
    auto& one = p.opened("192.0.2.6");
    CHECK(p.net.opened == std::vector{target_address});
    CHECK(p.net.asked.empty());
    CHECK(one.line->send(as_bytes("ping")) == udp::send_outcome::sent);
    CHECK(one.line->send({}) == udp::send_outcome::sent);
    REQUIRE(p.w.lab.run_until([&] { return one.got.size() == 2; }));
    CHECK(one.got == std::vector<std::string>{"ping", ""});
    CHECK(p.net.wires[0]->sent == one.got);
    CHECK((one.line->max_payload() == udp::most_payload) == !datagrams);
    CHECK(p.proxy.tunnels() == 1);

    one.line->close();
    CHECK(one.line->send(as_bytes("late")) == udp::send_outcome::closed);
    REQUIRE(p.w.lab.run_until([&] { return one.closed && p.net.wires[0]->closed; }));
    CHECK(p.proxy.tunnels() == 0);
    p.w.lab.advance(1s);
    CHECK(p.w.agent.pending() == 0);
    CHECK(p.w.service.exchanges() == 0);
  }
}

TEST_CASE("a payload is as large as its way allows and no capsule hides that", "[http3][rfc9298]") {
  proxied p;
  auto& one = p.opened("192.0.2.6");
  auto const most = one.line->max_payload();
  CHECK(most > 1000);
  CHECK(most < 1500);
  CHECK(one.line->send(as_bytes(std::string(most + 1, 'x'))) == udp::send_outcome::too_large);
  CHECK(one.line->send(as_bytes(std::string(most, 'x'))) == udp::send_outcome::sent);
  REQUIRE(p.w.lab.run_until([&] { return one.got.size() == 1; }));
  CHECK(one.got[0].size() == most);

  proxied by_capsules{{}, false};
  auto& other = by_capsules.opened("192.0.2.6");
  CHECK(other.line->send(as_bytes(std::string(udp::most_payload, 'x'))) == udp::send_outcome::sent);
  CHECK(other.line->send(as_bytes(std::string(udp::most_payload + 1, 'x'))) == udp::send_outcome::too_large);
  REQUIRE(by_capsules.w.lab.run_until([&] { return other.got.size() == 1; }));
  CHECK(other.got[0].size() == udp::most_payload);
}

TEST_CASE("capsules that are not taken are dropped and at most one waits", "[http3][rfc9298]") {
  lab_options<urgent_stack> options;
  options.link.bottleneck.bits_per_second = 1'000'000;
  proxied p{{}, false, options};
  p.net.echoes = false;
  auto& one = p.opened("192.0.2.6");
  std::size_t taken = 0;
  std::size_t full = 0;
  for (int i = 0; i < 1000; ++i) {
    auto const outcome = one.line->send(as_bytes(std::string(60'000, 'x')));
    (outcome == udp::send_outcome::sent ? taken : full) += 1;
    CHECK(one.line->held_bytes() <= 60'016);
  }
  CHECK(taken > 0);
  CHECK(full > 0);
  REQUIRE(p.w.lab.run_until([&] { return p.net.wires[0]->sent.size() == taken; }, 120s));
  CHECK(one.line->send(as_bytes("again")) == udp::send_outcome::sent);
}

TEST_CASE("a name is looked up before there is an answer", "[http3][rfc9298]") {
  proxied p;
  p.net.later = true;
  auto& one = p.ask("dns.example");
  p.w.lab.advance(1s);
  CHECK(!one.answered());
  CHECK(p.net.asked == std::vector<std::string>{"dns.example"});
  CHECK(p.proxy.tunnels() == 1);
  p.net.waiting[0](std::vector{target_address});
  p.w.service.after_turn();
  REQUIRE(p.w.lab.run_until([&] { return one.line != nullptr; }));

  // Nobody waits for the second one any more when it is found.
  auto& given_up = *p.all.emplace_back(std::make_unique<opening>());
  auto& request = udp::open(*p.w.site, p.at, udp::make_target("b.example", 1).value(), given_up.taker());
  REQUIRE(p.w.lab.run_until([&] { return p.net.waiting.size() == 2; }));
  request.abort();
  p.w.agent.after_turn();
  REQUIRE(p.w.lab.run_until([&] { return p.proxy.tunnels() == 1; }));
  p.net.waiting[1](std::vector{target_address});
  CHECK(p.net.opened.size() == 1);
  REQUIRE(given_up.refused);
  CHECK(given_up.refused->failure == h3::error_code::request_cancelled);
}

TEST_CASE("what a proxy will not or cannot do is refused with its reason",
          "[http3][rfc9298][cve_class_h3_proxy_to_inside]") {
  struct {
    char const* name;
    char const* host;
    std::function<void(network&)> before;
    unsigned status;
    char const* said;
    std::size_t tried;
  } const cases[] = {
      {"loopback", "127.0.0.1", {}, 502, "quoin; error=destination_ip_prohibited", 0},
      {"loopback as IPv6", "::1", {}, 502, "destination_ip_prohibited", 0},
      {"a mapped address", "::ffff:10.0.0.1", {}, 502, "destination_ip_prohibited", 0},
      {"link-local", "169.254.169.254", {}, 502, "destination_ip_prohibited", 0},
      {"a name that leads inside", "rebinding.example",
       [](network& n) { n.found = std::vector{socket_address::v4(10, 0, 0, 1, 443)}; }, 502,
       "destination_ip_prohibited", 0},
      {"a name that nobody knows", "nx.example",
       [](network& n) {
         n.found = unexpected{udp::relay_error{udp::proxy_error::dns_error, "no such name"}};
       },
       502, "error=dns_error; details=\"no such name\"", 0},
      {"a name without an address", "empty.example", [](network& n) { n.found = std::vector<socket_address>{}; }, 502,
       "error=dns_error", 0},
      {"no socket", "192.0.2.6", [](network& n) { n.unreachable = 1; }, 502, "destination_ip_unroutable", 1},
      {"no socket for any of many", "many.example",
       [](network& n) {
         n.unreachable = 100;
         n.found = std::vector<socket_address>(20, target_address);
       },
       502, "destination_ip_unroutable", 4},
  };
  for (auto const& one : cases) {
    CAPTURE(one.name);
    proxied p;
    if (one.before) one.before(p.net);
    auto& asked = p.ask(one.host);
    REQUIRE(p.w.lab.run_until([&] { return asked.answered(); }));
    REQUIRE(asked.refused);
    CHECK(asked.refused->status == one.status);
    CHECK(asked.refused->proxy_status.find(one.said) != std::string::npos);
    CHECK(p.net.opened.size() == one.tried);
    p.w.lab.advance(1s);
    CHECK(p.proxy.tunnels() == 0);
    CHECK(p.w.service.exchanges() == 0);
  }
}

TEST_CASE("the second address of a name is tried when the first cannot be reached", "[http3][rfc9298]") {
  proxied p;
  p.net.found =
      std::vector{socket_address::v4(127, 0, 0, 1, 443), socket_address::v4(198, 51, 100, 1, 443), target_address};
  p.net.unreachable = 1;
  p.opened("dns.example");
  CHECK(p.net.opened == std::vector{socket_address::v4(198, 51, 100, 1, 443), target_address});
}

TEST_CASE("a proxy says by its callables which targets it serves", "[http3][rfc9298]") {
  udp::proxy_settings settings;
  settings.may_ask = [](udp::target const& to) { return to.port != 25; };
  settings.may_reach = [](socket_address const& to) { return to.ip[0] == 127; };
  settings.most_tunnels = 1;
  proxied p{std::move(settings)};
  auto& mail = p.ask("127.0.0.1", 25);
  auto& elsewhere = p.ask("192.0.2.6", 53);
  REQUIRE(p.w.lab.run_until([&] { return mail.answered() && elsewhere.answered(); }));
  CHECK(mail.refused->status == 403);
  CHECK(mail.refused->proxy_status.find("http_request_denied") != std::string::npos);
  CHECK(elsewhere.refused->status == 502);
  p.w.lab.advance(1s);
  p.opened("127.0.0.1");
  auto& more = p.ask("127.0.0.1");
  REQUIRE(p.w.lab.run_until([&] { return more.answered(); }));
  CHECK(more.refused->status == 503);
  CHECK(more.refused->proxy_status.find("connection_limit_reached") != std::string::npos);
}

TEST_CASE("a target that is gone takes its tunnel with it", "[http3][rfc9298]") {
  proxied p;
  auto& one = p.opened("192.0.2.6");
  p.net.wires[0]->line->abort(h3::error_code::connect_error);
  p.w.service.after_turn();
  REQUIRE(p.w.lab.run_until([&] { return one.closed; }));
  CHECK(p.net.wires[0]->closed);

  auto& idle = p.opened("192.0.2.6");
  p.net.wires[1]->line->close();
  p.w.service.after_turn();
  REQUIRE(p.w.lab.run_until([&] { return idle.closed && p.net.wires[1]->closed; }));
  CHECK(p.proxy.tunnels() == 0);
}

TEST_CASE("a connection that ends takes all of its tunnels with it", "[http3][rfc9298]") {
  proxied p;
  auto& first = p.opened("192.0.2.6");
  p.net.later = true;
  auto& second = p.ask("dns.example");
  REQUIRE(p.w.lab.run_until([&] { return p.net.waiting.size() == 1; }));
  p.w.lab.client().close(0x100, "", p.w.lab.now());
  p.w.lab.settle(60s);
  CHECK(first.closed);
  CHECK(second.refused);
  CHECK(p.net.wires[0]->closed);
  CHECK(p.proxy.tunnels() == 0);
  p.net.waiting[0](std::vector{target_address});
  CHECK(p.net.opened.size() == 1);
}

TEST_CASE("a tunnel is not asked for where extended CONNECT is not known", "[http3][rfc9298]") {
  web w{[](h3::request&, h3::response& response) { response.end(); }};
  opening one;
  udp::open(*w.site, udp::uri_template::well_known("a.test").value(), udp::make_target("192.0.2.6", 443).value(),
            one.taker());
  REQUIRE(w.lab.run_until([&] { return one.answered(); }));
  CHECK(one.refused->status == 0);
  CHECK(one.refused->failure == h3::error_code::internal_error);
}
