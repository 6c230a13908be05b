// SPDX-License-Identifier: BSL-1.0
/// \file
/// WebTransport, both ends in one program: the server sends back what comes on streams and in datagrams.
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/extension/reset_stream_at.hpp>
#include <quoin/http3/client.hpp>
#include <quoin/http3/server.hpp>
#include <quoin/http3/webtransport/handshake.hpp>
#include <quoin/stacks/default.hpp>

namespace h3 = quoin::http3;
namespace webtransport = quoin::http3::webtransport;

struct stack : quoin::default_stack {
  using extensions = quoin::extensions<quoin::datagram, quoin::reset_stream_at>;  // WebTransport needs both
};

void serve(h3::request& request, h3::response& response) {
  if (!h3::may_ask_for_session(request.protocol())) return response.status(404).end();
  auto* const peer = webtransport::accept(request, response);
  if (peer == nullptr) return;  // it was told what was wrong
  peer->on_datagram([peer](quoin::byte_view payload) { peer->send_datagram(payload); });
  peer->on_stream([](webtransport::stream& one) {
    // What the client does not take yet is not read from it either.
    one.on_content([&one](quoin::byte_view bytes) { return one.write(bytes); });
    one.on_writable([&one] { one.resume(); });
    one.on_end([&one] { one.end(); });
  });
}

int main() {
  auto const identity = quoin::make_self_signed_certificate({"localhost"}).value();
  quoin::botan_settings tls;
  tls.alpn = {"h3"};
  tls.certificate_chain_pem = tls.ca_pem = identity.certificate_pem;
  tls.private_key_pem = identity.private_key_pem;
  auto const configure = [crypto = quoin::make_botan_config(tls).value()](auto config) {
    config.endpoint.crypto = crypto;
    config.endpoint.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
    config.http3.webtransport.sessions = 1;  // on each connection
    return config;
  };
  h3::server<stack> server{configure(h3::server_config<stack>{})};
  h3::client<stack> client{configure(h3::client_config<stack>{})};
  server.on_request(serve);
  std::string heard;
  webtransport::open(client.connect(server.local_address(), "localhost"), "/", {}, [&](webtransport::opened outcome) {
    auto& session = *outcome.value();
    auto& one = *session.open_bidirectional();
    one.on_content([&](quoin::byte_view bytes) { heard += quoin::as_text(bytes); });
    one.on_end([&] { session.close(0, "that was all"); });
    one.end("hello, WebTransport");
  });
  while (client.pending() > 0) {  // the session is one request
    server.turn(std::chrono::milliseconds{5});
    client.turn(std::chrono::milliseconds{5});
  }
  return heard == "hello, WebTransport" ? 0 : 1;
}
