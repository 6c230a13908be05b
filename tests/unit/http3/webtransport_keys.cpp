// SPDX-License-Identifier: BSL-1.0
// Keying material of WebTransport's sessions, over real TLS.
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/extension/datagram.hpp>
#include <quoin/extension/reset_stream_at.hpp>
#include <quoin/http3/client.hpp>
#include <quoin/http3/server.hpp>
#include <quoin/http3/webtransport/handshake.hpp>
#include <quoin/stacks/minimal.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
namespace h3 = quoin::http3;
namespace wt = quoin::http3::webtransport;

namespace {

struct stack : minimal_stack {
  using extensions = quoin::extensions<datagram, reset_stream_at>;
};

using key = std::array<std::uint8_t, 32>;

key exported(wt::session& from, std::string_view label, std::string_view context) {
  key material{};
  REQUIRE(from.export_keying_material(label, as_bytes(context), material));
  return material;
}

template <class Config>
Config configured(std::shared_ptr<botan_config const> const& crypto) {
  Config config;
  config.endpoint.crypto = crypto;
  config.endpoint.io.bind = socket_address::v4(127, 0, 0, 1, 0);
  config.http3.webtransport.sessions = 2;
  return config;
}

}  // namespace

TEST_CASE("both ends of a session export the same keys, and no other session does", "[http3][webtransport]") {
  auto const identity = make_self_signed_certificate({"localhost"}).value();
  botan_settings tls;
  tls.alpn = {"h3"};
  tls.certificate_chain_pem = tls.ca_pem = identity.certificate_pem;
  tls.private_key_pem = identity.private_key_pem;
  std::shared_ptr<botan_config const> const crypto = make_botan_config(tls).value();
  h3::server<stack> server{configured<h3::server_config<stack>>(crypto)};
  h3::client<stack> client{configured<h3::client_config<stack>>(crypto)};
  std::vector<wt::session*> far;
  std::vector<wt::session*> near;
  server.on_request(
      [&](h3::request& request, h3::response& response) { far.push_back(wt::accept(request, response)); });
  auto& site = client.connect(server.local_address(), "localhost");
  for (std::size_t i = 0; i < 2; ++i) {
    wt::open(site, "/", {}, [&](wt::opened outcome) { near.push_back(outcome ? *outcome : nullptr); });
    for (int turns = 0; turns < 2000 && near.size() == i; ++turns) {
      server.turn(std::chrono::milliseconds{1});
      client.turn(std::chrono::milliseconds{1});
    }
    REQUIRE(near.size() == i + 1);
    REQUIRE(near[i] != nullptr);
    REQUIRE(far.at(i) != nullptr);
  }
  auto const here = exported(*near[0], "label", "context");
  CHECK(here == exported(*far[0], "label", "context"));
  CHECK(here != exported(*near[1], "label", "context"));
  CHECK(exported(*far[1], "label", "context") == exported(*near[1], "label", "context"));
  CHECK(here != exported(*near[0], "label", ""));
  CHECK(here != exported(*near[0], "labels", "context"));
  CHECK(here != exported(*near[0], "labelc", "ontext"));
  key none{};
  CHECK_FALSE(near[0]->export_keying_material(std::string(256, 'x'), {}, none));
  CHECK_FALSE(near[0]->export_keying_material("", {}, none));
  near[0]->close();
  CHECK_FALSE(near[0]->export_keying_material("label", {}, none));
}

TEST_CASE("the context of exported keys says the session, the label and the context", "[http3][webtransport]") {
  auto const made = wt::exporter_context::of(stream_id{4}, "ab", as_bytes(std::string_view{"c"}));
  REQUIRE(made);
  std::vector<std::uint8_t> const wanted{0, 0, 0, 0, 0, 0, 0, 4, 2, 'a', 'b', 1, 'c'};
  CHECK(std::equal(made->view().begin(), made->view().end(), wanted.begin(), wanted.end()));
}
