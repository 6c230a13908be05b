// SPDX-License-Identifier: BSL-1.0
#include "certified_lab.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

/// Whether a client that believes in `trusted` alone gets on with a server under this name.
bool believes(std::shared_ptr<botan_config> const& server, self_signed_certificate const& trusted,
              std::string const& name) {
  auto client = settings_of_an_end();
  client.ca_pem = trusted.certificate_pem;
  lab_options<certified_stack> options;
  options.client_crypto = config_of(std::move(client));
  options.server_crypto = server;
  certified_lab lab{options};
  return goes_well(lab, name);
}

}  // namespace

TEST_CASE("the certificate is chosen by the name that is asked for", "[scenario][botan][rfc6066]") {
  auto const one = certificate_for({"one.test"});
  auto const two = certificate_for({"two.test"});
  auto server = settings_of_an_end();
  show(server, one);
  show(server.more_identities.emplace_back(), two);
  auto const config = config_of(std::move(server));
  CHECK(believes(config, one, "one.test"));
  CHECK(believes(config, two, "two.test"));
  CHECK_FALSE(believes(config, one, "two.test"));
  CHECK_FALSE(believes(config, two, "one.test"));
}

TEST_CASE("a renewed certificate is shown to who comes next", "[scenario][botan]") {
  auto const before = certificate_for({"server.test"});
  auto const after = certificate_for({"server.test"});
  auto server = settings_of_an_end();
  show(server, before);
  auto const config = config_of(std::move(server));
  CHECK(believes(config, before, "server.test"));
  credential_settings renewed;
  renewed.system_trust = false;
  show(renewed, after);
  REQUIRE(config->renew(renewed));
  CHECK(believes(config, after, "server.test"));
  CHECK_FALSE(believes(config, before, "server.test"));
}
