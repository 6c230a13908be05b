// SPDX-License-Identifier: BSL-1.0
#include "tcp_server.hpp"

#include "session.hpp"

#include "../failure.hpp"
#include "../net_address.hpp"

#include <quoin/http3/message/alt_svc.hpp>

#include <boost/asio/ip/v6_only.hpp>

#include <array>
#include <thread>

namespace tool::tcp {
namespace {

using acceptor = boost::asio::ip::tcp::acceptor;
using endpoint = boost::asio::ip::tcp::endpoint;

endpoint as_endpoint(quoin::socket_address const& from) {
  if (from.family == quoin::address_family::v4) {
    boost::asio::ip::address_v4::bytes_type bytes;
    std::copy_n(from.ip.begin(), bytes.size(), bytes.begin());
    return {boost::asio::ip::address_v4{bytes}, from.port};
  }
  boost::asio::ip::address_v6::bytes_type bytes;
  std::copy_n(from.ip.begin(), bytes.size(), bytes.begin());
  return {boost::asio::ip::address_v6{bytes, from.scope}, from.port};
}

void listen(acceptor& on, quoin::socket_address const& at) try {
  auto const where = as_endpoint(at);
  on.open(where.protocol());
  on.set_option(acceptor::reuse_address(true));
  if (where.address().is_v6()) on.set_option(boost::asio::ip::v6_only(false));
  on.bind(where);
  on.listen();
} catch (boost::system::system_error const& problem) {
  throw failure("cannot listen on TCP " + shown(at) + ": " + problem.code().message() +
                "; leave --tcp out, or choose another port by --listen");
}

std::string alt_svc_for(std::uint16_t port) {
  quoin::http3::alternative_service const here{.port = port};
  return quoin::http3::alt_svc_value({&here, 1});
}

}  // namespace

class server::body {
 public:
  body(server_settings const& settings, site::responder& files, site::access_log* log)
      : shared_{files, log, alt_svc_for(settings.bind.port), settings.patience, settings.idle},
        most_(settings.most_connections),
        contexts_(tls_contexts::make(settings.identities)) {
    listen(acceptor_, settings.bind);
    accept();
    thread_ = std::jthread{[this] { loop_.run(); }};
  }
  ~body() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }
  body(body const&) = delete;
  body& operator=(body const&) = delete;

  void renew(std::vector<pem_identity> const& identities) {
    boost::asio::post(loop_, [this, made = tls_contexts::make(identities)] { contexts_ = made; });
  }

  void stop(std::chrono::nanoseconds grace) {
    auto const until = std::chrono::steady_clock::now() + grace;
    boost::asio::post(loop_, [this, until] {
      shared_.stopping = true;
      acceptor_.close();
      for (auto* const each : shared_.sessions) each->leave_if_idle();
      stop_when_done(until);
    });
    thread_.join();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code problem, boost::asio::ip::tcp::socket client) {
      if (!acceptor_.is_open()) return;
      if (!problem && shared_.sessions.size() < most_)
        std::make_shared<session>(shared_, contexts_, std::move(client))->start();
      // Without descriptors, another attempt at once would fail as well.
      if (problem) return accept_later();
      accept();
    });
  }
  void accept_later() {
    timer_.expires_after(std::chrono::milliseconds{100});
    timer_.async_wait([this](beast::error_code stopped) {
      if (!stopped && acceptor_.is_open()) accept();
    });
  }
  void stop_when_done(std::chrono::steady_clock::time_point until) {
    if (shared_.sessions.empty() || std::chrono::steady_clock::now() >= until) return loop_.stop();
    timer_.expires_after(std::chrono::milliseconds{20});
    timer_.async_wait([this, until](beast::error_code) { stop_when_done(until); });
  }

  common shared_;
  std::size_t most_;
  std::shared_ptr<tls_contexts> contexts_;
  boost::asio::io_context loop_{1};
  acceptor acceptor_{loop_};
  boost::asio::steady_timer timer_{loop_};
  std::jthread thread_;
};

server::server(server_settings settings, site::responder& files, site::access_log* log)
    : body_(std::make_unique<body>(settings, files, log)) {}

server::~server() = default;

void server::renew(std::vector<pem_identity> const& identities) {
  body_->renew(identities);
}

void server::stop(std::chrono::nanoseconds grace) {
  body_->stop(grace);
}

}  // namespace tool::tcp
