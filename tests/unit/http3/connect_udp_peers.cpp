// SPDX-License-Identifier: BSL-1.0
// Clients and proxies that break the rules of tunnels for UDP.
#include "proxied.hpp"

namespace {

using namespace http3_test;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("requests that name no target are answered with what is wrong with them", "[http3][rfc9298]") {
  struct {
    std::string path;
    unsigned status;
    char const* said;
  } const cases[] = {
      {"/", 404, "no tunnels"},
      {"/.well-known/masque/udp/192.0.2.6/443", 404, "no tunnels"},
      {"/.well-known/masque/udp/192.0.2.6/443/more", 404, "no tunnels"},
      {"/.well-known/masque/udp//443/", 400, "empty"},
      {"/.well-known/masque/udp/a.test//", 400, "port"},
      {"/.well-known/masque/udp/a.test/0/", 400, "port"},
      {"/.well-known/masque/udp/a.test/65536/", 400, "port"},
      {"/.well-known/masque/udp/::1/443/", 400, "percent-encoded"},
      {"/.well-known/masque/udp/a%20b/443/", 400, "neither an address nor a name"},
      {"/.well-known/masque/udp/a%/443/", 400, "broken"},
  };
  for (auto const& one : cases) {
    CAPTURE(one.path);
    proxied p;
    h3::client_response* response = nullptr;
    p.ask_raw(one.path, response).start_content();
    REQUIRE(p.w.lab.run_until([&] { return response != nullptr; }));
    CHECK(p.answer.status == one.status);
    CHECK(p.proxy_status.find("error=http_request_error") != std::string::npos);
    CHECK(p.proxy_status.find(one.said) != std::string::npos);
  }
}

TEST_CASE("a client that breaks the rules of a tunnel loses it with the code for that", "[http3][bad_input][rfc9298]") {
  auto const long_payload = std::string(1, '\0') + std::string(udp::most_payload + 1, 'x');
  struct {
    char const* name;
    std::string content;
    std::string datagram;
    bool ends;
    std::optional<h3::error_code> code;
  } const cases[] = {
      {"a capsule longer than UDP allows", capsule_of(0, long_payload), {}, false, h3::error_code::datagram_error},
      {"a capsule without a context ID", capsule_of(0, ""), {}, false, h3::error_code::datagram_error},
      {"a datagram with half a context ID", {}, "\x40", false, h3::error_code::datagram_error},
      {"a capsule that is cut off",
       capsule_of(0, std::string(5, '\0')).substr(0, 4),
       {},
       true,
       h3::error_code::message_error},
      {"an unknown context in a capsule", capsule_of(0, "\x05payload"), {}, false, {}},
      {"an unknown context in a datagram", {}, "\x05payload", false, {}},
      {"an unknown capsule", capsule_of(0x1e1e, "whatever"), {}, false, {}},
  };
  for (auto const& one : cases) {
    CAPTURE(one.name);
    proxied p;
    h3::client_response* response = nullptr;
    auto& request = p.ask_raw(literal_path, response);
    request.start_content();
    REQUIRE(p.w.lab.run_until([&] { return response != nullptr; }));
    response->on_datagram([](byte_view) {});
    std::size_t written = request.write(one.content);
    request.on_writable([&] { written += request.write(std::string_view{one.content}.substr(written)); });
    if (!one.datagram.empty()) {
      CHECK(request.send_datagram(as_bytes(one.datagram)));
    }
    if (one.ends) request.end();
    p.w.lab.advance(2s);
    CHECK(p.answer.failure == one.code);
    CHECK(p.net.wires[0]->closed == one.code.has_value());
    CHECK(p.net.wires[0]->sent.empty());
    if (one.code) {
      CHECK(p.proxy.tunnels() == 0);
      continue;
    }
    // The tunnel goes on.
    static_cast<void>(request.send_datagram(as_bytes(std::string_view{"\0still", 6})));
    REQUIRE(p.w.lab.run_until([&] { return p.net.wires[0]->sent.size() == 1; }));
    CHECK(p.net.wires[0]->sent[0] == "still");
  }
}

TEST_CASE("a proxy that breaks the rules of a tunnel is left", "[http3][bad_input][rfc9298]") {
  struct {
    char const* name;
    std::function<void(h3::request&, h3::response&)> answers;
    std::optional<h3::error_code> code;  ///< with which the client gives the stream up
    bool opens;
  } const cases[] = {
      {"no success", [](auto&, auto& r) { r.status(403).start_content(); }, h3::error_code::request_cancelled, false},
      {"a success without content", [](auto&, auto& r) { r.status(204).start_content(); },
       h3::error_code::request_cancelled, false},
      {"a success with content", [](auto&, auto& r) { r.field("content-type", "text/html").start_content(); },
       h3::error_code::request_cancelled, false},
      {"too long a payload",
       [](auto&, auto& r) { r.end(capsule_of(0, std::string(1, '\0') + std::string(udp::most_payload + 1, 'x'))); },
       h3::error_code::datagram_error, true},
      {"half a capsule", [](auto&, auto& r) { r.end(capsule_of(0, std::string(9, '\0')).substr(0, 5)); },
       h3::error_code::message_error, true},
      {"an unknown context", [](auto&, auto& r) { r.write(capsule_of(0, "\x07x")); }, {}, true},
  };
  for (auto const& one : cases) {
    CAPTURE(one.name);
    std::optional<h3::error_code> code;
    web w{[&](h3::request& request, h3::response& response) {
            request.on_failure([&code](h3::error_code why) { code = why; });
            request.on_content([](byte_view) {});
            one.answers(request, response);
          },
          {},
          with_tunnels()};
    opening asked;
    udp::open(*w.site, udp::uri_template::well_known("a.test").value(), udp::make_target("192.0.2.6", 443).value(),
              asked.taker());
    w.lab.advance(2s);
    CHECK(asked.answered() != asked.closed);
    CHECK(!asked.refused == one.opens);
    CHECK(code == one.code);
    CHECK(asked.got.empty());
  }
}

TEST_CASE("a client that has tunnels aborted again and again has had enough",
          "[http3][bad_input][rfc9298][cve_class_h3_made_you_reset]") {
  lab_options<urgent_stack> options;
  options.one_way_delay = 1ms;
  proxied p{{}, true, options};
  p.w.lab.advance(100ms);
  int aborted = 0;
  h3::client_response* response = nullptr;
  for (; aborted < 3000 && !p.w.lab.ended(role::client); ++aborted) {
    p.answer.failure.reset();
    p.ask_raw(literal_path, response).write(capsule_of(0, ""));
    REQUIRE(p.w.lab.run_until([&] { return p.answer.failure || p.w.lab.ended(role::client); }));
  }
  CHECK(aborted > 1000);
  REQUIRE(p.w.lab.ended(role::client));
  CHECK(p.w.lab.ended(role::client)->code == 0x107);
  CHECK(p.proxy.tunnels() == 0);
}
