// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a proxy for UDP needs of the program around it: names looked up, and sockets. The library opens none.
#pragma once

#include <quoin/http3/connect_udp/proxy_status.hpp>
#include <quoin/http3/connect_udp/public_address.hpp>
#include <quoin/http3/connect_udp/tunnel.hpp>
#include <quoin/http3/connect_udp/uri_template.hpp>

namespace quoin::http3::connect_udp {

/// Why a target cannot be reached, with details for people, which the client sees.
struct relay_error {
  proxy_error error = proxy_error::proxy_internal_error;
  std::string details;
};

using addresses = basic_result<std::vector<socket_address>, relay_error>;

/// A socket that is connected to a target, or what a test has for one.
struct flow {
  /// Sends a UDP payload to the target, once, without ECN and without fragments (RFC 9298 3.1, 6.2); what cannot be
  /// sent now is dropped.
  function<void(byte_view)> send;
  /// The tunnel is over: the socket is closed, and the tunnel is not touched any more.
  function<void()> close;
};

/// What comes from the target goes into `tunnel::send`. A socket that is of no use any more, by an ICMP message or for
/// want of traffic for two minutes or more, ends the tunnel by `abort` or `close` (RFC 9298 3.1).
struct relay {
  /// Looks a name up and calls `answer` once, at once or later, on the same thread.
  function<void(target const& named, function<void(addresses)> answer)> resolve;
  /// A socket connected to `to`, whose tunnel stays where it is until `flow::close`. Payloads of other senders must not
  /// reach it.
  function<basic_result<flow, relay_error>(socket_address const& to, tunnel& line)> open;
};

struct proxy_settings {
  /// Where tunnels are asked for: a template from its path on.
  std::string path{well_known_path};
  /// What the proxy is called in Proxy-Status, a token.
  std::string name = "quoin";
  /// Tunnels at a time, those whose names are being looked up included; more are refused with 503.
  std::size_t most_tunnels = 256;
  /// Addresses of a name that are tried.
  std::size_t most_addresses = 4;
  /// Which targets may be asked for, by what their client calls them; unset: all. Others are refused with 403.
  function<bool(target const&)> may_ask;
  /// Which addresses may be reached; unset: those that are public. A name is looked up first, for what it stands for is
  /// not its client's to say.
  function<bool(socket_address const&)> may_reach;
};

/// Nothing when the settings can be used; else a sentence that names the field, its value and the remedy.
inline std::optional<std::string> problem_with(proxy_settings const& settings) {
  auto const at = uri_template::parse_path(settings.path);
  if (!at) return "proxy_settings::path: " + at.error();
  // What we expand we must be able to take apart again.
  auto const probe = make_target("a-b.test", 65535).value();
  auto const path = at->expand(probe);
  auto const found = at->match(path);
  if (!found || found->host != "a-b.test" || found->port != "65535")
    return "proxy_settings::path is '" + settings.path +
           "': it does not say where a variable ends; put a '/', '?', '&', ',' or ';' behind each";
  if (!is_proxy_name(settings.name))
    return "proxy_settings::name is '" + settings.name + "': use a token that begins with a letter (RFC 8941 3.3.4)";
  if (settings.most_tunnels == 0) return "proxy_settings::most_tunnels is 0: use at least 1";
  if (settings.most_addresses == 0) return "proxy_settings::most_addresses is 0: use at least 1";
  return std::nullopt;
}

}  // namespace quoin::http3::connect_udp
