// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bodies of certificate.hpp.
#pragma once

#include <quoin/crypto/botan/certificate.hpp>

#include <botan/ec_group.h>
#include <botan/ecdsa.h>
#include <botan/ipv4_address.h>
#include <botan/ipv6_address.h>
#include <botan/pkcs8.h>
#include <botan/pkix_types.h>
#include <botan/system_rng.h>
#include <botan/x509_ext.h>
#include <botan/x509cert.h>
#include <botan/x509self.h>

#include <memory>

namespace quoin {

namespace botan_detail {

QUOIN_DECL Botan::AlternativeName alternative_names(std::vector<std::string> const& names) {
  Botan::AlternativeName all;
  for (auto const& name : names)
    if (auto const v4 = Botan::IPv4Address::from_string(name))
      all.add_ipv4_address(*v4);
    else if (auto const v6 = Botan::IPv6Address::from_string(name))
      all.add_ipv6_address(*v6);
    else
      all.add_dns(name);
  return all;
}

}  // namespace botan_detail

QUOIN_DECL basic_result<self_signed_certificate, std::string> make_self_signed_certificate(
    std::vector<std::string> const& names, std::chrono::hours validity) {
  if (names.empty()) return unexpected{std::string{"a certificate needs at least one name"}};
  try {
    Botan::System_RNG random;
    Botan::ECDSA_PrivateKey const key{random, Botan::EC_Group::from_name("secp256r1")};
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(validity).count();
    Botan::X509_Cert_Options options{"", static_cast<std::uint32_t>(seconds)};
    options.common_name = names.front();
    // The certificate is put into trust stores as it is, so it has to count as an authority, of nothing but itself.
    options.CA_key(0);
    options.extensions.add(
        std::make_unique<Botan::Cert_Extension::Subject_Alternative_Name>(botan_detail::alternative_names(names)));
    auto const certificate = Botan::X509::create_self_signed_cert(options, key, "SHA-256", random);
    return self_signed_certificate{certificate.PEM_encode(), Botan::PKCS8::PEM_encode(key),
                                   certificate.fingerprint("SHA-256")};
  } catch (std::exception const& e) {
    return unexpected{std::string{"the certificate cannot be made: "} + e.what()};
  }
}

}  // namespace quoin
