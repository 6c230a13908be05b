// SPDX-License-Identifier: BSL-1.0
#include "settings.hpp"

#include "failure.hpp"
#include "net_address.hpp"
#include "text.hpp"

#include <system_error>

namespace tool {
namespace {

void make_folder(std::filesystem::path const& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw failure("cannot make the folder '" + folder.string() + "': " + error.message());
}

engine_settings common_settings(common_options const& common) {
  engine_settings settings;
  settings.tls.alpn = split_list(common.alpn);
  if (settings.tls.alpn.empty()) throw failure("--alpn names no protocol", exit_code::usage);
  settings.tls.suites = parse_suites(common.ciphers);
  settings.tls.key_log = common.key_log;
  settings.transport.datagram_size = common.payload_size;
  if (!common.qlog_folder.empty()) make_folder(common.qlog_folder);
  settings.qlog_folder = common.qlog_folder;
  return settings;
}

}  // namespace

engine_settings server_settings(common_options const& common, server_options const& server) {
  auto settings = common_settings(common);
  settings.self = quoin::role::server;
  settings.bind = parse_listen_address(server.listen);
  settings.retry = server.retry;
  settings.tls.certificate = server.certificate;
  settings.tls.key = server.key;
  settings.tls.key_password_file = server.key_password_file;
  return settings;
}

engine_settings client_settings(common_options const& common, client_options const& client) {
  auto settings = common_settings(common);
  settings.tls.authorities = client.authorities;
  settings.tls.insecure = client.insecure;
  auto const patience = std::chrono::duration_cast<quoin::duration>(std::chrono::duration<double>(client.timeout));
  settings.transport.handshake_timeout = patience;
  settings.transport.idle_timeout = patience;
  return settings;
}

}  // namespace tool
