// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP/3 in coroutines, both ends in one program: the server counts the words of what is posted, and the client asks
/// for two texts side by side.
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/http3/client.hpp>
#include <quoin/http3/coroutine/run.hpp>
#include <quoin/http3/server.hpp>
#include <quoin/stacks/default.hpp>

#include <iostream>
#include <sstream>
#include <thread>

namespace h3 = quoin::http3;
using stack = quoin::default_stack;

namespace {

h3::task<> count_words(h3::request& request, h3::response& response) {
  std::istringstream text{co_await request.body()};
  std::size_t words = 0;
  for (std::string word; text >> word;) ++words;
  response.field("content-type", "text/plain");
  co_await response.write_all(std::to_string(words) + " words");
}

h3::task<> ask(h3::origin& site, std::string text, std::string expected) {
  auto answer = co_await site.ask("POST", "/count").field("content-type", "text/plain").content(text);
  auto const counted = co_await answer.body();
  std::cout << text << ": " << counted << '\n';
  if (counted != expected) throw std::runtime_error{"expected " + expected};
}

}  // namespace

int main() try {
  auto const identity = quoin::make_self_signed_certificate({"localhost"}).value();
  quoin::botan_settings tls;
  tls.alpn = {"h3"};
  tls.certificate_chain_pem = tls.ca_pem = identity.certificate_pem;
  tls.private_key_pem = identity.private_key_pem;

  h3::server_config<stack> serving;
  serving.endpoint.crypto = quoin::make_botan_config(tls).value();
  serving.endpoint.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  h3::server<stack> server{serving};
  h3::client<stack> client{{serving.endpoint, {}}};

  std::jthread const serves{[&] { server.serve(count_words); }};
  auto& site = client.connect(server.local_address(), "localhost");
  h3::run(client, ask(site, "a rose is a rose", "5 words"), ask(site, "is a rose", "3 words"));
  server.stop();
} catch (std::exception const& problem) {
  std::cerr << problem.what() << '\n';
  return 1;
}
