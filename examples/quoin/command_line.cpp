// SPDX-License-Identifier: BSL-1.0
#include "failure.hpp"
#include "options.hpp"
#include "text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <functional>

namespace tool {
namespace {

/// Why a list of protocols cannot be spoken, or nothing.
std::string why_not_spoken(std::string const& list, std::string const& spoken) {
  auto const known = split_list(spoken);
  for (auto const& each : split_list(list))
    if (std::find(known.begin(), known.end(), each) == known.end())
      return "nothing here speaks " + each + "; there is " + spoken;
  return {};
}

/// `spoken` is what the subcommand speaks, best first.
void add_common(CLI::App& to, common_options& common, char const* spoken) {
  common.alpn = spoken;
  to.add_option("--alpn", common.alpn, "Application protocols, separated by commas")
      ->check([spoken](std::string const& list) { return why_not_spoken(list, spoken); })
      ->capture_default_str();
  to.add_option("--ciphers", common.ciphers, "Cipher suites in order of preference: aes128,aes256,chacha20");
  if (char const* const folder = std::getenv("SSLKEYLOGFILE")) common.key_log = folder;
  to.add_option("--keylog", common.key_log, "Append the TLS secrets to this file (also by SSLKEYLOGFILE)");
  to.add_option("--payload-size", common.payload_size,
                "Bytes of a full-sized UDP payload (default: 1452, or less where the path does not carry that)")
      ->check(CLI::Range(1200, 65527));
  to.add_flag("-q,--quiet", common.quiet, "Say nothing but errors");
}

void add_qlog(CLI::App& to, common_options& common) {
  auto* const folder = to.add_option("--qlog", common.qlog_folder, "Write a qlog of each connection into this folder");
  to.add_option("--qlog-version", common.qlog_version,
                "In which words: 0.3, which qvis reads, or draft, for the newest drafts")
      ->check(CLI::IsMember({"0.3", "draft"}))
      ->capture_default_str()
      ->needs(folder);
}

void add_credentials(CLI::App& to, credential_options& credentials, bool several) {
  auto* const certificate =
      to.add_option("--cert", credentials.certificates,
                    several ? "Certificate with its chain, PEM; with --key again and again for more names"
                            : "Certificate with its chain, PEM, for servers that ask for one");
  auto* const key = to.add_option("--key", credentials.keys, "The certificate's private key, PEM");
  for (auto* const option : {certificate, key})
    option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  certificate->needs(key);
  key->needs(certificate);
  to.add_option("--key-password-file", credentials.key_password_file, "The first line of this file decrypts the keys")
      ->needs(key);
  if (several) {
    auto* const response =
        to.add_option("--ocsp", credentials.ocsp_responses,
                      "What the authority's OCSP responder says of the certificate, DER, for clients "
                      "that ask; one for each --cert")
            ->needs(certificate);
    response->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  auto* const list =
      to.add_option("--crl", credentials.revocation_lists, "Revocation list, PEM or DER; may be given again and again");
  list->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  to.add_flag("--require-crl", credentials.require_revocation_list,
              "Refuse certificates that no current revocation list covers")
      ->needs(list);
}

void add_server(CLI::App& to, server_options& server) {
  server.listen = "[::]:4433";
  to.add_option("--listen", server.listen, "ADDR:PORT, [ADDR]:PORT or :PORT; port 0 takes a free one")
      ->capture_default_str();
  add_credentials(to, server.credentials, true);
  to.add_flag("--refuse-unknown-names", server.refuse_unknown_names,
              "Turn clients away that ask for a name which no certificate has");
  auto* const authorities = to.add_option("--client-ca", server.client_authorities,
                                          "Ask clients for certificates of the authorities in this PEM file");
  to.add_flag("--require-client-cert", server.require_client_certificate, "Turn clients away that show none")
      ->needs(authorities);
  to.add_option("--handshake-threads", server.handshake_threads,
                "Leave signatures and verifications to so many threads")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  to.add_flag("--retry", server.retry, "Let each client prove its address by a Retry first");
  to.add_option("--preferred", server.preferred, "ADDR:PORT that clients shall go on to talk to; IPv4, IPv6 or both");
  to.add_option("--versions", server.versions,
                "QUIC versions to speak, v1 and v2; the client's preference decides between them");
  to.add_flag("--early-data", server.early_data, "Accept early data (0-RTT) of clients that come again");
  to.add_option("--threads", server.threads, "Endpoints that share the port, each with a thread and its own clients")
      ->check(CLI::Range(1, 256))
      ->excludes("--preferred")
      ->capture_default_str();
  to.add_option("--handshake-timeout", server.handshake_timeout, "Seconds in which a client must have shaken hands")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  to.add_option("--idle-timeout", server.idle_timeout, "Forget a client after so many seconds of silence")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  to.add_option("--grace", server.grace, "On SIGTERM or SIGINT, let clients finish for so many seconds")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
}

void add_client(CLI::App& to, client_options& client) {
  add_credentials(to, client.credentials, false);
  auto* const ca =
      to.add_option("--ca", client.authorities, "Trust the certificates in this PEM file, not the system's");
  to.add_flag("--insecure", client.insecure, "Believe any certificate: anybody in between can read and change all")
      ->excludes(ca);
  to.add_option("--timeout", client.timeout, "Give up after so many seconds without an answer")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  to.add_option(
        "--keep-alive", client.keep_alive,
        "Ask a silent server with a PING after so many seconds, and wait for as long as it answers those; 0: do not")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  to.add_option("--versions", client.versions,
                "QUIC versions in order of preference, which the server may choose from: v1, v2 or numbers such as "
                "0x1a2a3a4a");
  to.add_option("--first-version", client.first_version,
                "The version to begin with, one of --versions; by default the first of them");
}

void add_sessions(CLI::App& to, client_options& client) {
  auto* const file = to.add_option("--session-file,--session", client.session_file,
                                   "Resume a session kept in this file, and keep new ones there; guard it like a key");
  to.add_flag("--early-data", client.early_data, "Send the requests as early data (0-RTT), which others can replay")
      ->needs(file);
}

void add_backend(CLI::App& to, backend& protection) {
  static std::map<std::string, backend> const names{
      {"auto", backend::automatic}, {"ipsec-mb", backend::ipsec_mb}, {"botan", backend::botan}};
  to.add_option("--backend", protection,
                "Who seals packets: auto, ipsec-mb, or botan, which then does the handshake alone, too")
      ->transform(CLI::CheckedTransformer(names, CLI::ignore_case))
      ->default_str("auto");
}

using action = std::function<int()>;

void add_serve(CLI::App& app, serve_options& asked, action& chosen) {
  auto& serving = *app.add_subcommand("serve", "Serve the files of a folder");
  serving.add_option("ROOT", asked.root, "The folder")->required();
#ifdef QUOIN_TOOL_HAS_TCP
  serving.add_flag("--tcp", asked.tcp, "Serve HTTP/1.1 on the same port of TCP, too, which tells browsers of HTTP/3");
#endif
  serving.add_option("--access-log", asked.access_log, "Append a line for each request to this file; - prints them");
  serving
      .add_option("--connect-udp", asked.connect_udp,
                  "Relay UDP for clients (RFC 9298) to addresses in this network: 'public', which is all but private "
                  "and special ones and this machine's own, or ADDRESS[/BITS]; may be given again and again. Everybody "
                  "who can ask may use it: think of --client-ca")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  serving.add_option(
      "--status", asked.status,
      "Show at this path (and its .json) how the server and its clients are doing, to everybody who asks: "
      "clients' addresses, too");
  serving.add_flag("--hidden", asked.site.hidden_files, "Serve names that begin with a dot, too");
  serving.add_flag("!--no-listing", asked.site.listings, "Answer 404 for folders without an index.html");
  add_server(serving, asked.server);
  add_common(serving, asked.common, default_protocols);
  add_qlog(serving, asked.common);
  serving.footer(
      "Without --cert a self-signed certificate is made, and its SHA-256 fingerprint printed.\n"
      "SIGHUP reads certificates, keys, authorities and revocation lists again, and opens the access log again;\n"
      "connections stay.");
  serving.callback([&] { chosen = [&] { return serve(asked); }; });
}

/// What is asked, over HTTP/3 only, and what becomes of the answer.
void add_request(CLI::App& to, get_options& asked) {
  auto* const headers = to.add_option("-H,--header", asked.headers,
                                      "'name: value' to send; 'name:' leaves out one that is sent otherwise, 'name;' "
                                      "sends one without a value; may be given again and again");
  headers->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  auto* const method = to.add_option("-X,--request", asked.method, "The method; GET, or POST where there is --data");
  auto* const data =
      to.add_option("-d,--data", asked.data, "Content to send: @FILE, - for standard input, or the text itself");
  to.add_flag("-I,--head", asked.head, "Ask for the fields of the answer only, and print them")
      ->excludes(method)
      ->excludes(data);
  to.add_flag("-i,--include", asked.include, "Print the fields of the answer to standard output");
  to.add_option("-D,--dump-header", asked.dump_header, "Write the fields of all answers into this file");
  auto* const follow = to.add_flag("-L,--location", asked.follow, "Go where the server points to");
  to.add_option("--max-redirs", asked.most_redirections, "So many times at most")->needs(follow)->capture_default_str();
  to.add_flag("-f,--fail", asked.fail,
              "Print no content of an answer that says that something went wrong (no file is made of it anyway)");
  to.add_flag("-C,--continue", asked.resume,
              "Keep what there is of a download that breaks off, and go on with it if it is still the same there");
  to.add_flag("-v,--verbose", asked.verbose, "Tell of the handshake, requests and answers on standard error");
}

void add_get(CLI::App& app, get_options& asked, action& chosen) {
  auto& getting = *app.add_subcommand("get", "Fetch files; those of one server over one connection");
  getting.add_option("URL", asked.urls, "https://HOST:PORT/PATH")->required();
  getting.add_option("-o,--output", asked.output,
                     "The file for one URL, a folder (which is there, or ends in /) for several, or - for standard "
                     "output");
  getting.add_option("--output-dir", asked.folder, "The folder for files that are called like their URLs")
      ->capture_default_str();
  add_request(getting, asked);
  add_client(getting, asked.client);
  add_sessions(getting, asked.client);
  add_common(getting, asked.common, default_protocols);
  add_qlog(getting, asked.common);
  getting.add_option("-m,--max-time", asked.max_time, "Give all of it up after so many seconds")
      ->check(CLI::Range(0.0, 1e6));
  getting.add_option("--parallel", asked.parallel, "Files under way at once")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000000}))
      ->capture_default_str();
  getting.add_flag("--key-update", asked.key_update, "Change the packet keys once the handshake is confirmed");
  getting.add_flag("--migrate", asked.migrate, "Go on from another port once the handshake is confirmed");
  getting.add_option("--expect-bytes", asked.expected_bytes, "Size of all files together, for the progress bar")
      ->transform(CLI::AsSizeValue(true));
  auto* const show = getting.add_flag("--progress", asked.progress, "Show a progress bar even if nobody is looking");
  getting.add_flag("--no-progress", asked.no_progress, "Show no progress bar")->excludes(show);
  getting.add_flag("--json", asked.json,
                   "Print timings, each request and the connection as JSON; on standard error where content goes to "
                   "standard output");
  getting.footer(
      "Exit codes, those of curl: 0 done, 2 wrong usage, 3 bad URL, 6 no such host, 7 no connection, 18 broken off,\n"
      "22 the server will not or cannot, 23 cannot write, 26 cannot read --data, 28 timeout, 33 no such part,\n"
      "35 TLS handshake, 47 too many redirections, 60 certificate, 95 HTTP/3, 1 anything else. Of several problems\n"
      "the first counts.");
  getting.callback([&] { chosen = [&] { return get(asked); }; });
}

void add_perf(CLI::App& app, perf_server_options& serving, perf_client_options& asking, action& chosen) {
  auto& perf = *app.add_subcommand("perf", "Measure, by the perf protocol of draft-banks-quic-performance");
  perf.require_subcommand(1);
  auto& server = *perf.add_subcommand("server", "Answer measuring clients");
  add_server(server, serving.server);
  add_common(server, serving.common, "perf");
  add_backend(server, serving.protection);
  server.callback([&] { chosen = [&] { return perf_server(serving); }; });

  auto& client = *perf.add_subcommand("client", "Measure against a server");
  client.add_option("SERVER", asking.server, "HOST:PORT")->required();
  add_client(client, asking.client);
  add_common(client, asking.common, "perf");
  add_backend(client, asking.protection);
  client.add_option("--download", asking.download, "Bytes of each answer, for example 1GB or 64KiB")
      ->transform(CLI::AsSizeValue(true));
  client.add_option("--upload", asking.upload, "Bytes of each request")->transform(CLI::AsSizeValue(true));
  client.add_option("--streams", asking.streams, "Requests (or handshakes) under way at once")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100000}))
      ->capture_default_str();
  client.add_option("--duration", asking.duration, "Go on for so many seconds; without it every stream asks once")
      ->check(CLI::Range(0.0, 86400.0));
  auto* const requests = client.add_flag("--requests", asking.requests, "Count requests a second");
  client.add_flag("--handshakes", asking.handshakes, "Count full handshakes a second")->excludes(requests);
  client.add_flag("--verify-each", asking.verify_each, "Remember no chain of certificates as verified");
  client.add_flag("--json", asking.json, "Print the result as JSON");
  client.callback([&] { chosen = [&] { return perf_client(asking); }; });
}

}  // namespace

int run(int argc, char const* const* argv) {
  CLI::App app{"quoin: move files over QUIC, and measure it", "quoin"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Show the help of all subcommands");
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 wrong usage; clients that fail may give curl's codes instead (get --help).");
  serve_options serving;
  get_options getting;
  perf_server_options perf_serving;
  perf_client_options perf_asking;
  action chosen;
  add_serve(app, serving, chosen);
  add_get(app, getting, chosen);
  add_perf(app, perf_serving, perf_asking, chosen);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& problem) {
    if (problem.get_exit_code() == 0) return app.exit(problem);
    complain(std::string{problem.what()} + " (see quoin --help)");
    return static_cast<int>(exit_code::usage);
  }
  try {
    return chosen();
  } catch (failure const& problem) {
    complain(problem.what());
    return static_cast<int>(problem.code());
  } catch (std::exception const& problem) {
    complain(problem.what());
    return static_cast<int>(exit_code::failed);
  }
}

}  // namespace tool
