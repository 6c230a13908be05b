// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the user asked for, by subcommand.
#pragma once

#include "engine.hpp"
#include "site/site.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tool {

/// What `serve` and `get` offer unless told otherwise, best first.
inline constexpr char const* default_protocols = "h3,hq-interop";

/// Options that more than one subcommand has.
struct common_options {
  std::string alpn;
  std::string ciphers;
  std::filesystem::path key_log;
  std::filesystem::path qlog_folder;
  std::string qlog_version = "0.3";
  std::optional<std::size_t> payload_size;  ///< nothing: as much as the path carries
  bool quiet = false;
};

/// Who we are, and who is revoked.
struct credential_options {
  std::vector<std::filesystem::path> certificates;
  std::vector<std::filesystem::path> keys;  ///< in the same order
  std::filesystem::path key_password_file;
  std::vector<std::filesystem::path> ocsp_responses;  ///< in the same order; empty: none
  std::vector<std::filesystem::path> revocation_lists;
  bool require_revocation_list = false;
};

struct server_options {
  std::string listen;
  credential_options credentials;
  bool refuse_unknown_names = false;
  std::filesystem::path client_authorities;
  bool require_client_certificate = false;
  std::size_t handshake_threads = 0;
  bool retry = false;
  std::string preferred;
  std::string versions;
  bool early_data = false;
  double handshake_timeout = 10;
  double idle_timeout = 30;
  double grace = 2;
  std::size_t threads = 1;
};

struct client_options {
  credential_options credentials;
  std::filesystem::path authorities;
  bool insecure = false;
  double timeout = 10;
  double keep_alive = 0;
  std::string versions;
  std::string first_version;
  std::filesystem::path session_file;
  bool early_data = false;
};

struct serve_options {
  common_options common;
  server_options server;
  std::filesystem::path root;
  site::site_settings site;
  std::filesystem::path access_log;
  std::string status;  ///< the path of a page about the server; empty: there is none
  bool tcp = false;
  std::vector<std::string> connect_udp;  ///< where UDP is relayed to; empty: it is not
};

struct get_options {
  common_options common;
  client_options client;
  std::vector<std::string> urls;
  std::filesystem::path folder = ".";
  std::string output;  ///< a file, a folder or "-"; empty: files in `folder`, called like the URLs
  std::string method;
  std::vector<std::string> headers;
  std::optional<std::string> data;
  std::filesystem::path dump_header;
  bool head = false;
  bool include = false;
  bool follow = false;
  unsigned most_redirections = 50;
  bool fail = false;
  bool resume = false;
  bool verbose = false;
  double max_time = 0;  ///< seconds for all of it; 0: for ever
  std::size_t parallel = 100;
  std::uint64_t expected_bytes = 0;
  bool key_update = false;
  bool migrate = false;
  bool progress = false;
  bool no_progress = false;
  bool json = false;
};

struct perf_server_options {
  common_options common;
  server_options server;
  backend protection = backend::automatic;
};

struct perf_client_options {
  common_options common;
  client_options client;
  backend protection = backend::automatic;
  std::string server;
  std::uint64_t download = 0;
  std::uint64_t upload = 0;
  std::size_t streams = 1;
  double duration = 0;
  bool requests = false;
  bool handshakes = false;
  bool verify_each = false;
  bool json = false;
};

// The commands. Each throws `failure`, or returns the exit code.
int serve(serve_options const& asked);
int get(get_options const& asked);
int perf_server(perf_server_options const& asked);
int perf_client(perf_client_options const& asked);

/// Reads the command line and runs what it asks for.
int run(int argc, char const* const* argv);

}  // namespace tool
