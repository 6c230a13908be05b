// SPDX-License-Identifier: BSL-1.0
/// \file
/// The loop of an endpoint, run by Asio's.
#pragma once

#include <quoin/asio/stream.hpp>
#include <quoin/endpoint/endpoint.hpp>

#include <chrono>

namespace quoin::asio {

template <class Stack, class Net>
class connection_handle;

namespace detail {

/// Clients that nobody accepts yet; more are turned away, with the application's code 0.
inline constexpr std::size_t most_unaccepted = 1024;

/// Serves a `quoin::endpoint` when its socket or its deadline says so, and tells operations what happened.
template <class Stack, class Net>
class driving : public std::enable_shared_from_this<driving<Stack, Net>> {
  using handle = connection_handle<Stack, Net>;
  using error_code = typename Net::error_code;
  using shared_link = std::shared_ptr<link<Stack, Net>>;
  using waits_for_connection = pending<Net, handle>;

 public:
  driving(typename Net::executor executor, endpoint_config<Stack> config)
      : executor_(std::move(executor)),
        endpoint_(std::move(config)),
        socket_(executor_, endpoint_.native_handle()),
        timer_(executor_) {}
  ~driving() { socket_.release(); }  // it is the endpoint's

  void start() { watch(); }

  void stop() {
    if (std::exchange(stopped_, true)) return;
    error_code ignored;
    socket_.cancel(ignored);
    timer_.cancel();
    for (auto& [conn, known] : std::exchange(links_, {})) {
      known.where->abandon();
      if (known.connecting) known.connecting.complete(Net::aborted(), {});
    }
    for (auto& each : std::exchange(accepting_, {})) each.complete(Net::aborted(), {});
  }

  template <class Handler>
  void accept(Handler handler) {
    accepting_.emplace_back(std::move(handler), executor_, [self = this->weak_from_this()] {
      if (auto const kept = self.lock())
        for (auto& each : std::exchange(kept->accepting_, {})) each.complete(Net::aborted(), {});
    });
    serve_accepts();
  }

  template <class Handler>
  void connect(socket_address const& remote, std::string server_name, Handler handler) {
    waits_for_connection wait{std::move(handler), executor_, [] {}};
    if (stopped_) return wait.complete(Net::aborted(), {});
    auto& made = endpoint_.connect(remote, std::move(server_name));
    auto& known = add(made);
    known.connecting = std::move(wait);
    wake(made);
  }

  // ---- the endpoint's handler

  void on_event(connection<Stack>& of, connection_event const& event) {
    using kind = connection_event::kind;
    auto at = links_.find(&of);
    if (at == links_.end()) {
      if (of.self() != role::server || event.what != kind::connected) return;
      return arrived(of);
    }
    auto const where = at->second.where;
    if (event.what == kind::connected && at->second.connecting)
      std::exchange(at->second.connecting, {}).complete({}, handle{where});
    where->on_event(event);
    if (event.what != kind::closed) return;
    at = links_.find(&of);
    if (auto connecting = std::exchange(at->second.connecting, {})) connecting.complete(where->why(), handle{where});
    links_.erase(at);
  }

  // ---- for the links

  void wake(connection<Stack>& used) {
    endpoint_.touch(used);
    serve_soon();
  }
  [[nodiscard]] instant now() const { return endpoint_.now(); }
  [[nodiscard]] typename Net::executor executor() const { return executor_; }
  [[nodiscard]] quoin::endpoint<Stack>& quic() noexcept { return endpoint_; }

 private:
  struct known_connection {
    shared_link where;
    waits_for_connection connecting;
  };

  known_connection& add(connection<Stack>& conn) {
    auto where = std::make_shared<link<Stack, Net>>(conn, *this);
    return links_.insert_or_assign(&conn, known_connection{std::move(where), {}}).first->second;
  }

  void arrived(connection<Stack>& from) {
    std::erase_if(arrived_, [](shared_link const& each) { return each->conn() == nullptr; });
    if (arrived_.size() >= most_unaccepted) return from.close(0, "nobody accepts connections here", now());
    arrived_.push_back(add(from).where);
    serve_accepts();
  }

  void serve_accepts() {
    while (!accepting_.empty() && (!arrived_.empty() || stopped_)) {
      auto wait = std::move(accepting_.front());
      accepting_.pop_front();
      if (stopped_) {
        wait.complete(Net::aborted(), {});
        continue;
      }
      auto next = std::move(arrived_.front());
      arrived_.pop_front();
      wait.complete({}, handle{std::move(next)});
    }
  }

  void watch() {
    socket_.async_wait(Net::descriptor::wait_read, [self = this->shared_from_this()](error_code problem) {
      if (problem || self->stopped_) return;
      self->serve();
      self->watch();
    });
  }

  /// At the end of what the caller is in the middle of, however often it is asked for.
  void serve_soon() {
    if (stopped_ || std::exchange(serving_soon_, true)) return;
    Net::post(executor_, [self = this->shared_from_this()] {
      self->serving_soon_ = false;
      self->serve();
    });
  }

  void serve() {
    if (stopped_) return;
    endpoint_.service(*this);
    auto const at = endpoint_.deadline();
    if (at == instant::min()) return serve_soon();
    if (at == alarm_) return;
    alarm_ = at;
    if (at == never) return static_cast<void>(timer_.cancel());
    timer_.expires_after(std::chrono::ceil<std::chrono::microseconds>(at - endpoint_.now()));
    timer_.async_wait([self = this->shared_from_this(), at](error_code problem) {
      if (problem || self->alarm_ != at) return;
      self->alarm_ = never;
      self->serve();
    });
  }

  typename Net::executor executor_;
  quoin::endpoint<Stack> endpoint_;
  typename Net::descriptor socket_;
  typename Net::timer timer_;
  std::unordered_map<connection<Stack>*, known_connection> links_;
  std::deque<shared_link> arrived_;
  std::deque<waits_for_connection> accepting_;
  instant alarm_ = never;  ///< what the timer is set for
  bool serving_soon_ = false;
  bool stopped_ = false;
};

}  // namespace detail

}  // namespace quoin::asio
