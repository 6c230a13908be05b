// SPDX-License-Identifier: BSL-1.0
/// \file
/// Reads and checks keys, certificates, authorities and revocation lists. Included by config.ipp.
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/base/contract.hpp>
#include <quoin/crypto/botan/credentials.ipp>

#include <botan/certstor_system.h>
#include <botan/data_src.h>
#include <botan/exceptn.h>
#include <botan/hash.h>
#include <botan/ocsp.h>
#include <botan/pkcs8.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace quoin::botan_detail {

/// Thrown while a configuration is made; never leaves `make_botan_config`.
struct config_problem {
  std::string sentence;
};

/// A PEM text and where it is from, for sentences.
struct pem_source {
  std::string text;
  std::string origin;
};

QUOIN_DECL std::string read_file(std::string const& what, std::string const& path) {
  auto const problem = [&] { return config_problem{what + " '" + path + "' cannot be read: " + std::strerror(errno)}; };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file{std::fopen(path.c_str(), "rb"), &std::fclose};
  if (!file) throw problem();
  std::string text;
  char block[4096];
  while (auto const count = std::fread(block, 1, sizeof block, file.get())) text.append(block, count);
  if (std::ferror(file.get()) != 0) throw problem();
  return text;
}

QUOIN_DECL pem_source load(std::string const& what, std::string const& path, std::string const& pem) {
  if (!path.empty() && !pem.empty())
    throw config_problem{what + " is given twice: as file '" + path + "' and in memory; give one of them"};
  if (!path.empty()) return {read_file(what, path), what + " '" + path + "'"};
  return {pem, what + " given in memory"};
}

/// Every PEM block with `label` in a text, as what it stands for.
template <class Parsed>
std::vector<Parsed> parse_blocks(pem_source const& source, std::string const& label, std::string const& noun) {
  std::vector<Parsed> found;
  auto const begin = "-----BEGIN " + label + "-----";
  auto const end = "-----END " + label + "-----";
  for (std::size_t at = 0; (at = source.text.find(begin, at)) != std::string::npos;) {
    auto const last = source.text.find(end, at);
    if (last == std::string::npos) throw config_problem{source.origin + " ends in the middle of a " + noun};
    auto const number = std::to_string(found.size() + 1);
    try {
      Botan::DataSource_Memory one{std::string_view{source.text}.substr(at, last + end.size() - at)};
      found.emplace_back(one);
    } catch (std::exception const& e) {
      throw config_problem{source.origin + ": " + noun + " " + number + " cannot be parsed: " + e.what()};
    }
    at = last + end.size();
  }
  return found;
}

QUOIN_DECL std::vector<Botan::X509_Certificate> parse_certificates(pem_source const& source) {
  auto found = parse_blocks<Botan::X509_Certificate>(source, "CERTIFICATE", "certificate");
  if (found.empty()) throw config_problem{source.origin + " holds no certificate in PEM"};
  return found;
}

/// A file without PEM is one list as DER.
QUOIN_DECL std::vector<Botan::X509_CRL> parse_revocation_lists(pem_source const& source) {
  auto found = parse_blocks<Botan::X509_CRL>(source, "X509 CRL", "revocation list");
  if (!found.empty()) return found;
  try {
    Botan::DataSource_Memory whole{source.text};
    found.emplace_back(whole);
  } catch (std::exception const& e) {
    throw config_problem{source.origin + " holds no revocation list, neither in PEM nor in DER: " + e.what()};
  }
  return found;
}

QUOIN_DECL std::shared_ptr<Botan::Private_Key> parse_key(pem_source const& source, std::string const& password) {
  auto const encrypted = source.text.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string::npos;
  if (!encrypted && source.text.find("-----BEGIN PRIVATE KEY-----") == std::string::npos)
    throw config_problem{source.origin +
                         " holds no PKCS#8 private key in PEM; `openssl pkcs8 -topk8 -nocrypt` converts other forms"};
  if (encrypted && password.empty())
    throw config_problem{source.origin + " is encrypted, but private_key_password is empty"};
  try {
    Botan::DataSource_Memory data{source.text};
    std::shared_ptr<Botan::Private_Key> key =
        encrypted ? Botan::PKCS8::load_key(data, password) : Botan::PKCS8::load_key(data);
    if (auto const kind = key->algo_name(); kind != "ECDSA" && kind != "RSA")
      throw config_problem{source.origin + " is of kind " + kind + ", which TLS cannot use here; use ECDSA or RSA"};
    return key;
  } catch (std::exception const& e) {
    if (encrypted) throw config_problem{source.origin + " cannot be decrypted: wrong private_key_password"};
    throw config_problem{source.origin + " cannot be parsed: " + e.what()};
  }
}

/// A hash over settings by their contents, to tell whether they are what they were.
class setting_mark {
 public:
  setting_mark& add(byte_view part) {
    hash_->update_be(std::uint64_t{part.size()});
    hash_->update(part);
    return *this;
  }
  setting_mark& add(std::uint8_t number) { return add(byte_view{&number, 1}); }
  setting_mark& add(Botan::Certificate_Store_In_Memory const& store) {
    for (auto const& subject : store.all_subjects())
      for (auto const& certificate : store.find_all_certs(subject, {})) add(certificate.BER_encode());
    return *this;
  }
  setting_mark& add(revocation_lists const& revoked) {
    for (auto const& list : revoked.lists) add(list.BER_encode());
    return add(static_cast<std::uint8_t>(revoked.unlisted));
  }

  [[nodiscard]] std::uint64_t mark() {
    auto const digest = hash_->final_stdvec();
    return byte_reader{digest}.u64().value_or(0);
  }

 private:
  std::unique_ptr<Botan::HashFunction> hash_ = Botan::HashFunction::create_or_throw("SHA-256");
};

QUOIN_DECL bool is_given(tls_identity const& settings) {
  auto const has_chain = !settings.certificate_chain_file.empty() || !settings.certificate_chain_pem.empty();
  auto const has_key = !settings.private_key_file.empty() || !settings.private_key_pem.empty();
  if (has_chain && !has_key)
    throw config_problem{"a certificate is given without its private key; set private_key_file"};
  if (has_key && !has_chain)
    throw config_problem{"a private key is given without its certificate; set certificate_chain_file"};
  return has_chain;
}

QUOIN_DECL std::vector<std::uint8_t> load_ocsp_response(tls_identity const& settings) {
  auto const given = load("OCSP response", settings.ocsp_response_file, settings.ocsp_response_der);
  std::vector<std::uint8_t> response{given.text.begin(), given.text.end()};
  if (response.empty()) return response;
  try {
    if (Botan::OCSP::Response{response}.status() == Botan::OCSP::Response_Status_Code::Successful) return response;
  } catch (std::exception const& e) {
    throw config_problem{given.origin + " cannot be parsed: " + e.what()};
  }
  throw config_problem{given.origin + " says only that the responder could not answer"};
}

QUOIN_DECL identity load_identity(tls_identity const& settings, [[maybe_unused]] bool accelerated) {
  identity made;
  auto const chain = load("certificate chain", settings.certificate_chain_file, settings.certificate_chain_pem);
  made.chain = parse_certificates(chain);
  auto const key = load("private key", settings.private_key_file, settings.private_key_pem);
  made.key = parse_key(key, settings.private_key_password);
  auto const certified = made.chain.front().subject_public_key();
  if (certified->algo_name() != made.key->algo_name() || certified->public_key_bits() != made.key->public_key_bits())
    throw config_problem{key.origin + " does not belong to the first certificate of " + chain.origin};
#ifdef QUOIN_HAS_LIBCRYPTO
  if (accelerated) made.signer = libcrypto::p256_signer::from_der(made.key->private_key_info());
#endif
  // Clients have their roots already; a root sent along is only weight against the amplification limit.
  if (made.chain.size() > 1 && made.chain.back().is_self_signed()) made.chain.pop_back();
  made.ocsp_response = load_ocsp_response(settings);
  made.mark = setting_mark{}.add(made.chain.front().subject_public_key_info()).mark();
  return made;
}

/// The names by which clients can ask for an identity. RFC 6066 3 knows no addresses there.
QUOIN_DECL std::vector<std::string> names_of(identity const& one) {
  std::vector<std::string> names;
  for (auto const& name : one.chain.front().subject_alt_name().dns_names()) names.push_back(name.to_string());
  return names;
}

QUOIN_DECL void load_identities(botan_settings const& settings, credentials& into) {
  auto const add = [&](tls_identity const& given) {
    auto const number = into.identities.size();
    into.identities.push_back(load_identity(given, settings.accelerated_public_keys));
    for (auto const& name : names_of(into.identities.back())) into.names.add(name, number);
  };
  if (is_given(settings)) add(settings);
  for (auto const& more : settings.more_identities) {
    auto const place = "more_identities[" + std::to_string(&more - settings.more_identities.data()) + "]";
    if (into.identities.empty())
      throw config_problem{place + " is given, but no first identity; set certificate_chain_file"};
    if (!is_given(more)) throw config_problem{place + " is empty; set its certificate_chain_file and private_key_file"};
    add(more);
    if (names_of(into.identities.back()).empty())
      throw config_problem{
          place + " has a certificate without a DNS name in its subjectAltName, so that no client can ask for it"};
  }
  if (into.identities.empty()) return;
  into.unnamed = {0};
  for (auto const& name : names_of(into.identities.front()))
    for (auto const number : *into.names.find(normalized_server_name(name)))
      if (std::find(into.unnamed.begin(), into.unnamed.end(), number) == into.unnamed.end())
        into.unnamed.push_back(number);
  into.refuse_unknown_names = settings.refuse_unknown_names;
}

QUOIN_DECL void load_authorities(std::string const& what, std::string const& file, std::string const& pem,
                                 Botan::Certificate_Store_In_Memory& into) {
  if (!file.empty())
    for (auto const& authority : parse_certificates({read_file(what + " file", file), what + " file '" + file + "'"}))
      into.add_certificate(authority);
  if (!pem.empty())
    for (auto const& authority : parse_certificates({pem, what + " given in memory"})) into.add_certificate(authority);
}

QUOIN_DECL void load_client_trust(botan_settings const& settings, credentials& into) {
  into.client_auth = settings.client_auth;
  if (settings.client_auth == client_authentication::none) return;
  if (settings.client_ca_file.empty() && settings.client_ca_pem.empty())
    load_authorities("CA", settings.ca_file, settings.ca_pem, into.client_authorities);
  else
    load_authorities("client CA", settings.client_ca_file, settings.client_ca_pem, into.client_authorities);
  if (into.client_authorities.all_subjects().empty())
    throw config_problem{
        "client_auth asks for certificates, but there are no authorities to check them against; set "
        "client_ca_file"};
  into.client_auth_mark = setting_mark{}
                              .add(static_cast<std::uint8_t>(settings.client_auth))
                              .add(into.client_authorities)
                              .add(into.revoked)
                              .mark();
}

QUOIN_DECL void load_server_trust(botan_settings const& settings, credentials& into) {
  load_authorities("CA", settings.ca_file, settings.ca_pem, into.authorities);
  into.verifies_servers = !settings.dangerously_skip_certificate_verification;
  into.trust_mark = setting_mark{}
                        .add(static_cast<std::uint8_t>(into.verifies_servers))
                        .add(static_cast<std::uint8_t>(settings.system_trust))
                        .add(into.authorities)
                        .add(into.revoked)
                        .mark();
  if (!into.verifies_servers) return;
  std::string why = "system_trust is off";
  if (settings.system_trust) try {
      into.system_authorities = std::make_unique<Botan::System_Certificate_Store>();
    } catch (std::exception const& e) {
      why = std::string{"those of the system cannot be read: "} + e.what();
    }
  if (!into.system_authorities && into.authorities.all_subjects().empty() && into.identities.empty())
    throw config_problem{"no authority is trusted, so no server could be: ca_file is empty and " + why};
}

QUOIN_DECL void load_revocation(botan_settings const& settings, credentials& into) {
  auto& lists = into.revoked.lists;
  auto const add = [&](pem_source const& source) {
    for (auto& list : parse_revocation_lists(source)) lists.push_back(std::move(list));
  };
  for (auto const& file : settings.crl_files) add({read_file("CRL file", file), "CRL file '" + file + "'"});
  if (!settings.crl_pem.empty()) add({settings.crl_pem, "crl_pem"});
  into.revoked.unlisted = settings.revocation;
}

/// Reads all that `settings` say of who we are and whom we believe.
QUOIN_DECL std::shared_ptr<credentials> load_credentials(botan_settings const& settings) {
  auto made = std::make_shared<credentials>(settings);
  made->policy = std::make_shared<tls_policy>(settings);
  load_identities(settings, *made);
  load_revocation(settings, *made);
  load_client_trust(settings, *made);
  load_server_trust(settings, *made);
  return made;
}

}  // namespace quoin::botan_detail
