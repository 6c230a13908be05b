// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client and a server with real TLS, whose certificates a scenario chooses.
#pragma once

#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/crypto/botan/config.hpp>
#include <quoin/crypto/botan/crypto.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

namespace quoin::scenario {

struct certified_stack : test_stack {
  using crypto = botan_crypto;
};
using certified_lab = lab<certified_stack>;

/// A certificate that is its own authority.
inline self_signed_certificate certificate_for(std::vector<std::string> const& names) {
  auto made = make_self_signed_certificate(names);
  REQUIRE(made);
  return *made;
}

inline void show(tls_identity& as, self_signed_certificate const& which) {
  as.certificate_chain_pem = which.certificate_pem;
  as.private_key_pem = which.private_key_pem;
}

inline botan_settings settings_of_an_end() {
  botan_settings settings;
  settings.alpn = {"lab"};
  settings.system_trust = false;
  return settings;
}

inline std::shared_ptr<botan_config> config_of(botan_settings settings) {
  auto made = make_botan_config(std::move(settings));
  REQUIRE(made);
  return *made;
}

/// Goes on until both ends are confirmed, or one has ended.
inline bool goes_well(certified_lab& lab, std::string const& name) {
  auto& client = lab.connect(name);
  static_cast<void>(
      lab.run_until([&] { return lab.ended(role::client) || lab.ended(role::server); }, std::chrono::seconds{2}));
  return !lab.ended(role::client) && client.confirmed();
}

}  // namespace quoin::scenario
