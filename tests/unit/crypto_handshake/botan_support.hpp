// SPDX-License-Identifier: BSL-1.0
/// \file
/// Configurations of the Botan engine for tests, all trusting one authority.
#pragma once

#include "../../conformance/handshake_pair.hpp"
#include "authority.hpp"

#include <quoin/crypto/botan/handshake.hpp>

#include <catch2/catch_test_macros.hpp>

namespace quoin::testing {

using botan_pair = handshake_pair<botan_handshake>;
using botan_config_pointer = std::shared_ptr<botan_config const>;

inline authority const& test_authority() {
  static authority const made;
  return made;
}

inline issued_certificate const& localhost_certificate() {
  static issued_certificate const made = test_authority().issue("localhost");
  return made;
}

inline botan_settings client_settings() {
  botan_settings settings;
  settings.alpn = {"other", "test/1"};
  settings.ca_pem = test_authority().pem();
  settings.system_trust = false;
  return settings;
}

inline botan_settings server_settings(issued_certificate const& certificate = localhost_certificate()) {
  botan_settings settings;
  settings.alpn = {"test/1"};
  settings.certificate_chain_pem = certificate.chain_pem;
  settings.private_key_pem = certificate.key_pem;
  settings.system_trust = false;
  return settings;
}

inline botan_config_pointer made(botan_settings const& settings) {
  auto const config = make_botan_config(settings);
  if (!config) FAIL(config.error());
  return *config;
}

inline botan_pair joined(botan_settings const& client = client_settings(),
                         botan_settings const& server = server_settings(), std::string name = "localhost") {
  return {made(client), made(server), std::move(name)};
}

}  // namespace quoin::testing
