// SPDX-License-Identifier: BSL-1.0
/// \file
/// A proxy for UDP in a lab, whose network is the test's, and a client of it.
#pragma once

#include "web.hpp"

#include <quoin/http3/connect_udp/client.hpp>
#include <quoin/http3/connect_udp/proxy.hpp>

#include <catch2/catch_test_macros.hpp>

namespace http3_test {

namespace udp = quoin::http3::connect_udp;

inline auto const target_address = socket_address::v4(192, 0, 2, 6, 443);

/// A network that remembers what was sent, and answers where it is told to.
struct network {
  struct wire {
    udp::tunnel* line = nullptr;
    std::vector<std::string> sent;
    bool closed = false;
  };

  udp::relay relay() {
    udp::relay made;
    made.resolve = [this](udp::target const& named, function<void(udp::addresses)> answer) {
      asked.push_back(named.host);
      if (later) return waiting.push_back(std::move(answer));
      answer(found);
    };
    made.open = [this](socket_address const& to, udp::tunnel& line) -> basic_result<udp::flow, udp::relay_error> {
      opened.push_back(to);
      if (unreachable-- > 0) return unexpected{udp::relay_error{udp::proxy_error::destination_ip_unroutable, "no way"}};
      auto const one = std::make_shared<wire>(wire{&line, {}, false});
      wires.push_back(one);
      return udp::flow{[one, this](byte_view payload) {
                         one->sent.emplace_back(as_text(payload));
                         if (echoes) static_cast<void>(one->line->send(payload));
                       },
                       [one] { one->closed = true; }};
    };
    return made;
  }

  udp::addresses found{std::vector<socket_address>{target_address}};
  std::vector<std::string> asked;
  std::vector<function<void(udp::addresses)>> waiting;
  std::vector<socket_address> opened;
  std::vector<std::shared_ptr<wire>> wires;
  bool later = false;
  bool echoes = true;
  int unreachable = 0;
};

/// What became of a client's request for a tunnel.
struct opening {
  udp::tunnel* line = nullptr;
  std::optional<h3::connect_refusal> refused;
  std::vector<std::string> got;
  bool closed = false;

  auto taker() {
    return [this](udp::opened outcome) {
      if (!outcome) {
        refused = outcome.error();
        return;
      }
      line = *outcome;
      line->on_payload([this](byte_view payload) { got.emplace_back(as_text(payload)); });
      line->on_closed([this] {
        line = nullptr;
        closed = true;
      });
    };
  }
  [[nodiscard]] bool answered() const { return line != nullptr || refused; }
};

inline h3::session_settings with_tunnels(bool datagrams = true) {
  h3::session_settings settings;
  settings.extended_connect = true;
  settings.datagrams = datagrams;
  return settings;
}

/// A proxy in a lab, with a client of it.
struct proxied {
  explicit proxied(udp::proxy_settings settings = {}, bool datagrams = true, lab_options<urgent_stack> options = {})
      : proxy(std::move(settings), net.relay()),
        w(
            [this](h3::request& request, h3::response& response) {
              if (!proxy.on_request(request, response)) response.status(501).end();
            },
            std::move(options), with_tunnels(datagrams)) {}

  opening& ask(std::string_view host, std::uint16_t port = 443) {
    auto& one = *all.emplace_back(std::make_unique<opening>());
    udp::open(*w.site, at, udp::make_target(host, port).value(), one.taker());
    return one;
  }
  opening& opened(std::string_view host) {
    auto& one = ask(host);
    REQUIRE(w.lab.run_until([&] { return one.answered(); }));
    REQUIRE(one.line != nullptr);
    return one;
  }
  /// Asks for a path by hand; what comes back is in `answer`.
  h3::client_request& ask_raw(std::string_view path, h3::client_response*& response) {
    auto& request = w.site->request("CONNECT", path, [this, &response](h3::client_response& got) {
      answer.take(got);
      proxy_status = got.joined("proxy-status").value_or("");
      response = &got;
    });
    return request.protocol("connect-udp").field("capsule-protocol", "?1");
  }

  network net;
  udp::proxy proxy;
  web w;
  udp::uri_template at = udp::uri_template::well_known("a.test").value();
  std::vector<std::unique_ptr<opening>> all;
  http3_test::answer answer;
  std::string proxy_status;
};

inline constexpr auto literal_path = "/.well-known/masque/udp/192.0.2.6/443/";

inline std::string capsule_of(std::uint64_t type, std::string const& value) {
  std::array<std::uint8_t, 16> room{};
  byte_writer writer{room};
  writer.varint(type);
  writer.varint(value.size());
  return std::string{as_text(writer.written())} + value;
}

}  // namespace http3_test
