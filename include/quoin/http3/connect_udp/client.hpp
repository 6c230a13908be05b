// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client's tunnel for UDP through a proxy (RFC 9298 3.4, 3.5).
///
///     auto const proxy = connect_udp::uri_template::well_known("proxy.example").value();
///     auto const to = connect_udp::make_target("192.0.2.6", 443).value();
///     connect_udp::open(origin, proxy, to, [](connect_udp::opened outcome) {
///       if (!outcome) return complain(outcome.error().reason);
///       (*outcome)->on_payload([](byte_view payload) { ... });
///       (*outcome)->send(as_bytes("hello"));
///     });
#pragma once

#include <quoin/http3/api/extended_connect.hpp>
#include <quoin/http3/connect_udp/tunnel.hpp>
#include <quoin/http3/connect_udp/uri_template.hpp>

namespace quoin::http3::connect_udp {

/// A tunnel, or why there is none.
using opened = basic_result<tunnel*, connect_refusal>;

namespace detail {

/// RFC 9298 3.5, RFC 9297 3.2: a success that starts the capsule protocol has no content of its own.
inline std::string_view problem_with_answer(client_response const& answer) {
  auto const status = answer.status();
  if (status / 100 != 2) return "the proxy refuses";
  if (status >= 204 && status <= 206) return "a success without content cannot start a tunnel";
  if (answer.field("content-length") || answer.field("content-type"))
    return "a success with content of its own cannot start a tunnel";
  return {};
}

}  // namespace detail

/// Asks a proxy for a tunnel. `at` is the authority that `proxy` names, and `to` comes from `make_target`.
/// `handler(opened)` is called once; the tunnel that it gets is good until its `on_closed`. The request waits until the
/// proxy has said that it knows extended CONNECT, and fails when it does not. Until `handler` is called, `abort` of the
/// result gives it up.
inline client_request& open(origin& at, uri_template const& proxy, target const& to, function<void(opened)> handler) {
  auto& asked = http3::detail::extended_connect(
      at, "connect-udp", proxy.expand(to),
      [handler = std::move(handler)](client_request& request, client_response& answer) mutable {
        auto const problem = detail::problem_with_answer(answer);
        if (problem.empty()) return handler(&tunnel::over(answer, request));
        handler(unexpected{http3::detail::refuse_answer(request, answer, problem)});
      });
  asked.field("capsule-protocol", "?1").start_content();
  return asked;
}

}  // namespace quoin::http3::connect_udp
