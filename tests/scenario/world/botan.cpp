// SPDX-License-Identifier: BSL-1.0
#include "audited_crypto.hpp"
#include "lab_backend.hpp"

#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/crypto/botan/config.hpp>
#include <quoin/crypto/botan/crypto.hpp>
#include <quoin/stacks/test.hpp>

namespace quoin::scenario {
namespace {

struct botan_stack : test_stack {
  using crypto = audited_crypto<botan_crypto>;
  using observer = reporting_observer;
};

/// One certificate for the whole run: keys take time to make.
self_signed_certificate const& certificate() {
  static auto const made = make_self_signed_certificate({"server.test"});
  return *made;
}

std::shared_ptr<botan_config const> config_of(world_options const& options, role side) {
  botan_settings settings;
  settings.alpn = side == role::client ? options.client_alpn : options.server_alpn;
  settings.system_trust = false;
  settings.suites = {options.suite};
  if (side == role::client) {
    settings.ca_pem = certificate().certificate_pem;
    if (options.retry_hello) settings.groups = {key_group::x25519, key_group::secp384r1};
    if (options.post_quantum) settings.offered_shares = {key_group::x25519_ml_kem_768};
  } else {
    settings.certificate_chain_pem = certificate().certificate_pem;
    settings.private_key_pem = certificate().private_key_pem;
    if (options.retry_hello) settings.groups = settings.offered_shares = {key_group::secp384r1};
    settings.sessions.tickets = options.tickets;
    settings.sessions.secrets = {session_secret{options.session_secret}};
    settings.sessions.early_data = options.early_data;
    settings.sessions.context = options.session_context;
    settings.sessions.replay =
        guard_with(std::make_shared<strike_register>(hash_key{1, 2}, wall_time{}, options.strikes));
    if (options.post_quantum) settings.groups = {key_group::x25519_ml_kem_768, key_group::x25519};
  }
  auto made = make_botan_config(std::move(settings));
  QUOIN_ASSERT(made.has_value());
  return *made;
}

}  // namespace

std::unique_ptr<backend> make_botan(world_options const& options, reporter& to) {
  return std::make_unique<lab_backend<botan_stack>>(options, &config_of, to);
}

}  // namespace quoin::scenario
