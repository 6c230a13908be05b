// SPDX-License-Identifier: BSL-1.0
#include "fetch/trace.hpp"

#include "close_text.hpp"
#include "fetch/plan.hpp"
#include "report.hpp"
#include "text.hpp"

#include <botan/pkix_types.h>
#include <botan/x509cert.h>

#include <chrono>
#include <cstdio>

namespace tool::fetch {
namespace {

std::string name_of(quoin::cipher_suite suite) {
  switch (suite) {
    case quoin::cipher_suite::aes_128_gcm_sha256: return "TLS_AES_128_GCM_SHA256";
    case quoin::cipher_suite::aes_256_gcm_sha384: return "TLS_AES_256_GCM_SHA384";
    case quoin::cipher_suite::chacha20_poly1305_sha256: break;
  }
  return "TLS_CHACHA20_POLY1305_SHA256";
}

std::string name_of_group(std::uint16_t group) {
  switch (group) {
    case 0: return "no key exchange";
    case 0x0017: return "secp256r1";
    case 0x0018: return "secp384r1";
    case 0x001d: return "X25519";
    case 0x11ec: return "X25519MLKEM768";
    default: return "group " + hexadecimal(group);
  }
}

std::string name_of(quoin::version version) {
  if (version == quoin::version::v1) return "QUIC version 1";
  if (version == quoin::version::v2) return "QUIC version 2";
  return "QUIC version " + hexadecimal(static_cast<std::uint32_t>(version));
}

std::string milliseconds(quoin::duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

std::string limits_of(quoin::wire::transport_parameters const& of) {
  return "data " + std::to_string(of.initial_max_data) + ", per stream " +
         std::to_string(of.initial_max_stream_data_bidi_remote) + ", requests " +
         std::to_string(of.initial_max_streams_bidi) + ", idle timeout " + milliseconds(of.max_idle_timeout) +
         ", UDP payload " + std::to_string(of.max_udp_payload_size) +
         (of.disable_active_migration ? ", no migration" : "") + (of.grease_quic_bit ? ", grease" : "");
}

void line(char mark, std::string const& text) {
  std::fprintf(stderr, "%c %s\n", mark, printable(text).c_str());
}

}  // namespace

certificate_text described(quoin::byte_view der) try {
  Botan::X509_Certificate const certificate{der.data(), der.size()};
  return {certificate.subject_dn().to_string(), certificate.issuer_dn().to_string(),
          certificate.not_after().readable_string()};
} catch (std::exception const&) {
  return {};
}

void trace::note(std::string const& text) const {
  line('*', text);
}

void trace::connected(connection_facts const& facts, std::string const& address) const {
  note("connected to " + facts.server_name + " (" + address + "), " + name_of(facts.version));
  note("TLS 1.3, " + (facts.suite ? name_of(*facts.suite) : std::string{"unknown suite"}) + ", " +
       name_of_group(facts.group) + ", ALPN " + facts.alpn);
  if (facts.certificate && !facts.certificate->chain.empty()) {
    auto const text = described(facts.certificate->chain.front());
    note("certificate of " + text.subject + ", issued by " + text.issuer + ", good until " + text.expiry);
  } else if (facts.certificate) {
    note("certificate of " + facts.certificate->subject + ", as the resumed session has it");
  }
  note(std::string{facts.resumed ? "session resumed" : "new session"} + early_data_clause(facts.early_data));
  if (facts.parameters) note("transport parameters: " + limits_of(*facts.parameters));
}

void trace::asked(std::string_view method, std::string_view target, std::string_view authority,
                  std::span<field_line const> fields) const {
  line('>', std::string{method} + ' ' + std::string{target} + " HTTP/3");
  line('>', "host: " + std::string{authority});
  for (auto const& one : fields) line('>', one.name + ": " + one.value);
}

void trace::answered(unsigned status, quoin::http3::field_list const& fields) const {
  line('<', "HTTP/3 " + std::to_string(status));
  for (auto const& one : fields)
    if (!one.name.starts_with(':')) line('<', std::string{one.name} + ": " + std::string{one.value});
}

}  // namespace tool::fetch
