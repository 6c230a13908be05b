// SPDX-License-Identifier: BSL-1.0
#include "close_text.hpp"

#include "text.hpp"

#include <quoin/core/error.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace tool {
namespace {

using quoin::event::close_origin;

std::string in_seconds(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g s", seconds);
  return text.data();
}

bool is_alert(quoin::close_info const& why) {
  return !why.application && why.code >= 0x100 && why.code <= 0x1ff;
}

/// Alerts by which a certificate is refused (RFC 8446 6.2).
bool is_about_certificate(quoin::close_info const& why) {
  if (!is_alert(why)) return false;
  auto const alert = why.code - 0x100;
  return (alert >= 42 && alert <= 46) || alert == 48 || alert == 113 || alert == 115;
}

std::string code_of(quoin::close_info const& why) {
  if (why.application) return "application code " + hexadecimal(why.code);
  if (is_alert(why)) return "TLS alert " + std::to_string(why.code - 0x100);
  return std::string{quoin::name_of(static_cast<quoin::error_code>(why.code))} + " (" + hexadecimal(why.code) + ")";
}

std::string quoted_reason(quoin::close_info const& why) {
  return why.reason.empty() ? std::string{} : ", \"" + printable(why.reason) + "\"";
}

/// What TLS or the network had to say, in brackets.
std::string bracketed_detail(quoin::close_info const& why) {
  return why.detail.empty() ? std::string{} : " (" + printable(why.detail) + ")";
}

std::string joined(std::vector<std::string> const& names) {
  std::string text;
  for (auto const& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string explain_silence(attempt const& to) {
  if (to.connected)
    return "the connection to " + to.host + " broke off: nothing heard for " + in_seconds(to.timeout_seconds);
  if (to.heard) return "the handshake with " + to.address + " did not finish within " + in_seconds(to.timeout_seconds);
  return "no answer from " + to.address + " within " + in_seconds(to.timeout_seconds);
}

std::string explain_local(quoin::close_info const& why, attempt const& to) {
  if (is_alert(why) && why.code == 0x100 + 44)
    return "the certificate of " + to.host + " is revoked" + bracketed_detail(why);
  if (is_alert(why) && why.code == 0x100 + 46)
    return "whether the certificate of " + to.host + " is revoked is not known" + bracketed_detail(why);
  if (is_about_certificate(why))
    return "the certificate of " + to.host + " is not trusted" +
           (why.reason.empty() ? std::string{} : " (" + printable(why.reason) + ")") + bracketed_detail(why) +
           ": name its authority with --ca FILE, or skip the check with --insecure";
  if (!why.application && !to.heard &&
      why.code == static_cast<std::uint64_t>(quoin::error_code::version_negotiation_error))
    return to.host + " speaks no QUIC version that we speak";
  return "gave up the connection to " + to.host + ": " + code_of(why) + quoted_reason(why) + bracketed_detail(why);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (char const c : text) out.push_back(c >= ' ' && c <= '~' ? c : '?');
  return out;
}

exit_code exit_code_for(quoin::close_info const& why, attempt const& to) {
  bool const silence = why.origin == close_origin::idle_timeout || why.origin == close_origin::handshake_timeout;
  // What the network had to say about it is that nothing ever left.
  if (silence) return !to.heard && !why.detail.empty() ? exit_code::unconnected : exit_code::timeout;
  if (why.origin == close_origin::local && is_about_certificate(why)) return exit_code::certificate;
  if (is_alert(why)) return exit_code::tls_handshake;
  if (why.application) return exit_code::http3_error;
  return to.connected ? exit_code::partial_file : exit_code::unconnected;
}

std::string explain(quoin::close_info const& why, attempt const& to) {
  if (is_alert(why) && why.code == 0x100 + 120)
    return to.host + " speaks none of the protocols asked for: " + joined(to.alpn);
  switch (why.origin) {
    case close_origin::idle_timeout:
    case close_origin::handshake_timeout: return explain_silence(to) + bracketed_detail(why);
    case close_origin::stateless_reset: return to.host + " knows nothing of the connection any more (stateless reset)";
    case close_origin::local: return explain_local(why, to);
    case close_origin::peer: break;
  }
  if (is_alert(why) && why.code == 0x100 + 116)
    return to.host + " lets nobody in without a certificate: give one with --cert FILE and --key FILE";
  if (is_about_certificate(why))
    return to.host + " does not accept our certificate: " + code_of(why) + quoted_reason(why);
  if (is_alert(why) && why.code == 0x100 + 112) return to.host + " does not serve that name";
  return to.host + " closed the connection: " + code_of(why) + quoted_reason(why);
}

std::string brief(quoin::close_info const& why) {
  switch (why.origin) {
    case close_origin::idle_timeout: return "idle";
    case close_origin::handshake_timeout: return "handshake timed out";
    case close_origin::stateless_reset: return "stateless reset";
    case close_origin::local: return "closed by us, " + code_of(why) + quoted_reason(why);
    case close_origin::peer: break;
  }
  return "closed by the client, " + code_of(why) + quoted_reason(why);
}

}  // namespace tool
