// SPDX-License-Identifier: BSL-1.0
/// \file
/// UDP through a proxy: `connect_udp_client TRUST_FILE PROXY_PORT HOST PORT TEXT...` asks a proxy on this machine for a
/// tunnel to HOST and PORT, sends each text as a UDP payload, again until it is answered, and prints the answers.
#include <quoin/crypto/botan/config.hpp>
#include <quoin/http3/client.hpp>
#include <quoin/http3/connect_udp/client.hpp>
#include <quoin/stacks/default.hpp>

#include <iostream>
#include <vector>

namespace h3 = quoin::http3;
namespace udp = quoin::http3::connect_udp;
using namespace std::chrono_literals;

namespace {

/// What is asked of the target, and what it says.
struct talk {
  std::vector<std::string> texts;
  std::size_t answered = 0;
  udp::tunnel* line = nullptr;
  bool over = false;

  void begin(udp::opened outcome) {
    if (!outcome) {
      auto const& why = outcome.error();
      std::cerr << why.status << ' ' << why.reason << ": " << why.proxy_status << '\n';
      over = true;
      return;
    }
    line = *outcome;
    line->on_payload([this](quoin::byte_view payload) {
      if (answered == texts.size()) return;
      std::cout << quoin::as_text(payload) << std::endl;
      ++answered;
      ask();
    });
    line->on_closed([this] {
      line = nullptr;
      over = true;
      if (answered < texts.size()) std::cerr << "the proxy has closed the tunnel\n";
    });
    ask();
  }
  /// As with all UDP: what is lost is said again by whoever minds.
  void ask() {
    if (line == nullptr) return;
    if (answered == texts.size()) return line->close();
    static_cast<void>(line->send(quoin::as_bytes(texts[answered])));
  }
};

}  // namespace

int main(int count, char** arguments) try {
  if (count < 6) throw std::invalid_argument{"usage: connect_udp_client TRUST_FILE PROXY_PORT HOST PORT TEXT..."};
  quoin::botan_settings tls;
  tls.alpn = {"h3"};
  tls.ca_file = arguments[1];
  tls.system_trust = false;
  h3::client_config<quoin::default_stack> config;
  config.endpoint.crypto = quoin::make_botan_config(tls).value();
  config.endpoint.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  h3::client<quoin::default_stack> client{config};

  auto const port_of = [](char const* text) { return static_cast<std::uint16_t>(std::stoi(text)); };
  auto const authority = "127.0.0.1:" + std::string{arguments[2]};
  auto const target = udp::make_target(arguments[3], port_of(arguments[4]));
  if (!target) throw std::invalid_argument{std::string{target.error()}};

  talk with{{arguments + 5, arguments + count}, 0, nullptr, false};
  auto& proxy = client.connect(quoin::socket_address::v4(127, 0, 0, 1, port_of(arguments[2])), authority);
  proxy.on_closed([&with] { with.over = true; });
  udp::open(proxy, udp::uri_template::well_known(authority).value(), *target,
            [&with](udp::opened outcome) { with.begin(std::move(outcome)); });
  auto const started = client.endpoint().now();
  auto asked = started;
  while (!with.over && client.endpoint().now() - started < 10s) {
    client.turn(50ms);
    if (client.endpoint().now() - asked < 500ms) continue;
    asked = client.endpoint().now();
    with.ask();
  }
  proxy.shutdown();
  while (client.connections() > 0 && client.endpoint().now() - started < 12s) client.turn(50ms);
  return with.over && with.answered == with.texts.size() ? 0 : 1;
} catch (std::exception const& problem) {
  std::cerr << problem.what() << '\n';
  return 1;
}
