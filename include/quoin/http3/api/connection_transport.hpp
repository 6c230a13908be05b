// SPDX-License-Identifier: BSL-1.0
/// \file
/// A QUIC connection as the transport of HTTP/3.
#pragma once

#include <quoin/connection/connection.hpp>
#include <quoin/extension/datagram.hpp>
#include <quoin/extension/reset_stream_at.hpp>
#include <quoin/http3/session/transport.hpp>

namespace quoin::http3 {

/// A `connection<Stack>` at one moment; made anew for each use.
template <class Connection>
class connection_transport {
 public:
  /// `early`: what is said before the handshake is complete may be replayed, which the caller sees to.
  connection_transport(Connection& connection, instant now, bool early = false) noexcept
      : on_(&connection), now_(now), early_(early) {}

  [[nodiscard]] role self() const { return on_->self(); }
  [[nodiscard]] instant now() const { return now_; }
  stream_result<stream_id> open(stream_direction direction) {
    if constexpr (has_early_data)
      if (is_early()) return on_->early().open(direction);
    return on_->open(direction);
  }
  stream_result<std::size_t> write(stream_id id, byte_view bytes) {
    if constexpr (has_early_data)
      if (is_early()) return on_->early().write(id, replay_safe{bytes});
    return on_->write(id, bytes);
  }
  stream_result<> finish(stream_id id) {
    if constexpr (has_early_data)
      if (is_early()) return on_->early().finish(id);
    return on_->finish(id);
  }
  stream_result<> reset(stream_id id, std::uint64_t code) { return on_->reset(id, code); }
  stream_result<> reset_at(stream_id id, std::uint64_t code, std::size_t spared) {
    if constexpr (lists_extension<typename Connection::stack, quoin::reset_stream_at>)
      if (has_reset_at()) return on_->template extension<quoin::reset_stream_at>().reset(id, code, spared);
    static_cast<void>(spared);
    return on_->reset(id, code);
  }
  [[nodiscard]] bool has_reset_at() {
    if constexpr (lists_extension<typename Connection::stack, quoin::reset_stream_at>)
      return on_->template extension<quoin::reset_stream_at>().peer_listens();
    return false;
  }
  stream_result<> stop_sending(stream_id id, std::uint64_t code) { return on_->stop_sending(id, code); }
  stream_result<byte_view> peek(stream_id id) { return on_->peek(id); }
  stream_result<bool> consume(stream_id id, std::size_t count) { return on_->consume(id, count, now_); }
  [[nodiscard]] std::optional<stream_sizes> sizes(stream_id id) const { return on_->sizes(id); }
  stream_result<> watch_size(stream_id id) { return on_->watch_size(id); }
  stream_result<> prioritize(stream_id id, stream_priority priority) { return on_->prioritize(id, priority); }
  void close(std::uint64_t code, std::string_view reason) { on_->close(code, reason, now_); }

  transport_abilities abilities() {
    using stack = typename Connection::stack;
    transport_abilities ours;
    if constexpr (has_datagrams) ours.datagrams = on_->template extension<datagram>().takes_any();
    ours.partial_resets = lists_extension<stack, quoin::reset_stream_at>;
    return ours;
  }
  std::size_t max_datagram() {
    if constexpr (has_datagrams) return on_->template extension<datagram>().max_size();
    return 0;
  }
  bool send_datagram(byte_view bytes) {
    if constexpr (has_datagrams) return on_->template extension<datagram>().send(bytes).has_value();
    static_cast<void>(bytes);
    return false;
  }

  /// Whether sessions are resumed at all.
  static constexpr bool has_early_data = step::can_resume<typename Connection::stack>;
  [[nodiscard]] bool is_early() const { return early_ && !on_->connected(); }

  static constexpr bool has_datagrams = lists_extension<typename Connection::stack, datagram>;

  /// What happened to a stream, if it is that which happened.
  static std::optional<stream_event> about_stream(connection_event const& event) noexcept {
    using from = connection_event::kind;
    using to = stream_event::kind;
    switch (event.what) {
      case from::stream_opened: return stream_event{to::opened, event.id, event.code};
      case from::stream_readable: return stream_event{to::readable, event.id, event.code};
      case from::stream_writable: return stream_event{to::writable, event.id, event.code};
      case from::stream_reset: return stream_event{to::reset_by_peer, event.id, event.code};
      case from::stop_sending: return stream_event{to::stop_sending, event.id, event.code};
      case from::stream_finished: return stream_event{to::send_finished, event.id, event.code};
      case from::stream_size_known: return stream_event{to::size_known, event.id, event.code};
      case from::streams_available: return stream_event{to::streams_available, event.id, event.code};
      default: return std::nullopt;
    }
  }

 private:
  Connection* on_;
  instant now_;
  bool early_;
};

}  // namespace quoin::http3
