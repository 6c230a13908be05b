// SPDX-License-Identifier: BSL-1.0
// A server for the test with a browser: it has one page, and sessions of WebTransport that send everything back.
//     webtransport_server PORT CERTIFICATE KEY PAGE
// It writes down how sessions ended.
#include <quoin/crypto/botan/config.hpp>
#include <quoin/extension/reset_stream_at.hpp>
#include <quoin/http3/server.hpp>
#include <quoin/http3/webtransport/handshake.hpp>
#include <quoin/stacks/default.hpp>

#include <fstream>
#include <iostream>
#include <sstream>

namespace {

namespace h3 = quoin::http3;
namespace webtransport = quoin::http3::webtransport;

struct stack : quoin::default_stack {
  using extensions = quoin::extensions<quoin::datagram, quoin::reset_stream_at>;
};

std::string text_of(char const* path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void echo(webtransport::stream& from, webtransport::stream& to) {
  from.on_content([&to](quoin::byte_view bytes) { return to.write(bytes); });
  to.on_writable([&from] { from.resume(); });
  from.on_end([&to] { to.end(); });
  from.on_reset([&to](std::optional<std::uint32_t> code) { to.reset(code.value_or(0)); });
}

/// What comes on a stream in one direction goes back on another.
void take_stream(webtransport::session& peer, webtransport::stream& one) {
  if (one.is_bidirectional()) return echo(one, one);
  if (auto* const back = peer.open_unidirectional()) echo(one, *back);
}

void take_session(webtransport::session& peer, std::string const& path) {
  peer.on_stream([&peer](webtransport::stream& one) { take_stream(peer, one); });
  peer.on_datagram([&peer](quoin::byte_view payload) { peer.send_datagram(payload); });
  peer.on_closed([path](webtransport::session_end const& how) {
    std::cout << path << ' ' << (how.clean ? "closed" : "broken") << ' ' << how.code << ' ' << how.reason << std::endl;
  });
  if (path == "/bye") return peer.close(5, "good bye");
  if (auto* const first = peer.open_bidirectional()) {
    first->write("who are you?");
    first->on_content([first](quoin::byte_view bytes) { first->write(bytes); });
    first->on_end([first] { first->end(); });
  }
}

}  // namespace

int main(int count, char** words) try {
  if (count != 5) throw std::runtime_error{"usage: webtransport_server PORT CERTIFICATE KEY PAGE"};
  quoin::botan_settings tls;
  tls.alpn = {"h3"};
  tls.certificate_chain_pem = text_of(words[2]);
  tls.private_key_pem = text_of(words[3]);
  auto const crypto = quoin::make_botan_config(tls);
  if (!crypto) throw std::runtime_error{crypto.error()};

  h3::server_config<stack> config;
  config.endpoint.crypto = *crypto;
  config.endpoint.io.bind = quoin::socket_address::v4(127, 0, 0, 1, static_cast<std::uint16_t>(std::stoi(words[1])));
  config.http3.webtransport.sessions = 1;
  h3::server<stack> server{config};
  auto const page = text_of(words[4]);
  webtransport::accept_settings accepting{{"second", "first"}, {}};
  server.serve([&](h3::request& request, h3::response& response) {
    if (request.path() == "/") return response.field("content-type", "text/html").end(page);
    if (request.path() == "/never") return;  // by which a page says that it is not done yet
    if (!h3::may_ask_for_session(request.protocol())) return response.status(404).end();
    auto const path = std::string{request.path()};
    if (auto* const peer = webtransport::accept(request, response, accepting)) take_session(*peer, path);
  });
  return 0;
} catch (std::exception const& problem) {
  std::cerr << problem.what() << '\n';
  return 1;
}
