// SPDX-License-Identifier: BSL-1.0
/// \file
/// A proxy for UDP: the part of an HTTP/3 server that answers requests for tunnels (RFC 9298 3.1).
#pragma once

#include <quoin/http3/api/server_messages.hpp>
#include <quoin/http3/connect_udp/relay.hpp>

#include <memory>

namespace quoin::http3::connect_udp {

/// Give it the requests that come; it answers those for tunnels. Who may ask at all is decided before: a proxy that
/// everybody can use lends its address to everybody (RFC 9298 7). `session_settings::extended_connect` must be on. One
/// thread at a time may use it; it must outlive neither its tunnels nor their server.
class proxy {
  struct shared {
    proxy_settings settings;
    uri_template at;
    relay out;
    std::size_t tunnels = 0;
  };

  /// One request from its beginning to the end of its tunnel.
  struct serving {
    serving(std::shared_ptr<shared> of_proxy, target asked_for, response& answer)
        : of(std::move(of_proxy)), to(std::move(asked_for)), out(&answer) {
      ++of->tunnels;
    }
    serving(serving const&) = delete;
    serving& operator=(serving const&) = delete;
    ~serving() {
      --of->tunnels;
      if (way.close) way.close();
    }

    std::shared_ptr<shared> of;
    target to;
    response* out;
    tunnel* line = nullptr;
    flow way;
  };

 public:
  /// The settings must have no problem; see `problem_with`. Both callables of `out` must be set.
  proxy(proxy_settings settings, relay out)
      : shared_(std::make_shared<shared>(shared{std::move(settings), uri_template{}, std::move(out), 0})) {
    auto at = uri_template::parse_path(shared_->settings.path);
    QUOIN_ASSERT(at && shared_->out.resolve && shared_->out.open);
    shared_->at = std::move(*at);
  }

  /// Answers a request whose :protocol is connect-udp; false: it is another, and still to be answered.
  bool on_request(request& asked, response& answer) {
    if (asked.protocol() != "connect-udp") return false;
    auto const values = shared_->at.match(asked.target());
    if (!values) {
      refuse(404, {proxy_error::http_request_error, "no tunnels for UDP are to be had at this path"}, answer);
      return true;
    }
    auto const to = read_target(values->host, values->port);
    // RFC 9298 3: the message has no content of its own.
    auto const problem = !to                                                     ? to.error()
                         : asked.content_length() || asked.field("content-type") ? "a tunnel has no content"
                                                                                 : std::string_view{};
    if (!problem.empty())
      refuse({proxy_error::http_request_error, std::string{problem}}, answer);
    else
      begin(*to, asked, answer);
    return true;
  }

  /// Tunnels that are open or being opened.
  [[nodiscard]] std::size_t tunnels() const noexcept { return shared_->tunnels; }

 private:
  void refuse(relay_error const& why, response& answer) { refuse(status_for(why.error), why, answer); }
  void refuse(unsigned status, relay_error const& why, response& answer) { say_no(*shared_, status, why, answer); }

  static void say_no(shared const& of, unsigned status, relay_error const& why, response& answer) {
    answer.status(status).field("proxy-status", proxy_status(of.settings.name, why.error, why.details)).end();
  }

  void begin(target const& to, request& asked, response& answer) {
    auto& of = *shared_;
    if (of.settings.may_ask && !of.settings.may_ask(to))
      return refuse({proxy_error::http_request_denied, "this target may not be asked for"}, answer);
    if (of.tunnels >= of.settings.most_tunnels)
      return refuse({proxy_error::connection_limit_reached, "too many tunnels"}, answer);
    // From here on payloads may come, which are dropped until there is somewhere to send them (RFC 9298 5).
    auto const one = std::make_shared<serving>(shared_, to, answer);
    one->line = &tunnel::over(asked, answer);
    one->line->on_closed([one] { one->line = nullptr; });
    if (to.address.known()) return connect(*one, std::vector{to.address});
    // RFC 9298 3.1: what a name stands for is known before there is an answer. Nobody may wait for it any more then.
    of.out.resolve(to, [waiting = std::weak_ptr{one}](addresses found) {
      auto const still = waiting.lock();
      if (!still || still->line == nullptr) return;
      if (!found) return fail(*still, found.error());
      connect(*still, *found);
    });
  }

  static void connect(serving& one, std::vector<socket_address> const& found) {
    auto& of = *one.of;
    relay_error why{proxy_error::dns_error, "the name has no address"};
    std::size_t tried = 0;
    for (auto const& address : found) {
      if (tried++ == of.settings.most_addresses) break;
      if (!(of.settings.may_reach ? of.settings.may_reach(address) : is_public(address))) {
        why = {proxy_error::destination_ip_prohibited, "the address may not be reached from here"};
        continue;
      }
      auto way = of.out.open(address, *one.line);
      if (way) return start(one, std::move(*way));
      why = way.error();
    }
    fail(one, why);
  }

  static void start(serving& one, flow way) {
    one.way = std::move(way);
    one.line->on_payload([&one](byte_view payload) { one.way.send(payload); });
    one.out->status(200).field("capsule-protocol", "?1").start_content();
  }

  static void fail(serving& one, relay_error const& why) {
    one.line->leave();
    say_no(*one.of, status_for(why.error), why, *one.out);
  }

  std::shared_ptr<shared> shared_;
};

}  // namespace quoin::http3::connect_udp
