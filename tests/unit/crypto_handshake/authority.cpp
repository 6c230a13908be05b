// SPDX-License-Identifier: BSL-1.0
#include "authority.hpp"

#include <botan/data_src.h>
#include <botan/der_enc.h>
#include <botan/ec_group.h>
#include <botan/ecdsa.h>
#include <botan/ed25519.h>
#include <botan/ocsp.h>
#include <botan/pk_keys.h>
#include <botan/pkcs10.h>
#include <botan/pkcs8.h>
#include <botan/pubkey.h>
#include <botan/rsa.h>
#include <botan/system_rng.h>
#include <botan/x509_ca.h>
#include <botan/x509_crl.h>
#include <botan/x509_ext.h>
#include <botan/x509self.h>

#include <chrono>

namespace quoin::testing {

namespace {

Botan::System_RNG& random() {
  static Botan::System_RNG source;
  return source;
}

std::unique_ptr<Botan::Private_Key> make_key(key_kind kind) {
  if (kind == key_kind::rsa_2048) return std::make_unique<Botan::RSA_PrivateKey>(random(), 2048);
  auto const* const group = kind == key_kind::ecdsa_p384 ? "secp384r1" : "secp256r1";
  return std::make_unique<Botan::ECDSA_PrivateKey>(random(), Botan::EC_Group::from_name(group));
}

}  // namespace

struct authority::parts {
  explicit parts(std::string const& its) : name(its) {}

  std::string name;
  std::unique_ptr<Botan::Private_Key> key = make_key(key_kind::ecdsa_p256);
  Botan::X509_Certificate certificate = [this] {
    Botan::X509_Cert_Options options{name};
    options.CA_key(1);
    return Botan::X509::create_self_signed_cert(options, *key, "SHA-256", random());
  }();
};

authority::authority(std::string const& name) : parts_(std::make_unique<parts>(name)) {}
authority::~authority() = default;

std::string authority::pem() const {
  return parts_->certificate.PEM_encode();
}

issued_certificate authority::issue(std::string const& dns_name, key_kind kind, validity when) const {
  auto const key = make_key(kind);
  Botan::X509_Cert_Options options{dns_name};
  options.dns = dns_name;
  auto const request =
      Botan::X509::create_cert_req(options, *key, kind == key_kind::ecdsa_p384 ? "SHA-384" : "SHA-256", random());
  Botan::X509_CA const issuer{parts_->certificate, *parts_->key, "SHA-256", random()};
  auto const day = std::chrono::hours{24};
  auto const middle = std::chrono::system_clock::now() + (when == validity::expired   ? -20 * day
                                                          : when == validity::not_yet ? 20 * day
                                                                                      : 0 * day);
  auto const certificate =
      issuer.sign_request(request, random(), Botan::X509_Time{middle - 10 * day}, Botan::X509_Time{middle + 10 * day});
  return {certificate.PEM_encode() + pem(), Botan::PKCS8::PEM_encode(*key)};
}

issued_certificate authority::issue_for(std::vector<std::string> const& dns_names, key_kind kind) const {
  auto const key = make_key(kind);
  Botan::X509_Cert_Options options{dns_names.front()};
  Botan::AlternativeName names;
  for (auto const& name : dns_names) names.add_dns(name);
  options.extensions.add(std::make_unique<Botan::Cert_Extension::Subject_Alternative_Name>(names));
  auto const request = Botan::X509::create_cert_req(options, *key, "SHA-256", random());
  Botan::X509_CA const issuer{parts_->certificate, *parts_->key, "SHA-256", random()};
  auto const now = std::chrono::system_clock::now();
  auto const day = std::chrono::hours{24};
  auto const certificate =
      issuer.sign_request(request, random(), Botan::X509_Time{now - day}, Botan::X509_Time{now + 10 * day});
  return {certificate.PEM_encode() + pem(), Botan::PKCS8::PEM_encode(*key)};
}

std::string authority::revocation_list(std::vector<issued_certificate> const& revoked, validity when) const {
  Botan::X509_CA const issuer{parts_->certificate, *parts_->key, "SHA-256", random()};
  auto const day = std::chrono::hours{24};
  auto const begin = std::chrono::system_clock::now() + (when == validity::expired   ? -10 * day
                                                         : when == validity::not_yet ? 10 * day
                                                                                     : -1 * day);
  std::vector<Botan::CRL_Entry> entries;
  for (auto const& each : revoked) {
    Botan::DataSource_Memory pem{each.chain_pem};
    entries.emplace_back(Botan::X509_Certificate{pem});
  }
  auto const empty = issuer.new_crl(random(), begin, std::chrono::hours{48});
  return issuer.update_crl(empty, entries, random(), begin, std::chrono::hours{48}).PEM_encode();
}

/// RFC 6960 4.2.1: a response by the authority itself, of one certificate.
std::string authority::ocsp_response(issued_certificate const& certificate, bool revoked, validity when) const {
  Botan::DataSource_Memory pem{certificate.chain_pem};
  Botan::X509_Certificate const subject{pem};
  auto const time = [&](std::chrono::hours from_now) {
    auto const shift = when == validity::expired   ? -std::chrono::hours{24 * 10}
                       : when == validity::not_yet ? std::chrono::hours{24 * 10}
                                                   : std::chrono::hours{0};
    auto const at = Botan::X509_Time{std::chrono::system_clock::now() + shift + from_now};
    return Botan::X509_Time{"20" + at.to_string(), Botan::ASN1_Type::GeneralizedTime};
  };
  Botan::DER_Encoder status;
  if (revoked)
    status.start_context_specific(1).encode(time(std::chrono::hours{-2})).end_cons();
  else
    status.add_object(Botan::ASN1_Type{0}, Botan::ASN1_Class::ContextSpecific, nullptr, 0);

  std::vector<std::uint8_t> data;
  Botan::DER_Encoder{data}
      .start_sequence()
      .start_explicit(1)
      .encode(parts_->certificate.subject_dn())
      .end_cons()
      .encode(time(std::chrono::hours{-1}))
      .start_sequence()
      .start_sequence()
      .encode(Botan::OCSP::CertID{parts_->certificate, Botan::BigInt::from_bytes(subject.serial_number())})
      .raw_bytes(status.get_contents())
      .encode(time(std::chrono::hours{-1}))
      .start_explicit(0)
      .encode(time(std::chrono::hours{24}))
      .end_cons()
      .end_cons()
      .end_cons()
      .end_cons();
  Botan::PK_Signer signer{*parts_->key, random(), "SHA-256", Botan::Signature_Format::DerSequence};
  auto const signature = signer.sign_message(data, random());
  std::vector<std::uint8_t> basic;
  Botan::DER_Encoder{basic}
      .start_sequence()
      .raw_bytes(data)
      .encode(signer.algorithm_identifier())
      .encode(signature, Botan::ASN1_Type::BitString)
      .end_cons();
  std::vector<std::uint8_t> whole;
  Botan::DER_Encoder{whole}
      .start_sequence()
      .encode(std::size_t{0}, Botan::ASN1_Type::Enumerated, Botan::ASN1_Class::Universal)
      .start_explicit(0)
      .start_sequence()
      .encode(Botan::OID{"1.3.6.1.5.5.7.48.1.1"})
      .encode(basic, Botan::ASN1_Type::OctetString)
      .end_cons()
      .end_cons()
      .end_cons();
  return {whole.begin(), whole.end()};
}

std::string as_der(std::string const& revocation_list_pem) {
  Botan::DataSource_Memory pem{revocation_list_pem};
  auto const der = Botan::X509_CRL{pem}.BER_encode();
  return {der.begin(), der.end()};
}

std::string ed25519_key_pem() {
  return Botan::PKCS8::PEM_encode(Botan::Ed25519_PrivateKey{random()});
}

std::string encrypted_key_pem(std::string const& key_pem, std::string const& password) {
  Botan::DataSource_Memory source{key_pem};
  auto const key = Botan::PKCS8::load_key(source);
  return Botan::PKCS8::PEM_encode(*key, random(), password, std::chrono::milliseconds{1});
}

}  // namespace quoin::testing
