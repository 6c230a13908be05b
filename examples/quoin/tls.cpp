// SPDX-License-Identifier: BSL-1.0
#include "tls.hpp"

#include "failure.hpp"
#include "text.hpp"

#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/crypto/botan/config.hpp>

#include <array>
#include <cerrno>
#include <fstream>

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

/// The names under which this machine is likely to be asked for.
std::vector<std::string> own_names() {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' && name.data() != names.front())
    names.emplace_back(name.data());
  return names;
}

void use_self_signed(quoin::botan_settings& out, std::string& fingerprint) {
  auto made = quoin::make_self_signed_certificate(own_names());
  if (!made) throw failure("cannot make a certificate: " + made.error());
  out.certificate_chain_pem = made->certificate_pem;
  out.private_key_pem = made->private_key_pem;
  fingerprint = made->sha256_fingerprint;
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

tls_config make_tls_config(tls_settings const& settings, quoin::role self) {
  quoin::botan_settings out;
  tls_config made;
  out.alpn = settings.alpn;
  if (!settings.suites.empty()) out.suites = settings.suites;
  out.key_log_file = settings.key_log.string();
  out.accelerated_public_keys = settings.accelerated;
  if (settings.verify_each) out.remembered_chains = 0;
  if (self == quoin::role::server) {
    out.certificate_chain_file = settings.certificate.string();
    out.private_key_file = settings.key.string();
    if (!settings.key_password_file.empty()) out.private_key_password = first_line_of(settings.key_password_file);
    if (settings.certificate.empty()) use_self_signed(out, made.fingerprint);
    out.system_trust = false;  // no client is asked for a certificate
    out.sessions.early_data = settings.early_data;
  } else {
    out.ca_file = settings.authorities.string();
    out.system_trust = settings.authorities.empty() && !settings.insecure;
    out.dangerously_skip_certificate_verification = settings.insecure;
  }
  auto config = quoin::make_botan_config(std::move(out));
  if (!config) throw failure(config.error());
  made.config = std::move(*config);
  return made;
}

}  // namespace tool
