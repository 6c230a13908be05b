// SPDX-License-Identifier: BSL-1.0
/// \file
/// What stands between a connection and the operations that wait for it.
#pragma once

#include <quoin/asio/pending.hpp>
#include <quoin/connection/connection.hpp>

#include <deque>
#include <memory>
#include <unordered_map>

namespace quoin::asio {

template <class Stack, class Net>
class stream;

namespace detail {

/// Whoever runs the connections; it outlives them, and is told when one was used.
template <class Stack, class Net>
class driving;

template <class Stack, class Net>
class stream_body;

/// One connection. `conn` is null when it is gone; then `why` says of what.
template <class Stack, class Net>
class link : public std::enable_shared_from_this<link<Stack, Net>> {
  using body = stream_body<Stack, Net>;

 public:
  using error_code = typename Net::error_code;
  using waits_for_stream = pending<Net, stream<Stack, Net>>;

  link(connection<Stack>& conn, driving<Stack, Net>& by) : conn_(&conn), by_(&by), executor_(by.executor()) {}

  [[nodiscard]] connection<Stack>* conn() const noexcept { return conn_; }
  [[nodiscard]] error_code why() const { return why_; }
  [[nodiscard]] std::optional<close_info> const& close_reason() const { return closed_by_; }
  [[nodiscard]] typename Net::executor const& executor() const { return executor_; }
  [[nodiscard]] instant now() const { return by_->now(); }
  void wake() {
    if (conn_ != nullptr) by_->wake(*conn_);
  }

  template <class Handler>
  void accept_stream(Handler handler) {
    accepting_.emplace_back(std::move(handler), executor_, [self = this->weak_from_this()] {
      if (auto const kept = self.lock()) kept->cancel_accepts();
    });
    serve_accepts();
  }

  template <class Handler>
  void open_stream(stream_direction direction, Handler handler) {
    opening_.push_back({direction, waits_for_stream{std::move(handler), executor_, [self = this->weak_from_this()] {
                                                      if (auto const kept = self.lock()) kept->cancel_openings();
                                                    }}});
    serve_openings();
  }

  template <class Handler>
  void wait_closed(Handler handler) {
    closing_.emplace_back(std::move(handler), executor_, [self = this->weak_from_this()] {
      if (auto const kept = self.lock()) kept->cancel_waits_for_end();
    });
    if (conn_ == nullptr) tell_closed();
  }

  void close(std::uint64_t code, std::string_view reason) {
    if (conn_ == nullptr) return;
    conn_->close(code, reason, now());
    wake();
  }

  void on_event(connection_event const& event) {
    using kind = connection_event::kind;
    if (event.what == kind::stream_opened) {
      arrived_.push_back(event.id);
      return serve_accepts();
    }
    if (event.what == kind::streams_available) return serve_openings();
    if (event.what == kind::closed) return on_closed();
    if (auto const at = streams_.find(event.id.value()); at != streams_.end())
      if (auto const kept = at->second.lock()) kept->on_event(event);
  }

  /// The endpoint is gone, and the connection with it.
  void abandon() { end(Net::aborted()); }

  void forget(stream_id id) { streams_.erase(id.value()); }

 private:
  struct opening {
    stream_direction direction;
    waits_for_stream wait;
  };

  stream<Stack, Net> made(stream_id id) {
    auto one = std::make_shared<body>(this->shared_from_this(), id);
    streams_.insert_or_assign(id.value(), one);
    return stream<Stack, Net>{std::move(one)};
  }

  void serve_accepts() {
    while (!accepting_.empty() && (!arrived_.empty() || conn_ == nullptr)) {
      auto wait = std::move(accepting_.front());
      accepting_.pop_front();
      if (conn_ == nullptr) {
        wait.complete(why_, {});
        continue;
      }
      auto const id = arrived_.front();
      arrived_.pop_front();
      wait.complete({}, made(id));
    }
  }

  void serve_openings() {
    while (!opening_.empty()) {
      auto const id = conn_ == nullptr ? stream_result<stream_id>{unexpected{stream_errc::connection_closed}}
                                       : conn_->open(opening_.front().direction);
      if (!id && (id.error() == stream_errc::limit_reached || id.error() == stream_errc::not_ready)) return;
      auto wait = std::move(opening_.front().wait);
      opening_.pop_front();
      if (id)
        wait.complete({}, made(*id));
      else
        wait.complete(conn_ == nullptr ? why_ : Net::aborted(), {});
    }
  }

  void cancel_accepts() {
    for (auto& each : std::exchange(accepting_, {})) each.complete(Net::aborted(), {});
  }
  void cancel_openings() {
    for (auto& each : std::exchange(opening_, {})) each.wait.complete(Net::aborted(), {});
  }
  void cancel_waits_for_end() {
    for (auto& each : std::exchange(closing_, {})) each.complete(Net::aborted());
  }

  void on_closed() {
    closed_by_ = conn_->close_reason();
    end(error_of(*closed_by_));
  }

  /// RFC 9000 10; what the peer's application has ended in good order is for its streams a reset all the same.
  static error_code error_of(close_info const& why) {
    switch (why.origin) {
      case event::close_origin::local: return why.application ? Net::aborted() : Net::broken();
      case event::close_origin::peer: return why.application ? Net::reset() : Net::broken();
      case event::close_origin::idle_timeout:
      case event::close_origin::handshake_timeout: return Net::timed_out();
      case event::close_origin::stateless_reset: break;
    }
    return Net::reset();
  }

  void end(error_code why) {
    if (conn_ == nullptr) return;
    auto const self = this->shared_from_this();
    conn_->set_context(nullptr);
    conn_ = nullptr;
    why_ = why;
    for (auto const& [id, one] : std::exchange(streams_, {}))
      if (auto const kept = one.lock()) kept->on_gone();
    serve_accepts();
    serve_openings();
    tell_closed();
  }
  void tell_closed() {
    for (auto& each : std::exchange(closing_, {})) each.complete({});
  }

  connection<Stack>* conn_;
  driving<Stack, Net>* by_;
  typename Net::executor executor_;
  error_code why_;
  std::optional<close_info> closed_by_;
  std::deque<stream_id> arrived_;  ///< opened by the peer and not accepted yet: no more than it was allowed
  std::deque<waits_for_stream> accepting_;
  std::deque<opening> opening_;
  std::deque<pending<Net>> closing_;
  std::unordered_map<std::uint64_t, std::weak_ptr<body>> streams_;
};

/// One stream, with at most one read and one write that wait.
template <class Stack, class Net>
class stream_body : public std::enable_shared_from_this<stream_body<Stack, Net>> {
 public:
  using error_code = typename Net::error_code;

  stream_body(std::shared_ptr<link<Stack, Net>> of, stream_id id)
      : link_(std::move(of)), id_(id), self_(link_->conn()->self()) {}

  [[nodiscard]] typename Net::executor const& executor() const { return link_->executor(); }
  [[nodiscard]] stream_id id() const noexcept { return id_; }

  template <class Handler>
  void read(Handler handler, byte_span room) {
    pending<Net, std::size_t> wait{std::move(handler), executor(), [self = this->weak_from_this()] {
                                     if (auto const kept = self.lock()) kept->end_read(Net::aborted());
                                   }};
    if (read_) return wait.complete(Net::misused(), 0);
    read_ = std::move(wait);
    room_ = room;
    go_on_reading();
  }

  template <class Handler>
  void write(Handler handler, byte_view bytes) {
    pending<Net, std::size_t> wait{std::move(handler), executor(), [self = this->weak_from_this()] {
                                     if (auto const kept = self.lock()) kept->end_write(Net::aborted());
                                   }};
    if (write_) return wait.complete(Net::misused(), 0);
    write_ = std::move(wait);
    bytes_ = bytes;
    go_on_writing();
  }

  void finish() {
    if (std::exchange(finished_, true) || conn() == nullptr) return;
    static_cast<void>(conn()->finish(id_));
    link_->wake();
  }
  void reset(std::uint64_t code) {
    finished_ = true;
    end_write(Net::aborted());
    if (conn() == nullptr) return;
    static_cast<void>(conn()->reset(id_, code));
    link_->wake();
  }
  void stop_sending(std::uint64_t code) {
    ended_ = true;
    end_read(Net::aborted());
    if (conn() == nullptr) return;
    static_cast<void>(conn()->stop_sending(id_, code));
    link_->wake();
  }
  void cancel() {
    end_read(Net::aborted());
    end_write(Net::aborted());
  }
  void give_up() {
    if (id_.sendable_by(self_) && !finished_) reset(0);
    if (id_.receivable_by(self_) && !ended_) stop_sending(0);
    cancel();
    link_->forget(id_);
  }

  void on_event(connection_event const& event) {
    using kind = connection_event::kind;
    if (event.what == kind::stream_readable) return go_on_reading();
    if (event.what == kind::stream_writable) return go_on_writing();
    if (event.what == kind::stream_reset) {
      was_reset_ = ended_ = true;
      return end_read(Net::reset());
    }
    if (event.what != kind::stop_sending) return;
    // RFC 9000 3.5: who is asked to stop resets.
    stopped_ = finished_ = true;
    if (conn() != nullptr) static_cast<void>(conn()->reset(id_, event.code));
    end_write(Net::stopped());
  }

  void on_gone() {
    end_read(link_->why());
    end_write(link_->why());
  }

 private:
  [[nodiscard]] connection<Stack>* conn() const noexcept { return link_->conn(); }
  void go_on_reading() {
    if (!read_) return;
    if (was_reset_) return end_read(Net::reset());
    if (at_end_) return end_read(Net::end_of_stream());
    if (room_.empty()) return end_read({});
    if (conn() == nullptr) return end_read(link_->why());
    auto const got = conn()->read(id_, room_, link_->now());
    if (!got) return end_read(error_of(got.error()));
    at_end_ = ended_ = got->fin;
    if (got->size == 0 && !got->fin) return;
    link_->wake();
    end_read(got->size == 0 ? Net::end_of_stream() : error_code{}, got->size);
  }

  void go_on_writing() {
    if (!write_) return;
    if (stopped_) return end_write(Net::stopped());
    if (bytes_.empty()) return end_write({});
    if (conn() == nullptr) return end_write(link_->why());
    auto const taken = conn()->write(id_, bytes_);
    if (!taken) return end_write(error_of(taken.error()));
    if (*taken == 0) return;
    link_->wake();
    end_write({}, *taken);
  }

  static error_code error_of(stream_errc problem) {
    switch (problem) {
      case stream_errc::already_finished: return Net::shut_down();
      case stream_errc::was_reset: return Net::reset();
      case stream_errc::connection_closed: return Net::broken();
      default: return Net::misused();
    }
  }

  void end_read(error_code problem, std::size_t size = 0) {
    if (read_) read_.complete(problem, size);
  }
  void end_write(error_code problem, std::size_t size = 0) {
    if (write_) write_.complete(problem, size);
  }

  std::shared_ptr<link<Stack, Net>> link_;
  stream_id id_;
  role self_;
  pending<Net, std::size_t> read_;
  byte_span room_;
  pending<Net, std::size_t> write_;
  byte_view bytes_;
  bool at_end_ = false;    ///< the peer's end was read
  bool ended_ = false;     ///< nothing more comes, or is wanted
  bool finished_ = false;  ///< nothing more is sent
  bool was_reset_ = false;
  bool stopped_ = false;
};

}  // namespace detail

}  // namespace quoin::asio
