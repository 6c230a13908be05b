// SPDX-License-Identifier: BSL-1.0
/// \file
/// How a client begins what is built on an extended CONNECT (RFC 9220 3, RFC 8441 4).
#pragma once

#include <quoin/http3/api/agent.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace quoin::http3 {

/// Why an extended CONNECT led to nothing.
struct connect_refusal {
  unsigned status = 0;                ///< of the answer; 0 when there was none
  std::string proxy_status;           ///< what its Proxy-Status field says (RFC 9209), or empty
  std::optional<error_code> failure;  ///< why there was no answer
  std::string_view reason;            ///< for people; static text
};

namespace detail {

/// For what its caller says and can never be sent: throws std::invalid_argument, if there is a problem.
inline void refuse_argument(std::optional<std::string> const& problem) {
  if (problem) throw std::invalid_argument{*problem};
}

/// A request for `protocol`, still without its own fields and not sent: `start_content` does that, and it goes out when
/// the server has said that it knows extended CONNECT. `handler(asked, answer)` is called once.
inline client_request& extended_connect(origin& at, std::string_view protocol, std::string_view path,
                                        function<void(client_request&, client_response&)> handler) {
  struct kept {
    client_request* asked = nullptr;
    function<void(client_request&, client_response&)> handler;
  };
  auto const state = std::make_shared<kept>();
  state->handler = std::move(handler);
  auto& asked =
      at.request("CONNECT", path, [state](client_response& answer) { state->handler(*state->asked, answer); });
  state->asked = &asked;
  return asked.protocol(protocol);
}

/// Gives up what was asked for, because of the answer.
inline connect_refusal refuse_answer(client_request& asked, client_response const& answer, std::string_view reason) {
  if (answer.failure()) return {0, {}, answer.failure(), "no answer came"};
  connect_refusal why{answer.status(), answer.joined("proxy-status").value_or(""), {}, reason};
  asked.abort();
  return why;
}

}  // namespace detail
}  // namespace quoin::http3
