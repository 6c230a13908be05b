// SPDX-License-Identifier: BSL-1.0
/// \file
/// How WebTransport's sessions begin over HTTP/3 (draft-ietf-webtrans-http3, "Session Establishment"). Both ends want
/// `session_settings::webtransport`, and a stack with the extensions `datagram` and `reset_stream_at`.
///
///     // server, in its handler
///     if (auto* const peer = webtransport::accept(request, response))
///       peer->on_datagram([peer](byte_view payload) { peer->send_datagram(payload); });
///
///     // client
///     webtransport::open(origin, "/chat", {}, [](webtransport::opened outcome) {
///       if (outcome) (*outcome)->open_bidirectional()->end("hi");
///     });
#pragma once

#include <quoin/http3/api/extended_connect.hpp>
#include <quoin/http3/api/server_messages.hpp>
#include <quoin/http3/webtransport/protocols.hpp>
#include <quoin/http3/webtransport/session.hpp>

namespace quoin::http3::webtransport {

struct accept_settings {
  /// What we speak; of that, the client's favourite is chosen, if there is one.
  std::vector<std::string> protocols;
  /// Which origins may ask, as browsers name them; unset: that of the request only. Requests without an Origin field,
  /// which no browser makes, are not asked about. Others are refused with 403.
  function<bool(std::string_view)> may_ask;
};

struct open_settings {
  /// What we would speak, best first: names in printable ASCII.
  std::vector<std::string> protocols;
  /// Without a protocol in common there is no session.
  bool protocol_required = false;
  /// Called when the request is on its way, with the session that it asks for. It may be used at once, which saves a
  /// round trip; what is said in it was for nothing if the server refuses, and `on_closed` is called then. What the
  /// server says is told when its answer has come, and until then it is not known which protocol is spoken.
  function<void(session&)> on_asked{};
};

/// A session, or why there is none.
using opened = basic_result<session*, connect_refusal>;

namespace detail {

inline bool may_ask(request const& asked, accept_settings& settings) {
  auto const origin = asked.field("origin");
  if (!origin) return true;
  return settings.may_ask ? settings.may_ask(*origin) : *origin == "https://" + std::string{asked.authority()};
}

inline std::string chosen_protocol(request const& asked, std::vector<std::string> const& ours) {
  for (auto& wanted : read_protocols(asked.joined("wt-available-protocols").value_or("")))
    if (std::find(ours.begin(), ours.end(), wanted) != ours.end()) return wanted;
  return {};
}

/// The protocol that the server chose; nothing where its choice is an error.
inline std::optional<std::string> answered_protocol(client_response const& answer, open_settings const& settings) {
  auto const field = answer.joined("wt-protocol");
  auto const chosen = field && !settings.protocols.empty() ? read_protocol(*field) : std::nullopt;
  if (!chosen) return settings.protocol_required ? std::nullopt : std::optional{std::string{}};
  bool const asked =
      std::find(settings.protocols.begin(), settings.protocols.end(), *chosen) != settings.protocols.end();
  return asked ? chosen : std::nullopt;
}

inline opened begin(client_request& asked, client_response& answer, open_settings const& settings, session* used) {
  if (answer.status() / 100 != 2) return unexpected{http3::detail::refuse_answer(asked, answer, "the server refuses")};
  auto const protocol = answered_protocol(answer, settings);
  if (!protocol) {
    asked.abort(alpn_error);
    return unexpected{connect_refusal{answer.status(), {}, alpn_error, "no protocol that was asked for"}};
  }
  if (used != nullptr && used->closing())
    return unexpected{connect_refusal{answer.status(), {}, {}, "it was closed before the answer"}};
  if (used == nullptr) used = session::over(answer, asked, {});
  if (used != nullptr && used->establish(*protocol)) return used;
  return unexpected{http3::detail::refuse_answer(asked, answer, "the session is over already")};
}

}  // namespace detail

/// Server: takes a request for a session, or answers it with what is wrong. Null then, and when it is a request for
/// something else, which is still to be answered. The session is good until its `on_closed`.
inline session* accept(request& asked, response& answer, accept_settings& settings) {
  if (!may_ask_for_session(asked.protocol())) return nullptr;
  if (!detail::may_ask(asked, settings)) {
    answer.status(403).end();
    return nullptr;
  }
  auto const protocol = detail::chosen_protocol(asked, settings.protocols);
  auto* const made = session::over(asked, answer, protocol);
  if (made == nullptr) {
    answer.status(501).end("WebTransport is not spoken like that here\n");
    return nullptr;
  }
  if (!protocol.empty()) answer.field("wt-protocol", write_protocol(protocol));
  if (asked.field("sec-webtransport-http3-draft02")) answer.field("sec-webtransport-http3-draft", "draft02");
  answer.status(200).start_content();
  return made;
}
inline session* accept(request& asked, response& answer) {
  accept_settings usual;
  return accept(asked, answer, usual);
}

/// Client: asks for a session. `handler(opened)` is called once; the session that it gets is good until its
/// `on_closed`. The request waits until the server has said that it knows WebTransport, and fails when it does not, or
/// when there is a session on the connection already: H3_REQUEST_REJECTED then, and another connection may do. Throws
/// std::invalid_argument for a protocol whose name cannot be sent.
inline client_request& open(origin& at, std::string_view path, open_settings settings, function<void(opened)> handler) {
  for (auto const& name : settings.protocols) http3::detail::refuse_argument(problem_with_protocol(name));
  auto const names = write_protocols(settings.protocols);
  struct asking {
    open_settings settings;
    function<void(opened)> handler;
    session* used = nullptr;  ///< before the answer
  };
  auto const state = std::make_shared<asking>(asking{std::move(settings), std::move(handler)});
  auto& asked = http3::detail::extended_connect(
      at, "webtransport-h3", path, [state](client_request& request, client_response& answer) {
        state->handler(detail::begin(request, answer, state->settings, state->used));
      });
  if (state->settings.on_asked)
    asked.on_sent([state, &asked](client_response& answer) {
      state->used = session::over(answer, asked, {});
      if (state->used != nullptr) state->settings.on_asked(*state->used);
    });
  if (!names.empty()) asked.field("wt-available-protocols", names);
  asked.start_content();
  return asked;
}

}  // namespace quoin::http3::webtransport
