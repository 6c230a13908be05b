// SPDX-License-Identifier: BSL-1.0
// The same files over HTTP/3.
#include "hq_server.hpp"
#include "net_address.hpp"

#include <quoin/http3/connect_udp/proxy.hpp>

namespace tool::hq {
namespace {

/// Hands content out as fast as its client takes it.
void send(site::content body, quoin::http3::response& response) {
  auto const rest = std::make_shared<site::content_reader>(std::move(body));
  auto const go_on = [&response, rest] {
    for (auto bytes = rest->next(); !bytes.empty(); bytes = rest->next()) {
      auto const taken = response.write(bytes);
      rest->took(taken);
      if (taken < bytes.size()) return;
    }
    if (rest->failed()) return response.abort(quoin::http3::error_code::internal_error);
    response.end();
  };
  response.on_writable(go_on);
  go_on();
}

site::log_entry noted(port const& client, quoin::http3::request const& request, site::answer const& answer,
                      site::sys_seconds date) {
  auto const line = std::string{request.method()} + ' ' + std::string{request.target()} + " HTTP/3";
  return {host_of(client.remote()),
          date,
          line,
          answer.status,
          site::size_of(answer.body),
          request.joined("referer").value_or(""),
          request.joined("user-agent").value_or("")};
}

}  // namespace

void server::on_request(port& client, quoin::http3::request& request, quoin::http3::response& response) {
  if (tunnels_ != nullptr && tunnels_->on_request(request, response)) return;
  // RFC 9220 3
  if (!request.protocol().empty()) return response.status(501).end();
  site::moment const now;
  auto answer = files_.respond(
      site::asked_for(request.method(), request.target(), [&](std::string_view name) { return request.joined(name); }),
      now);
  if (log_ != nullptr) log_->add(noted(client, request, answer, now.date));
  response.status(answer.status);
  for (auto const& [name, value] : answer.fields) response.field(name, value);
  if (answer.length) response.field("content-length", std::to_string(*answer.length));
  (answer.status < 400 ? visit_.files : visit_.refused) += 1;
  if (answer.body.empty()) return response.end();
  if (answer.status < 400) visit_.bytes += site::size_of(answer.body);
  send(std::move(answer.body), response);
}

}  // namespace tool::hq
