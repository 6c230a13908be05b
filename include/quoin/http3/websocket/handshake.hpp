// SPDX-License-Identifier: BSL-1.0
/// \file
/// How WebSockets begin over HTTP/3 (RFC 9220, RFC 8441 5, RFC 6455 4).
///
///     // server, in its handler, with `session_settings::extended_connect`
///     if (auto* const peer = websocket::accept(request, response))
///       peer->on_text([peer](std::string_view text) { peer->send_text(text); });
///
///     // client
///     websocket::open(origin, "/chat", {}, [](websocket::opened outcome) { if (outcome) (*outcome)->send_text("hi");
///     });
#pragma once

#include <quoin/http3/api/extended_connect.hpp>
#include <quoin/http3/api/server_messages.hpp>
#include <quoin/http3/websocket/socket.hpp>

#include <vector>

namespace quoin::http3::websocket {

struct accept_settings {
  socket_settings socket{};
  /// Subprotocols that we speak, best first; one that the client names, too, is chosen (RFC 6455 4.2.2).
  std::vector<std::string> protocols;
  /// Which origins may ask, as browsers name them; unset: all. Others are refused with 403 (RFC 6455 4.2.2, 10.2).
  function<bool(std::string_view)> may_ask;
};

struct open_settings {
  socket_settings socket{};
  /// Subprotocols that we would speak, best first (RFC 6455 4.1).
  std::vector<std::string> protocols;
};

/// A socket, or why there is none.
using opened = basic_result<socket*, connect_refusal>;

namespace detail {

/// Whether a list of tokens names one (RFC 6455 4.3).
constexpr bool lists(std::string_view list, std::string_view wanted) noexcept {
  while (true) {
    auto const comma = list.find(',');
    auto token = list.substr(0, comma);
    while (token.starts_with(' ') || token.starts_with('\t')) token.remove_prefix(1);
    while (token.ends_with(' ') || token.ends_with('\t')) token.remove_suffix(1);
    if (token == wanted) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

inline std::string_view chosen_protocol(std::vector<std::string> const& ours, std::string_view theirs) {
  for (auto const& one : ours)
    if (lists(theirs, one)) return one;
  return {};
}

/// RFC 6455 4.1, 4.2.2: nothing is agreed on that was not asked for.
inline std::string_view problem_with_answer(client_response const& answer, std::vector<std::string> const& asked) {
  if (answer.status() / 100 != 2) return "the server refuses";
  if (answer.field("sec-websocket-extensions")) return "an extension that was not asked for";
  auto const protocol = answer.joined("sec-websocket-protocol");
  if (protocol && std::find(asked.begin(), asked.end(), *protocol) == asked.end())
    return "a subprotocol that was not asked for";
  return {};
}

}  // namespace detail

/// The protocol that both ends have agreed on; empty when there is none.
inline std::string protocol_of(incoming const& answer) {
  return answer.joined("sec-websocket-protocol").value_or("");
}

/// Server: takes a request for a WebSocket, or answers it with what is wrong. Null then, and when it is a request for
/// something else, which is still to be answered. The socket is good until its `on_closed`.
inline socket* accept(request& asked, response& answer, accept_settings& settings) {
  if (asked.protocol() != "websocket") return nullptr;
  if (asked.field("sec-websocket-version") != "13") {
    answer.status(400).field("sec-websocket-version", "13").end("WebSockets of version 13 are spoken here\n");
    return nullptr;
  }
  if (settings.may_ask && !settings.may_ask(asked.field("origin").value_or(""))) {
    answer.status(403).end();
    return nullptr;
  }
  auto const theirs = asked.joined("sec-websocket-protocol");
  if (auto const chosen = theirs ? detail::chosen_protocol(settings.protocols, *theirs) : ""; !chosen.empty())
    answer.field("sec-websocket-protocol", chosen);
  answer.status(200).start_content();
  return &socket::over(asked, answer, role::server, settings.socket);
}
inline socket* accept(request& asked, response& answer) {
  accept_settings usual;
  return accept(asked, answer, usual);
}

/// Client: asks for a WebSocket. `handler(opened)` is called once; the socket that it gets is good until its
/// `on_closed`. The request waits until the server has said that it knows extended CONNECT, and fails when it does not.
/// More fields may not be added: the result is for giving it up.
inline client_request& open(origin& at, std::string_view path, open_settings settings, function<void(opened)> handler) {
  std::string names;
  for (auto const& name : settings.protocols) names.append(names.empty() ? "" : ", ").append(name);
  auto& asked =
      http3::detail::extended_connect(at, "websocket", path,
                                      [settings = std::move(settings), handler = std::move(handler)](
                                          client_request& request, client_response& answer) mutable {
                                        auto const problem = detail::problem_with_answer(answer, settings.protocols);
                                        if (problem.empty())
                                          return handler(&socket::over(answer, request, role::client, settings.socket));
                                        handler(unexpected{http3::detail::refuse_answer(request, answer, problem)});
                                      });
  asked.field("sec-websocket-version", "13");
  if (!names.empty()) asked.field("sec-websocket-protocol", names);
  asked.start_content();
  return asked;
}

}  // namespace quoin::http3::websocket
