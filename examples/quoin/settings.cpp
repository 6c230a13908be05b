// SPDX-License-Identifier: BSL-1.0
#include "settings.hpp"

#include "failure.hpp"
#include "net_address.hpp"
#include "text.hpp"

#include <charconv>
#include <system_error>

namespace tool {
namespace {

void make_folder(std::filesystem::path const& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw failure("cannot make the folder '" + folder.string() + "': " + error.message());
}

quoin::duration to_duration(double seconds) {
  return std::chrono::duration_cast<quoin::duration>(std::chrono::duration<double>(seconds));
}

quoin::version parse_version(std::string const& text) {
  if (text == "v1") return quoin::version::v1;
  if (text == "v2") return quoin::version::v2;
  std::uint32_t value = 0;
  auto const* const last = text.data() + text.size();
  bool const prefixed = text.starts_with("0x");
  auto const [end, error] = std::from_chars(text.data() + (prefixed ? 2 : 0), last, value, 16);
  // Zero on the wire means Version Negotiation itself (RFC 9000 17.2.1).
  if (!prefixed || error != std::errc{} || end != last || value == 0)
    throw failure("unknown QUIC version '" + text + "': use v1, v2 or a number such as 0x1a2a3a4a", exit_code::usage);
  return quoin::version{value};
}

/// Leaves the usual ones where none are named.
void choose_versions(quoin::transport_settings& transport, std::string const& text) {
  auto const names = split_list(text);
  if (names.empty()) return;
  transport.versions.clear();
  for (auto const& name : names) transport.versions.push_back(parse_version(name));
}

engine_settings common_settings(common_options const& common) {
  engine_settings settings;
  settings.tls.alpn = split_list(common.alpn);
  if (settings.tls.alpn.empty()) throw failure("--alpn names no protocol", exit_code::usage);
  settings.tls.suites = parse_suites(common.ciphers);
  settings.tls.key_log = common.key_log;
  constexpr std::size_t usual_payload = 1452;  // of an Ethernet frame with IPv6
  settings.transport.datagram_size = common.payload_size.value_or(usual_payload);
  settings.transport.discover_mtu = !common.payload_size;  // what was asked for is not to be improved
  if (!common.qlog_folder.empty()) make_folder(common.qlog_folder);
  settings.qlog_folder = common.qlog_folder;
  settings.newest_qlog = common.qlog_version == "draft";
  return settings;
}

void choose_credentials(tls_settings& tls, credential_options const& given) {
  if (given.certificates.size() != given.keys.size())
    throw failure("--cert is given " + std::to_string(given.certificates.size()) + " times and --key " +
                      std::to_string(given.keys.size()) + " times; give one --key for each --cert",
                  exit_code::usage);
  auto const& responses = given.ocsp_responses;
  if (!responses.empty() && responses.size() != given.certificates.size())
    throw failure("--cert is given " + std::to_string(given.certificates.size()) + " times and --ocsp " +
                      std::to_string(responses.size()) + " times; give one --ocsp for each --cert, or none at all",
                  exit_code::usage);
  for (std::size_t i = 0; i < given.keys.size(); ++i)
    tls.identities.push_back(
        {given.certificates[i], given.keys[i], responses.empty() ? std::filesystem::path{} : responses[i]});
  tls.key_password_file = given.key_password_file;
  tls.revocation_lists = given.revocation_lists;
  tls.require_revocation_list = given.require_revocation_list;
}

}  // namespace

engine_settings server_settings(common_options const& common, server_options const& server) {
  auto settings = common_settings(common);
  settings.self = quoin::role::server;
  settings.bind = parse_listen_address(server.listen);
  settings.retry = server.retry;
  for (auto const& text : split_list(server.preferred)) {
    auto const address = parse_listen_address(text);
    (address.family == quoin::address_family::v6 ? settings.preferred.v6 : settings.preferred.v4) = address;
  }
  choose_versions(settings.transport, server.versions);
  settings.early_data = settings.tls.early_data = server.early_data;
  settings.threads = server.threads;
  settings.transport.handshake_timeout = to_duration(server.handshake_timeout);
  settings.transport.idle_timeout = to_duration(server.idle_timeout);
  settings.grace = to_duration(server.grace);
  choose_credentials(settings.tls, server.credentials);
  settings.tls.refuse_unknown_names = server.refuse_unknown_names;
  settings.tls.client_authorities = server.client_authorities;
  settings.tls.require_client_certificate = server.require_client_certificate;
  settings.tls.handshake_threads = server.handshake_threads;
  return settings;
}

engine_settings client_settings(common_options const& common, client_options const& client) {
  auto settings = common_settings(common);
  choose_credentials(settings.tls, client.credentials);
  settings.tls.authorities = client.authorities;
  settings.tls.insecure = client.insecure;
  settings.session_file = client.session_file;
  settings.early_data = client.early_data;
  auto const patience = to_duration(client.timeout);
  settings.transport.handshake_timeout = patience;
  settings.transport.idle_timeout = patience;
  settings.transport.keep_alive = to_duration(client.keep_alive);
  choose_versions(settings.transport, client.versions);
  if (!client.first_version.empty()) settings.transport.first_version = parse_version(client.first_version);
  return settings;
}

}  // namespace tool
