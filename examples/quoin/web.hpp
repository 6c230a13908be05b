// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP/3 on those connections of an engine for which it was chosen.
#pragma once

#include "port.hpp"
#include "text.hpp"

#include <quoin/endpoint/endpoint.hpp>
#include <quoin/http3/api/agent.hpp>
#include <quoin/http3/api/service.hpp>

#include <utility>

namespace tool {

/// Codes of the tool's own mean nothing in HTTP/3.
constexpr std::uint64_t web_code(std::uint64_t code) {
  return code == 0 ? quoin::http3::number_of(quoin::http3::error_code::no_error) : code;
}

template <class Stack>
class web_side {
  using connection = quoin::connection<Stack>;

 public:
  web_side(quoin::endpoint<Stack>& endpoint, quoin::transport_settings const& transport,
           quoin::http3::session_settings const& settings)
      : service_(
            [this](quoin::http3::request& request, quoin::http3::response& response) { answer(request, response); },
            quoin::http3::surroundings_of(endpoint, transport, settings)),
        agent_(quoin::http3::surroundings_of(endpoint, transport, settings)) {}

  /// A client's connection may end when the protocol is known and it never came to be.
  [[nodiscard]] bool speaks(connection const& on) const {
    return &on == early_ || (on.alpn() == "h3" && (on.self() == quoin::role::server || on.connected()));
  }

  /// Client: requests may go out in early data.
  void begin_early(connection& on, port& line, application& app) {
    early_ = &on;
    app.on_site(line, agent_.adopt(on, authority_of(on)));
  }

  void on_event(connection& from, quoin::connection_event const& event, port& line, application& app) {
    if (from.self() == quoin::role::server) {
      busy_ = {&line, &app};
      service_.on_event(from, event);
      busy_ = {};
      return;
    }
    if (event.what == quoin::connection_event::kind::connected && &from != early_)
      app.on_site(line, agent_.adopt(from, authority_of(from)));
    agent_.on_event(from, event);
    if (event.what == quoin::connection_event::kind::closed && &from == early_) early_ = nullptr;
  }

  void turn() {
    service_.after_turn();
    agent_.after_turn();
  }

  /// Clients hear at once that no more requests are taken soon (RFC 9114 5.2).
  void shutdown(quoin::duration grace) { service_.shutdown_within(grace); }

 private:
  void answer(quoin::http3::request& request, quoin::http3::response& response) {
    // Handlers are called while an event of their connection is looked at, and at no other time.
    if (busy_.second == nullptr) return response.status(503).end();
    busy_.second->on_request(*busy_.first, request, response);
  }

  static std::string authority_of(connection const& to) {
    return https_authority(to.server_name(), to.path().remote.port);
  }

  std::pair<port*, application*> busy_{};
  connection const* early_ = nullptr;  ///< client: one whose early data is HTTP/3's, whatever protocol will be chosen
  quoin::http3::service<connection> service_;
  quoin::http3::agent<connection> agent_;
};

}  // namespace tool
