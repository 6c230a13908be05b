// SPDX-License-Identifier: BSL-1.0
/// \file
/// Checks settings and puts together what is made of them. Bodies of config.hpp.
#pragma once

#include <quoin/crypto/accelerated/protection.hpp>
#include <quoin/crypto/botan/config.hpp>
#include <quoin/crypto/botan/load_credentials.ipp>
#include <quoin/crypto/session/session_issuer.hpp>

#include <botan/system_rng.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>

namespace quoin {

struct botan_config::state {
  botan_settings settings;  // all but its credentials
  std::shared_ptr<Botan::RandomNumberGenerator> random = std::make_shared<Botan::System_RNG>();
  std::shared_ptr<session_issuer<accelerated_protection> const> issuer;
  std::shared_ptr<std::FILE> key_log_file;
  mutable std::mutex key_log_mutex;

  /// What connections that begin now go by.
  [[nodiscard]] std::shared_ptr<botan_detail::credentials> present() const {
    std::scoped_lock const lock{credentials_mutex_};
    return credentials_;
  }
  void replace(std::shared_ptr<botan_detail::credentials> renewed) {
    std::scoped_lock const lock{credentials_mutex_};
    credentials_.swap(renewed);
  }

  [[nodiscard]] bool logs_keys() const noexcept { return key_log_file || settings.key_log; }

  void log_key(std::string const& line) const {
    std::scoped_lock const lock{key_log_mutex};
    if (settings.key_log) settings.key_log(line);
    if (!key_log_file) return;
    std::fputs((line + '\n').c_str(), key_log_file.get());
    std::fflush(key_log_file.get());
  }

 private:
  std::shared_ptr<botan_detail::credentials> credentials_;
  mutable std::mutex credentials_mutex_;
};

QUOIN_DECL bool botan_config::has_certificate() const {
  return !state_->present()->identities.empty();
}

QUOIN_DECL verified_chains::statistics botan_config::remembered_chains() const {
  return state_->present()->chains.counted();
}

QUOIN_DECL basic_result<void, std::string> botan_config::renew(credential_settings const& settings) {
  try {
    auto whole = state_->settings;
    static_cast<credential_settings&>(whole) = settings;
    state_->replace(botan_detail::load_credentials(whole));
    return {};
  } catch (botan_detail::config_problem& problem) {
    return unexpected{std::move(problem.sentence)};
  } catch (std::exception const& e) {
    return unexpected{std::string{"the credentials cannot be renewed: "} + e.what()};
  }
}

namespace botan_detail {

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

QUOIN_DECL std::shared_ptr<session_issuer<accelerated_protection> const> make_issuer(
    session_settings const& settings, Botan::RandomNumberGenerator& random) {
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
  return std::make_shared<session_issuer<accelerated_protection> const>(settings, drawn, key, began);
}

QUOIN_DECL std::shared_ptr<std::FILE> open_key_log(std::string const& path) {
  if (path.empty()) return nullptr;
  auto* const file = std::fopen(path.c_str(), "a");
  if (file == nullptr)
    throw config_problem{"key log file '" + path + "' cannot be opened for writing: " + std::strerror(errno)};
  return {file, &std::fclose};
}

}  // namespace botan_detail

QUOIN_DECL basic_result<std::shared_ptr<botan_config>, std::string> make_botan_config(botan_settings settings) {
  try {
    auto const made = std::make_shared<botan_config::state>();
    botan_detail::check_choices(settings);
    made->replace(botan_detail::load_credentials(settings));
    made->key_log_file = botan_detail::open_key_log(settings.key_log_file);
    made->issuer = botan_detail::make_issuer(settings.sessions, *made->random);
    static_cast<credential_settings&>(settings) = {};
    made->settings = std::move(settings);
    return std::make_shared<botan_config>(made);
  } catch (botan_detail::config_problem& problem) {
    return unexpected{std::move(problem.sentence)};
  } catch (std::exception const& e) {
    return unexpected{std::string{"the TLS configuration cannot be made: "} + e.what()};
  }
}

}  // namespace quoin
