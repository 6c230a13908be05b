// SPDX-License-Identifier: BSL-1.0
/// \file
/// An HTTP/3 server that says hello and echoes what is posted. `http3_server TRUST_FILE` writes the certificate
/// that clients must trust to TRUST_FILE, prints its port, and ends gracefully on SIGTERM.
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/http3/server.hpp>
#include <quoin/schedule/urgency_incremental.hpp>
#include <quoin/stacks/default.hpp>

#include <csignal>
#include <fstream>
#include <iostream>

namespace h3 = quoin::http3;

struct web_stack : quoin::default_stack {
  using scheduler = quoin::urgency_incremental;  // what clients call urgent goes first (RFC 9218)
};

namespace {

volatile std::sig_atomic_t asked_to_end = 0;

void answer(h3::request& request, h3::response& response) {
  response.field("content-type", request.field("content-type").value_or("text/plain"));
  if (request.method() == "GET") return response.end("You asked for " + std::string{request.target()} + "\n");
  if (request.method() != "POST") return response.status(405).field("allow", "GET, POST").end();
  // What the client does not take yet is not read from it either.
  request.on_content([&response](quoin::byte_view bytes) { return response.write(bytes); });
  response.on_writable([&request] { request.resume(); });
  request.on_end([&response] { response.end(); });
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) throw std::invalid_argument{"usage: http3_server TRUST_FILE"};
  auto const identity = quoin::make_self_signed_certificate({"localhost"}).value();
  std::ofstream{arguments[1]} << identity.certificate_pem;

  quoin::botan_settings tls;
  tls.alpn = {"h3"};
  tls.certificate_chain_pem = identity.certificate_pem;
  tls.private_key_pem = identity.private_key_pem;
  h3::server_config<web_stack> config;
  config.endpoint.crypto = quoin::make_botan_config(tls).value();
  config.endpoint.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  h3::server<web_stack> server{config};
  std::signal(SIGTERM, [](int) { asked_to_end = 1; });
  std::cout << server.local_address().port << std::endl;

  server.on_request(answer);
  while (asked_to_end == 0) server.turn(std::chrono::milliseconds{50});
  server.shutdown(std::chrono::seconds{2});
  while (!server.endpoint().is_shut_down()) server.turn(std::chrono::milliseconds{50});
} catch (std::exception const& problem) {
  std::cerr << problem.what() << '\n';
  return 1;
}
