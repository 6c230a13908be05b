// SPDX-License-Identifier: BSL-1.0
/// \file
/// A WebSocket over HTTP/3, both ends in one program: the server answers each text with itself, and the client
/// closes when it has heard all.
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/http3/client.hpp>
#include <quoin/http3/server.hpp>
#include <quoin/http3/websocket/handshake.hpp>
#include <quoin/stacks/default.hpp>

#include <iostream>
#include <thread>

namespace h3 = quoin::http3;
namespace websocket = quoin::http3::websocket;
using stack = quoin::default_stack;
using namespace std::chrono_literals;

namespace {

void answer(h3::request& request, h3::response& response) {
  if (request.protocol() != "websocket") return response.status(404).end();
  auto* const peer = websocket::accept(request, response);
  if (peer == nullptr) return;  // it was told what was wrong
  // What the client does not take yet is not read from it either.
  peer->on_text([peer](std::string_view text) {
    peer->send_text(text);
    if (peer->unsent_bytes() > 0) peer->pause();
  });
  peer->on_writable([peer] { peer->resume(); });
}

/// What the client says, and how far it has come.
struct chat {
  std::vector<std::string> const lines{"hello", "how are you?", "goodbye"};
  std::size_t heard = 0;
  bool over = false;

  void begin(websocket::opened outcome) {
    over = !outcome;
    if (!outcome) return;
    auto& peer = **outcome;
    peer.on_text([this, &peer](std::string_view text) {
      std::cout << text << '\n';
      if (text == lines[heard]) ++heard;
      if (heard == lines.size()) peer.close(websocket::close_code::normal, "that was all");
    });
    peer.on_closed([this](websocket::close_code code, std::string_view) {
      std::cout << "closed with " << static_cast<unsigned>(code) << '\n';
      over = true;
    });
    for (auto const& line : lines) peer.send_text(line);
  }
};

template <class T>
T or_throw(quoin::basic_result<T, std::string> outcome) {
  if (!outcome) throw std::runtime_error{outcome.error()};
  return std::move(*outcome);
}

}  // namespace

int main() try {
  auto const identity = or_throw(quoin::make_self_signed_certificate({"localhost"}));
  quoin::botan_settings tls;
  tls.alpn = {"h3"};
  tls.certificate_chain_pem = tls.ca_pem = identity.certificate_pem;
  tls.private_key_pem = identity.private_key_pem;
  auto const crypto = or_throw(quoin::make_botan_config(tls));

  h3::server_config<stack> serving;
  serving.endpoint.crypto = crypto;
  serving.endpoint.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  serving.http3.extended_connect = true;  // without it no client may ask for a WebSocket (RFC 9220 3)
  h3::server<stack> server{serving};
  h3::client_config<stack> asking;
  asking.endpoint.crypto = crypto;
  asking.endpoint.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  h3::client<stack> client{asking};

  std::jthread const serves{[&] { server.serve(answer); }};
  chat with;
  auto& site = client.connect(server.local_address(), "localhost");
  websocket::open(site, "/echo", {}, [&with](websocket::opened outcome) { with.begin(std::move(outcome)); });
  auto const start = client.endpoint().now();
  while (!with.over && client.endpoint().now() - start < 20s) client.turn(50ms);
  site.shutdown();
  while (client.connections() > 0 && client.endpoint().now() - start < 25s) client.turn(50ms);
  server.stop();
  return with.heard == with.lines.size() ? 0 : 1;
} catch (std::exception const& problem) {
  std::cerr << problem.what() << '\n';
  return 1;
}
