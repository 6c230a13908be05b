// SPDX-License-Identifier: BSL-1.0
#include "certified_lab.hpp"

#include <quoin/http3/api/agent.hpp>
#include <quoin/http3/api/service.hpp>

using namespace quoin;
using namespace quoin::scenario;

namespace {

/// A server that shows a certificate for server.test, and a client that believes in it and asks for a page of `host`.
struct page_view {
  using connection_type = certified_lab::connection_type;

  explicit page_view(std::string const& host)
      : lab(both_ends()),
        service([this](http3::request const& request, http3::response& response) { answer(request, response); },
                http3::surroundings_of(lab.server_endpoint(), {}, {})),
        agent(http3::surroundings_of(lab.client_endpoint(), {}, {})) {
    lab.on_event([this](role side, connection_type& from, connection_event const& event) {
      if (side == role::client) return agent.on_event(from, event);
      if (event.what == connection_event::kind::connected) name_seen = from.tls()->server_name();
      service.on_event(from, event);
    });
    agent.adopt(lab.connect(host), host).get("/", [this](http3::client_response& response) {
      status = response.status();
      failed = response.failure().has_value();
      told = true;
    });
    REQUIRE(lab.run_until([&] { return told; }));
    lab.settle();
  }

  static lab_options<certified_stack> both_ends() {
    static auto const certificate = certificate_for({"server.test"});
    auto client = settings_of_an_end();
    client.ca_pem = certificate.certificate_pem;
    auto server = settings_of_an_end();
    show(server, certificate);
    lab_options<certified_stack> options;
    options.client_crypto = config_of(std::move(client));
    options.server_crypto = config_of(std::move(server));
    return options;
  }

  void answer(http3::request const& request, http3::response& response) {
    asked_for = std::string{request.authority()};
    response.end("here you are");
  }

  certified_lab lab;
  http3::service<connection_type> service;
  http3::agent<connection_type> agent;
  std::string name_seen;  ///< by SNI, at the server
  std::string asked_for;
  unsigned status = 0;
  bool failed = false;
  bool told = false;
};

}  // namespace

TEST_CASE("a request goes only to whom the certificate names", "[scenario][botan][http3][rfc9114]") {
  page_view const right{"server.test"};
  CHECK_FALSE(right.failed);
  CHECK(right.status == 200);
  CHECK(right.asked_for == "server.test");
  CHECK(right.name_seen == "server.test");

  page_view const wrong{"other.test"};
  CHECK(wrong.failed);
  CHECK(wrong.asked_for.empty());
  CHECK(wrong.lab.count(role::server, connection_event::kind::stream_opened) == 0);
}
