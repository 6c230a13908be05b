// SPDX-License-Identifier: BSL-1.0
/// \file
/// A server of WebTransport's sessions and a client of it, over connections in virtual time.
#pragma once

#include "web.hpp"

#include <quoin/http3/webtransport/handshake.hpp>

#include <catch2/catch_test_macros.hpp>

namespace http3_test {

namespace wt = quoin::http3::webtransport;

/// What one end has heard.
struct listener {
  wt::session* session = nullptr;
  std::vector<wt::stream*> streams;
  std::string told;
  std::optional<wt::session_end> ended;

  void listen(wt::session& to) {
    session = &to;
    to.on_stream([this](wt::stream& one) { take(one); });
    to.on_datagram([this](byte_view bytes) { told += "datagram:" + std::string{as_text(bytes)} + ' '; });
    to.on_drain([this] { told += "drain "; });
    to.on_closed([this](wt::session_end const& how) {
      session = nullptr;
      ended = how;
    });
  }
  wt::stream& take(wt::stream& one) {
    streams.push_back(&one);
    told += one.is_bidirectional() ? "both " : "one ";
    one.on_content([this](byte_view bytes) { told += '"' + std::string{as_text(bytes)} + "\" "; });
    one.on_end([this] { told += "end "; });
    one.on_reset([this](std::optional<std::uint32_t> code) { told += "reset:" + name(code) + ' '; });
    one.on_stopped([this](std::optional<std::uint32_t> code) { told += "stopped:" + name(code) + ' '; });
    one.on_closed([this] { told += "closed "; });
    return one;
  }
  [[nodiscard]] bool heard(std::string_view what) const { return told.find(what) != std::string::npos; }

  static std::string name(std::optional<std::uint32_t> code) { return code ? std::to_string(*code) : "none"; }
};

inline h3::session_settings with_webtransport(std::uint32_t sessions = 1) {
  h3::session_settings settings;
  settings.webtransport.sessions = sessions;
  return settings;
}

/// A server that takes sessions, and a client of it.
struct transported {
  explicit transported(wt::accept_settings accepting = {}, h3::session_settings const& settings = with_webtransport(),
                       lab_options<urgent_stack> options = {})
      : w(
            [this, accept = std::make_shared<wt::accept_settings>(std::move(accepting))](h3::request& request,
                                                                                         h3::response& response) {
              asked_for = request.protocol();
              if (auto* const one = wt::accept(request, response, *accept)) {
                server_protocol = one->protocol();
                return servers.emplace_back(std::make_unique<listener>())->listen(*one);
              }
              if (!h3::may_ask_for_session(request.protocol())) response.status(404).end();
            },
            std::move(options), settings) {}

  h3::client_request& ask(wt::open_settings settings = {}) {
    return wt::open(*w.site, "/", std::move(settings), [this](wt::opened outcome) {
      if (outcome)
        clients.emplace_back(std::make_unique<listener>())->listen(**outcome);
      else
        refused = outcome.error();
    });
  }
  void open(wt::open_settings settings = {}) {
    auto const before = clients.size();
    ask(std::move(settings));
    REQUIRE(w.lab.run_until([&] { return clients.size() > before || refused; }));
  }
  listener& server() { return *servers.at(0); }
  listener& client() { return *clients.at(0); }
  template <class Until>
  bool runs_until(Until until) {
    turn();
    return w.lab.run_until([&] {
      turn();
      return until();
    });
  }
  /// Serves what was said outside of events.
  void turn() {
    w.service.after_turn();
    w.agent.after_turn();
  }

  std::vector<std::unique_ptr<listener>> servers;
  std::vector<std::unique_ptr<listener>> clients;
  std::optional<h3::connect_refusal> refused;
  std::string asked_for;
  std::string server_protocol;
  web w;
};

}  // namespace http3_test
