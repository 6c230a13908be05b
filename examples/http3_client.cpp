// SPDX-License-Identifier: BSL-1.0
/// \file
/// An HTTP/3 client: `http3_client TRUST_FILE PORT PATH...` gets every path from localhost over one connection, posts a
/// text to the last one, and prints what it gets.
#include <quoin/crypto/botan/config.hpp>
#include <quoin/http3/client.hpp>
#include <quoin/stacks/default.hpp>

#include <iostream>

namespace h3 = quoin::http3;

int main(int count, char** arguments) try {
  if (count < 4) throw std::invalid_argument{"usage: http3_client TRUST_FILE PORT PATH..."};
  quoin::botan_settings tls;
  tls.alpn = {"h3"};
  tls.ca_file = arguments[1];
  tls.system_trust = false;
  h3::client_config<quoin::default_stack> config;
  config.endpoint.crypto = quoin::make_botan_config(tls).value();
  config.endpoint.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  h3::client<quoin::default_stack> client{config};

  int failures = 0;
  auto const print = [&failures](h3::client_response& response) {
    if (response.failure()) {
      std::cerr << "no response: " << name_of(*response.failure()) << '\n';
      ++failures;
      return;
    }
    if (response.status() != 200) ++failures;
    response.read_all(1 << 20, [](std::string_view content) { std::cout << content; });
    response.on_failure([&failures](h3::error_code) { ++failures; });
  };

  auto const port = static_cast<std::uint16_t>(std::stoi(arguments[2]));
  auto const authority = "localhost:" + std::string{arguments[2]};
  auto& site = client.connect(quoin::socket_address::v4(127, 0, 0, 1, port), authority);
  for (int i = 3; i < count; ++i) site.get(arguments[i], print);
  site.request("POST", arguments[count - 1], print).field("content-type", "text/plain").end("and posted this\n");
  client.run();
  site.shutdown();
  while (client.connections() > 0) client.turn(std::chrono::milliseconds{50});
  return failures == 0 ? 0 : 1;
} catch (std::exception const& problem) {
  std::cerr << problem.what() << '\n';
  return 1;
}
