// SPDX-License-Identifier: BSL-1.0
/// \file
/// Reads and checks keys, certificates and authorities. Bodies of config.hpp.
#pragma once

#include <quoin/crypto/botan/config.hpp>
#include <quoin/crypto/botan/policy.ipp>
#include <quoin/crypto/botan/protection.hpp>
#include <quoin/crypto/session/session_issuer.hpp>

#include <botan/certstor_system.h>
#include <botan/data_src.h>
#include <botan/exceptn.h>
#include <botan/pkcs8.h>
#include <botan/system_rng.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>

namespace quoin {

struct botan_config::state {
  botan_settings settings;  // without the private key
  std::shared_ptr<botan_detail::credentials> credentials = std::make_shared<botan_detail::credentials>();
  std::shared_ptr<Botan::TLS::Policy const> policy;
  std::shared_ptr<Botan::RandomNumberGenerator> random = std::make_shared<Botan::System_RNG>();
  std::shared_ptr<session_issuer<botan_protection> const> issuer;
  std::uint64_t client_auth = 0;  // stands for how clients prove who they are
  std::shared_ptr<std::FILE> key_log_file;
  mutable std::mutex key_log_mutex;
  mutable verified_chains chains;  // verdicts by `credentials`, which do not change

  explicit state(botan_settings const& made_from)
      : chains(made_from.remembered_chains, made_from.remembered_chain_lifetime) {}

  [[nodiscard]] bool logs_keys() const noexcept { return key_log_file || settings.key_log; }

  void log_key(std::string const& line) const {
    std::scoped_lock const lock{key_log_mutex};
    if (settings.key_log) settings.key_log(line);
    if (!key_log_file) return;
    std::fputs((line + '\n').c_str(), key_log_file.get());
    std::fflush(key_log_file.get());
  }
};

QUOIN_DECL bool botan_config::has_certificate() const noexcept {
  return state_->credentials->key != nullptr;
}

QUOIN_DECL verified_chains::statistics botan_config::remembered_chains() const {
  return state_->chains.counted();
}

namespace botan_detail {

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

QUOIN_DECL std::vector<Botan::X509_Certificate> parse_certificates(pem_source const& source) {
  std::vector<Botan::X509_Certificate> found;
  std::string_view const begin = "-----BEGIN CERTIFICATE-----";
  std::string_view const end = "-----END CERTIFICATE-----";
  for (std::size_t at = 0; (at = source.text.find(begin, at)) != std::string::npos;) {
    auto const last = source.text.find(end, at);
    if (last == std::string::npos) throw config_problem{source.origin + " ends in the middle of a certificate"};
    auto const number = std::to_string(found.size() + 1);
    try {
      Botan::DataSource_Memory one{std::string_view{source.text}.substr(at, last + end.size() - at)};
      found.emplace_back(one);
    } catch (std::exception const& e) {
      throw config_problem{source.origin + ": certificate " + number + " cannot be parsed: " + e.what()};
    }
    at = last + end.size();
  }
  if (found.empty()) throw config_problem{source.origin + " holds no certificate in PEM"};
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

QUOIN_DECL void load_identity(botan_settings const& settings, credentials& into) {
  auto const has_chain = !settings.certificate_chain_file.empty() || !settings.certificate_chain_pem.empty();
  auto const has_key = !settings.private_key_file.empty() || !settings.private_key_pem.empty();
  if (!has_chain && !has_key) return;
  if (!has_key) throw config_problem{"a certificate is given without its private key; set private_key_file"};
  if (!has_chain) throw config_problem{"a private key is given without its certificate; set certificate_chain_file"};

  auto const chain = load("certificate chain", settings.certificate_chain_file, settings.certificate_chain_pem);
  into.chain = parse_certificates(chain);
  auto const key = load("private key", settings.private_key_file, settings.private_key_pem);
  into.key = parse_key(key, settings.private_key_password);
  auto const certified = into.chain.front().subject_public_key();
  if (certified->algo_name() != into.key->algo_name() || certified->public_key_bits() != into.key->public_key_bits())
    throw config_problem{key.origin + " does not belong to the first certificate of " + chain.origin};
#ifdef QUOIN_HAS_LIBCRYPTO
  if (settings.accelerated_public_keys) into.signer = libcrypto::p256_signer::from_der(into.key->private_key_info());
#endif
  // Clients have their roots already; a root sent along is only weight against the amplification limit.
  if (into.chain.size() > 1 && into.chain.back().is_self_signed()) into.chain.pop_back();
}

QUOIN_DECL void load_trust(botan_settings const& settings, credentials& into) {
  into.require_client_certificate = settings.require_client_certificate;
  if (!settings.ca_file.empty())
    for (auto const& authority :
         parse_certificates({read_file("CA file", settings.ca_file), "CA file '" + settings.ca_file + "'"}))
      into.authorities.add_certificate(authority);
  if (!settings.ca_pem.empty())
    for (auto const& authority : parse_certificates({settings.ca_pem, "ca_pem"}))
      into.authorities.add_certificate(authority);
  into.has_authorities = !settings.ca_file.empty() || !settings.ca_pem.empty();
  if (settings.require_client_certificate && !into.has_authorities)
    throw config_problem{"require_client_certificate needs authorities to check against; set ca_file"};
  if (settings.dangerously_skip_certificate_verification) return;

  std::string why = "system_trust is off";
  if (settings.system_trust) try {
      into.system_authorities = std::make_unique<Botan::System_Certificate_Store>();
    } catch (std::exception const& e) {
      why = std::string{"those of the system cannot be read: "} + e.what();
    }
  if (!into.system_authorities && !into.has_authorities && !into.key)
    throw config_problem{"no authority is trusted, so no server could be: ca_file is empty and " + why};
}

QUOIN_DECL void check_choices(botan_settings const& settings) {
  if (settings.alpn.empty())
    throw config_problem{"alpn is empty; QUIC requires at least one application protocol, for example \"h3\""};
  for (auto const& name : settings.alpn)
    if (name.empty() || name.size() > 255)
      throw config_problem{"alpn holds a name of " + std::to_string(name.size()) + " bytes; 1 to 255 are allowed"};
  if (settings.suites.empty()) throw config_problem{"suites is empty; name at least one cipher suite"};
  if (settings.groups.empty()) throw config_problem{"groups is empty; name at least one key exchange group"};
  if (settings.offered_shares.empty())
    throw config_problem{"offered_shares is empty; name at least one key exchange group"};
  for (auto const group : settings.offered_shares)
    if (std::find(settings.groups.begin(), settings.groups.end(), group) == settings.groups.end())
      throw config_problem{"offered_shares names " + to_botan(group).to_string().value_or("a group") +
                           ", which is not in groups"};
  for (auto const group : settings.groups)
    if (!to_botan(group).is_available())
      throw config_problem{"this build of Botan lacks the group " + to_botan(group).to_string().value_or("named")};
}

/// A session is good only where clients are asked for the same proof of who they are.
QUOIN_DECL std::uint64_t client_auth_of(botan_settings const& settings) {
  if (!settings.require_client_certificate) return 0;
  return siphash({settings.ca_file.size(), settings.ca_pem.size()}, as_bytes(settings.ca_file + '\n' + settings.ca_pem));
}

QUOIN_DECL std::shared_ptr<session_issuer<botan_protection> const> make_issuer(session_settings const& settings,
                                                                               Botan::RandomNumberGenerator& random) {
  if (settings.lifetime <= std::chrono::seconds{0} || settings.lifetime > longest_session)
    throw config_problem{"sessions.lifetime is " + std::to_string(settings.lifetime.count()) +
                         " seconds; use 1 to 604800, a week (RFC 8446 4.6.1)"};
  if (settings.tickets > 10)
    throw config_problem{"sessions.tickets is " + std::to_string(settings.tickets) + "; use at most 10"};
  if (settings.early_data && settings.tickets == 0)
    throw config_problem{"sessions.early_data needs sessions to resume, but sessions.tickets is 0"};
  session_secret drawn{};
  hash_key key{};
  random.randomize(drawn);
  random.randomize({reinterpret_cast<std::uint8_t*>(key.data()), sizeof key});
  auto const began = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return std::make_shared<session_issuer<botan_protection> const>(settings, drawn, key, began);
}

QUOIN_DECL std::shared_ptr<std::FILE> open_key_log(std::string const& path) {
  if (path.empty()) return nullptr;
  auto* const file = std::fopen(path.c_str(), "a");
  if (file == nullptr)
    throw config_problem{"key log file '" + path + "' cannot be opened for writing: " + std::strerror(errno)};
  return {file, &std::fclose};
}

}  // namespace botan_detail

QUOIN_DECL basic_result<std::shared_ptr<botan_config const>, std::string> make_botan_config(botan_settings settings) {
  try {
    auto const made = std::make_shared<botan_config::state>(settings);
    botan_detail::check_choices(settings);
    botan_detail::load_identity(settings, *made->credentials);
    botan_detail::load_trust(settings, *made->credentials);
    made->key_log_file = botan_detail::open_key_log(settings.key_log_file);
    made->policy = std::make_shared<botan_detail::tls_policy>(settings);
    made->issuer = botan_detail::make_issuer(settings.sessions, *made->random);
    made->client_auth = botan_detail::client_auth_of(settings);
    settings.private_key_pem.clear();
    settings.private_key_password.clear();
    made->settings = std::move(settings);
    return std::make_shared<botan_config const>(made);
  } catch (botan_detail::config_problem& problem) {
    return unexpected{std::move(problem.sentence)};
  } catch (std::exception const& e) {
    return unexpected{std::string{"the TLS configuration cannot be made: "} + e.what()};
  }
}

}  // namespace quoin
