// SPDX-License-Identifier: BSL-1.0
#include "close_text.hpp"
#include "failure.hpp"
#include "hq_server.hpp"
#include "net_address.hpp"
#include "relay/permit.hpp"
#include "relay/udp_exit.hpp"
#include "report.hpp"
#include "server_loop.hpp"
#include "settings.hpp"
#include "status/page.hpp"
#include "text.hpp"

#ifdef QUOIN_TOOL_HAS_TCP
#include "tcp/tcp_server.hpp"
#endif

#include <quoin/http3/connect_udp/proxy.hpp>

#include <cstdio>
#include <map>

namespace tool {
namespace {

void tell(port& client, hq::visit const& visit, quoin::close_info const& why) {
  auto line = shown(client.remote()) + ": " + std::to_string(visit.files) + " files, " +
              readable_bytes(static_cast<double>(visit.bytes));
  if (visit.refused != 0) line += ", " + std::to_string(visit.refused) + " refused";
  line += "; " + readable(client.statistics()) + "; " + brief(why);
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

/// Tunnels for UDP of the clients of one engine.
struct udp_relay {
  explicit udp_relay(relay::permit const& permit) : proxy(settings(permit), exit.callables()) {}

  static quoin::http3::connect_udp::proxy_settings settings(relay::permit const& permit) {
    quoin::http3::connect_udp::proxy_settings made;
    made.may_reach = [&permit](quoin::socket_address const& to) { return permit.allows(to); };
    return made;
  }

  relay::udp_exit exit;
  quoin::http3::connect_udp::proxy proxy;
};

/// The folder, and what is beside the QUIC endpoints: the log, and TCP where it was asked for.
class web_site final : public companion {
 public:
  explicit web_site(serve_options const& asked)
      : folder_(asked.root), files_(folder_, asked.site), permit_(asked.connect_udp), tcp_asked_(asked.tcp) {
    relays_udp_ = !asked.connect_udp.empty();
    if (!asked.status.empty()) show_status(asked.status);
    if (!asked.access_log.empty()) log_ = std::make_unique<site::access_log>(asked.access_log);
    if (asked.tcp && !asked.server.client_authorities.empty())
      throw failure(
          "--tcp cannot be used with --client-ca: HTTP/1.1 clients are not asked for certificates; "
          "leave one of them out",
          exit_code::usage);
  }

  std::unique_ptr<application> visitor(engine& quic, hq::server::report const& report) {
    auto const tunnels = relays_.find(&quic);
    return std::make_unique<hq::server>(
        files_,
        [this, report](port& client, auto const& visit, auto const& why) {
          if (board_) board_->ended(client.statistics());
          if (report) report(client, visit, why);
        },
        log_.get(), tunnels == relays_.end() ? nullptr : &tunnels->second->proxy);
  }

  void on_start_of(engine& quic) override {
    if (!relays_udp_) return;
    auto& made = *(relays_[&quic] = std::make_unique<udp_relay>(permit_));
    quic.watch(made.exit.handle(), [&made] { made.exit.service(); });
  }

  void on_start([[maybe_unused]] engine& quic) override {
#ifdef QUOIN_TOOL_HAS_TCP
    if (!tcp_asked_) return;
    tcp::server_settings settings;
    settings.bind = quic.local_address();
    settings.identities = quic.identities();
    tcp_ = std::make_unique<tcp::server>(std::move(settings), files_, log_.get());
#endif
  }
  void on_turn() override {
    if (log_) log_->flush();
  }
  void on_turn_of(engine& quic) override {
    if (board_) board_->look(quic, std::chrono::steady_clock::now());
    if (auto const tunnels = relays_.find(&quic); tunnels != relays_.end()) tunnels->second->exit.expire();
  }
  void on_reload([[maybe_unused]] engine& quic) override {
    if (log_) log_->reopen();
#ifdef QUOIN_TOOL_HAS_TCP
    if (tcp_) tcp_->renew(quic.identities());
#endif
  }
  void on_stop([[maybe_unused]] quoin::duration grace) override {
#ifdef QUOIN_TOOL_HAS_TCP
    if (tcp_) tcp_->stop(grace);
#endif
    if (log_) log_->flush();
  }

 private:
  /// At the path a page, and beside it what the page reads.
  void show_status(std::string const& at) {
    site::target where;
    if (!at.starts_with('/') || site::parsed_target(at, false, where) != site::target_outcome::named ||
        where.path.empty() || where.directory || !where.query.empty())
      throw failure(
          "--status '" + at + "' is no path of a page: give one like /status, without a query or a slash at its end",
          exit_code::usage);
    board_ = std::make_unique<status::board>();
    auto const data = where.path + ".json";
    files_.add_page(where.path,
                    {"text/html; charset=utf-8", [html = status::page_for(site::encoded_path(data))] { return html; }});
    files_.add_page(data, {"application/json", [this, start = std::chrono::steady_clock::now()] {
                             auto const up = std::chrono::steady_clock::now() - start;
                             return status::as_json(*board_, std::chrono::floor<std::chrono::seconds>(up));
                           }});
  }

  served_folder folder_;
  site::responder files_;
  relay::permit permit_;
  bool relays_udp_ = false;
  std::map<engine*, std::unique_ptr<udp_relay>> relays_;  ///< unchanged once clients can connect
  std::unique_ptr<site::access_log> log_;
  std::unique_ptr<status::board> board_;
  [[maybe_unused]] bool tcp_asked_;
#ifdef QUOIN_TOOL_HAS_TCP
  std::unique_ptr<tcp::server> tcp_;
#endif
};

}  // namespace

int serve(serve_options const& asked) {
  web_site site{asked};
  auto settings = server_settings(asked.common, asked.server);
  auto const report = asked.common.quiet ? hq::server::report{} : hq::server::report{tell};
  settings.accept = [&site, report](engine& quic) { return site.visitor(quic, report); };
  settings.extended_connect = !asked.connect_udp.empty();
  return run_server(settings, "serving " + asked.root.string(), asked.common.quiet, site);
}

}  // namespace tool
