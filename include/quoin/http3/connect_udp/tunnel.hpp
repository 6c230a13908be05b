// SPDX-License-Identifier: BSL-1.0
/// \file
/// One end of a tunnel for UDP: what both have in common (RFC 9298 3, 5).
#pragma once

#include <quoin/base/function.hpp>
#include <quoin/http3/api/incoming.hpp>
#include <quoin/http3/api/outgoing.hpp>
#include <quoin/http3/connect_udp/payload.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace quoin::http3::connect_udp {

/// What became of a UDP payload. As with UDP, only `sent` is worth nothing more than hope.
enum class send_outcome : std::uint8_t {
  sent,
  too_large,  ///< for the path or the peer: `tunnel::max_payload` tells what would do (RFC 9298 6.1)
  full,       ///< more than congestion control lets go now
  closed,
};

/// UDP payloads out and in, by datagrams where both ends have agreed on them, else by capsules. It lives as long as its
/// exchange: until `on_closed`.
class tunnel {
 public:
  tunnel(tunnel const&) = delete;
  tunnel& operator=(tunnel const&) = delete;

  /// Takes a copy of a payload and sends it once.
  send_outcome send(byte_view payload) {
    if (closed_ || !to_->head_sent() || to_->ended()) return send_outcome::closed;
    if (payload.size() > most_payload) return send_outcome::too_large;
    auto const most = to_->max_datagram();
    if (most == 0) return send_capsule(payload);
    // RFC 9298 6.1: a capsule would carry it, and hide from the two ends what the path carries.
    if (context_size + payload.size() > most) return send_outcome::too_large;
    scratch_.assign(1, static_cast<std::uint8_t>(udp_context));
    scratch_.insert(scratch_.end(), payload.begin(), payload.end());
    return to_->send_datagram(scratch_) ? send_outcome::sent : send_outcome::full;
  }

  /// The largest payload that `send` takes now.
  [[nodiscard]] std::size_t max_payload() const {
    if (closed_) return 0;
    auto const most = to_->max_datagram();
    return most == 0 ? most_payload : std::min(most_payload, most - context_size);
  }

  /// Calls `taker(payload)` for each UDP payload that comes; the view is good until it returns.
  void on_payload(function<void(byte_view)> taker) { payload_ = std::move(taker); }
  /// The tunnel is over: the last word.
  void on_closed(function<void()> told) { ended_ = std::move(told); }

  /// Nothing more is sent, and what comes is dropped; the other end is asked to do the same.
  void close() {
    if (std::exchange(closing_, true) || closed_) return;
    from_->leave_content();
    auto const rest = std::exchange(unsent_, {});
    to_->end(as_text(rest));
  }
  /// Gives it up at once.
  void abort(error_code code = error_code::request_cancelled) {
    if (closed_) return;
    closing_ = true;
    unsent_.clear();
    to_->abort(code);
  }
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  /// Bytes that wait: of a capsule that comes, and of one that goes.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return capsules_.held_bytes() + unsent_.size(); }

  // ---- for whoever opens it

  /// Nothing becomes of it: what comes is dropped, and whoever opened it ends our message.
  void leave() noexcept {
    closing_ = true;
    from_->leave_content();
  }
  /// A tunnel over an exchange, whose handlers it takes all. Datagrams are taken from now on.
  static tunnel& over(incoming& from, outgoing& to) {
    auto const made = std::shared_ptr<tunnel>(new tunnel{from, to});
    from.on_datagram([made](byte_view datagram) { made->take_datagram(datagram); });
    from.on_content([made](byte_view bytes) { made->take_content(bytes); });
    from.on_end([made] { made->take_end(); });
    to.on_writable([made] { made->flush(); });
    to.on_closed([made] { made->finish(); });
    return *made;
  }

 private:
  tunnel(incoming& from, outgoing& to) noexcept : from_(&from), to_(&to) {}

  /// Capsules that a slow peer does not take are dropped like packets: one at most waits for the rest of it to leave.
  send_outcome send_capsule(byte_view payload) {
    if (!unsent_.empty()) return send_outcome::full;
    std::array<std::uint8_t, 24> room{};
    byte_writer header{room};
    write_capsule_header(header, capsule_type::datagram, context_size + payload.size());
    header.varint(udp_context);
    auto const head = header.written();
    scratch_.assign(head.begin(), head.end());
    scratch_.insert(scratch_.end(), payload.begin(), payload.end());
    auto const taken = to_->write(byte_view{scratch_});
    if (taken == 0) return send_outcome::full;
    unsent_.assign(scratch_.begin() + static_cast<std::ptrdiff_t>(taken), scratch_.end());
    return send_outcome::sent;
  }

  void flush() {
    if (closed_ || unsent_.empty()) return;
    auto const taken = to_->write(byte_view{unsent_});
    unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(taken));
  }

  /// The peer broke the rules.
  void refuse(error const& why) {
    closing_ = true;
    unsent_.clear();
    to_->refuse(why);
  }

  void take_datagram(byte_view datagram) {
    if (closing_ || closed_) return;
    auto const payload = read_payload(datagram);
    if (!payload) return refuse(payload.error());
    if (*payload) tell(**payload);
  }
  void take_content(byte_view bytes) {
    if (closing_ || closed_) return;
    auto const read = capsules_.read(bytes, [this](byte_view payload) { tell(payload); });
    if (!read) refuse(read.error());
  }
  void take_end() {
    if (closing_ || closed_) return;
    if (auto const whole = capsules_.finish(); !whole) return refuse(whole.error());
    // Who has nothing to say before there is an answer has no use for a tunnel.
    if (!to_->head_sent()) return abort();
    close();
  }
  void tell(byte_view payload) {
    if (payload_ && !closing_ && !closed_) call_kept(payload_, payload);
  }
  void finish() {
    if (std::exchange(closed_, true)) return;
    payload_.reset();
    if (auto told = std::move(ended_)) told();
  }

  incoming* from_;
  outgoing* to_;
  payload_reader capsules_;
  std::vector<std::uint8_t> scratch_;  ///< a datagram while it is made
  std::vector<std::uint8_t> unsent_;   ///< the rest of one capsule
  function<void(byte_view)> payload_;
  function<void()> ended_;
  bool closing_ = false;
  bool closed_ = false;
};

}  // namespace quoin::http3::connect_udp
