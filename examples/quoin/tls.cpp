// SPDX-License-Identifier: BSL-1.0
#include "tls.hpp"

#include "failure.hpp"
#include "text.hpp"

#include "web_settings.hpp"

#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/crypto/botan/config.hpp>
#include <quoin/crypto/worker_pool.hpp>
#include <quoin/http3/session/remembered.hpp>

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>

#include <unistd.h>

namespace tool {
namespace {

std::string first_line_of(std::filesystem::path const& file) {
  std::ifstream in{file};
  std::string line;
  if (!in || (!std::getline(in, line) && !in.eof()))
    throw failure("cannot read the password file '" + file.string() + "': " + reason_of(errno));
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string whole_text_of(std::filesystem::path const& file) {
  std::ifstream in{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in) throw failure("cannot read '" + file.string() + "': " + reason_of(errno));
  return text;
}

std::string password_of(tls_settings const& settings) {
  return settings.key_password_file.empty() ? std::string{} : first_line_of(settings.key_password_file);
}

/// The names under which this machine is likely to be asked for.
std::vector<std::string> own_names() {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' && name.data() != names.front())
    names.emplace_back(name.data());
  return names;
}

std::shared_ptr<quoin::self_signed_certificate const> make_certificate() {
  auto made = quoin::make_self_signed_certificate(own_names());
  if (!made) throw failure("cannot make a certificate: " + made.error());
  return std::make_shared<quoin::self_signed_certificate const>(std::move(*made));
}

/// The first one is the one to show where nobody asks for a name.
void use_identities(tls_settings const& settings, quoin::credential_settings& out) {
  auto const password = password_of(settings);
  for (auto const& each : settings.identities) {
    auto& to = &each == &settings.identities.front() ? out : out.more_identities.emplace_back();
    to.certificate_chain_file = each.certificate.string();
    to.private_key_file = each.key.string();
    to.private_key_password = password;
    to.ocsp_response_file = each.ocsp_response.string();
  }
}

quoin::credential_settings credentials_of(tls_settings const& settings, quoin::role self,
                                          quoin::self_signed_certificate const* made) {
  using quoin::client_authentication;
  quoin::credential_settings out;
  use_identities(settings, out);
  for (auto const& list : settings.revocation_lists) out.crl_files.push_back(list.string());
  if (settings.require_revocation_list) out.revocation = quoin::revocation_check::hard;
  if (self == quoin::role::client) {
    out.ca_file = settings.authorities.string();
    out.system_trust = settings.authorities.empty() && !settings.insecure;
    out.dangerously_skip_certificate_verification = settings.insecure;
    return out;
  }
  out.system_trust = false;  // no server is called
  if (made != nullptr) {
    out.certificate_chain_pem = made->certificate_pem;
    out.private_key_pem = made->private_key_pem;
  }
  out.refuse_unknown_names = settings.refuse_unknown_names;
  out.client_ca_file = settings.client_authorities.string();
  if (!settings.client_authorities.empty())
    out.client_auth =
        settings.require_client_certificate ? client_authentication::require : client_authentication::request;
  return out;
}

}  // namespace

std::vector<quoin::cipher_suite> parse_suites(std::string const& list) {
  using quoin::cipher_suite;
  std::vector<cipher_suite> suites;
  for (auto const& name : split_list(list)) {
    if (name == "aes128")
      suites.push_back(cipher_suite::aes_128_gcm_sha256);
    else if (name == "aes256")
      suites.push_back(cipher_suite::aes_256_gcm_sha384);
    else if (name == "chacha20")
      suites.push_back(cipher_suite::chacha20_poly1305_sha256);
    else
      throw failure("unknown cipher '" + name + "': use aes128, aes256 or chacha20", exit_code::usage);
  }
  return suites;
}

tls_config::tls_config(tls_settings settings, quoin::role self) : settings_(std::move(settings)), self_(self) {
  if (self_ == quoin::role::server && settings_.identities.empty()) made_ = make_certificate();
  quoin::botan_settings out;
  static_cast<quoin::credential_settings&>(out) = credentials_of(settings_, self_, made_.get());
  out.alpn = settings_.alpn;
  if (!settings_.suites.empty()) out.suites = settings_.suites;
  out.key_log_file = settings_.key_log.string();
  out.accelerated_public_keys = settings_.accelerated;
  if (settings_.verify_each) out.remembered_chains = 0;
  out.sessions.early_data = settings_.early_data;
  // No stack of the tool has datagrams.
  out.sessions.context = quoin::http3::early_data_context(web_settings(settings_.early_data), false);
  if (settings_.handshake_threads != 0)
    out.executor = quoin::post_to(std::make_shared<quoin::worker_pool>(settings_.handshake_threads));
  auto config = quoin::make_botan_config(std::move(out));
  if (!config) throw failure(config.error());
  config_ = std::move(*config);
}

void tls_config::renew() {
  auto const outcome = config_->renew(credentials_of(settings_, self_, made_.get()));
  if (!outcome) throw failure(outcome.error());
}

std::vector<pem_identity> tls_config::identities() const {
  if (made_) return {{made_->certificate_pem, made_->private_key_pem, {}}};
  std::vector<pem_identity> all;
  for (auto const& each : settings_.identities)
    all.push_back({whole_text_of(each.certificate), whole_text_of(each.key), password_of(settings_)});
  return all;
}

std::string tls_config::fingerprint() const {
  return made_ ? made_->sha256_fingerprint : std::string{};
}

}  // namespace tool
