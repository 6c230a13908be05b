// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a connection remembers for datagrams: those that wait to be sent and those that wait to be read (RFC 9221).
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/buffer/datagram_queue.hpp>
#include <quoin/buffer/send_slice.hpp>
#include <quoin/policy/extensions.hpp>
#include <quoin/wire/frame/datagram.hpp>
#include <quoin/wire/transport_parameters/extra.hpp>

#include <algorithm>

namespace quoin {

/// What happens to a datagram for which a queue has no room.
enum class datagram_overflow : std::uint8_t {
  refuse,       ///< the new one is not taken
  drop_oldest,  ///< those that waited longest make room for it
};

struct datagram_settings {
  /// The largest DATAGRAM frame that we take, with its type and length (RFC 9221 3); 0: none are taken.
  std::uint64_t max_frame_size = 65535;

  /// Bytes that may wait to be sent, and what happens beyond.
  byte_count send_queue = 256 * 1024;
  datagram_overflow when_send_queue_is_full = datagram_overflow::refuse;

  /// Bytes that may wait to be read, and what happens beyond.
  byte_count receive_queue = 256 * 1024;
  datagram_overflow when_receive_queue_is_full = datagram_overflow::drop_oldest;

  /// Whether they go into packets before the data of streams or behind (RFC 9221 5.1).
  bool before_streams = true;

  /// Tell by events which datagrams arrived at the peer and which were lost (RFC 9221 5.2).
  bool report_fate = false;
};

/// Counts since the connection's start.
struct datagram_statistics {
  std::uint64_t sent = 0;
  std::uint64_t dropped_unsent = 0;  ///< for want of room in the queue, or because the path became too narrow
  std::uint64_t acked = 0;           ///< their packets arrived, perhaps after they were believed lost
  std::uint64_t lost = 0;
  std::uint64_t received = 0;
  std::uint64_t dropped_unread = 0;  ///< for want of room in the queue
};

class datagram_state : public extension_hooks {
 public:
  static constexpr std::uint64_t parameter = 0x20;  ///< max_datagram_frame_size (RFC 9221 3)

  template <class Settings>
  explicit datagram_state(Settings const& chosen)
      : settings_(chosen.datagram), waiting_bytes_(settings_.send_queue), received_(settings_.receive_queue) {}

  // ---- hooks

  template <class State>
  void write_parameters(State const&, byte_writer& out) const noexcept {
    if (settings_.max_frame_size > 0)
      wire::write_number_parameter(out, parameter, std::min(settings_.max_frame_size, varint_max));
  }

  template <class State, class Parameters>
  result<> on_parameters(State&, Parameters const&, byte_view encoded) {
    auto const found = wire::find_number_parameter(encoded, parameter);
    if (!found) return unexpected{found.error()};
    peer_limit_ = found->value_or(0);
    knows_peer_ = true;
    return {};
  }

  template <class State>
  [[nodiscard]] bool has_frames(State const&) const noexcept {
    return !waiting_.empty();
  }

  template <class State>
  void write_frames(State& state, byte_writer& writer, extension_record& record, frame_place place, bool, instant) {
    if (place != (settings_.before_streams ? frame_place::before_streams : frame_place::after_streams)) return;
    while (!waiting_.empty() && !record.full()) {
      auto const bytes = front();
      if (!wire::write(writer, wire::datagram_frame{bytes})) {
        if (bytes.size() <= max_size(state)) return;
        // The path has become narrower since it was taken; it would never fit.
        drop_front(state);
        continue;
      }
      record.add(waiting_.front().number);
      ++statistics_.sent;
      pop_front(state);
    }
  }

  template <class State>
  void on_acked(State& state, sent_frame const& frame, instant) {
    ++statistics_.acked;
    if (settings_.report_fate) tell(state, State::told::kind::datagram_acked, frame.id);
  }

  /// RFC 9221 5.2: it is not sent again.
  template <class State>
  void on_lost(State& state, sent_frame const& frame, instant) {
    ++statistics_.lost;
    if (settings_.report_fate) tell(state, State::told::kind::datagram_lost, frame.id);
  }

  /// RFC 9221 3, 5: handed on where it lies if the application takes it at once, else kept within the cap.
  template <class State, class Sink>
  result<> on_frame(State& state, wire::datagram_frame const& frame, Sink& sink, instant) {
    if (settings_.max_frame_size == 0) return fail(error_code::protocol_violation, "DATAGRAM without being offered");
    if (frame.size > settings_.max_frame_size)
      return fail(error_code::protocol_violation, "DATAGRAM larger than max_datagram_frame_size");
    ++statistics_.received;
    if constexpr (requires { sink.on_datagram(frame.data); })
      sink.on_datagram(frame.data);
    else
      keep(state, frame.data);
    return {};
  }

  [[nodiscard]] byte_count held_bytes() const noexcept { return received_.bytes(); }

  // ---- for the application

  [[nodiscard]] bool takes_any() const noexcept { return settings_.max_frame_size > 0; }
  [[nodiscard]] bool knows_peer() const noexcept { return knows_peer_; }
  /// Ours have a length, so that a peer that takes frames of one byte (RFC 9221 3) takes none of them.
  [[nodiscard]] bool peer_takes_any() const noexcept { return peer_limit_ >= wire::datagram_frame_size(0); }

  template <class State>
  [[nodiscard]] std::size_t max_size(State const& state) const noexcept {
    auto const frame = std::min<std::uint64_t>(peer_limit_, state.largest_payload());
    return static_cast<std::size_t>(wire::datagram_data_size(frame));
  }

  /// Whether there is room, made if need be and if the settings say so.
  template <class State>
  bool make_room(State& state, std::size_t size) {
    bool const can_have_room = size + sizeof(waiting) <= settings_.send_queue;
    if (can_have_room && settings_.when_send_queue_is_full == datagram_overflow::drop_oldest)
      while (!has_room(size) && !waiting_.empty()) drop_front(state);
    refused_ = refused_ || !has_room(size);
    return has_room(size);
  }

  std::uint64_t send_copy(byte_view bytes) {
    waiting_bytes_.push(bytes);
    waiting_.push_back({next_number_, {}, true});
    return next_number_++;
  }

  std::uint64_t send_lent(send_slice lent) {
    lent_bytes_ += lent.bytes.size() + sizeof(waiting);
    waiting_.push_back({next_number_, std::move(lent), false});
    return next_number_++;
  }

  [[nodiscard]] datagram_queue const& received() const noexcept { return received_; }
  void pop_received() noexcept { received_.pop(); }
  [[nodiscard]] datagram_statistics const& statistics() const noexcept { return statistics_; }

 private:
  struct waiting {
    std::uint64_t number = 0;
    send_slice lent;
    bool copied = false;  ///< its bytes are the oldest in `waiting_bytes_`
  };

  [[nodiscard]] bool has_room(std::size_t size) const noexcept {
    return lent_bytes_ <= settings_.send_queue && size <= settings_.send_queue - lent_bytes_ &&
           waiting_bytes_.used() + size + sizeof(waiting) <= settings_.send_queue - lent_bytes_;
  }

  [[nodiscard]] byte_view front() const noexcept {
    return waiting_.front().copied ? waiting_bytes_.front() : waiting_.front().lent.bytes;
  }

  template <class State>
  void pop_front(State& state) {
    if (waiting_.front().copied)
      waiting_bytes_.pop();
    else
      lent_bytes_ -= waiting_.front().lent.bytes.size() + sizeof(waiting);
    waiting_.pop_front();
    if (!refused_ || waiting_bytes_.used() + lent_bytes_ > settings_.send_queue / 2) return;
    refused_ = false;
    tell(state, State::told::kind::datagrams_writable, 0);
  }

  template <class State>
  void drop_front(State& state) {
    ++statistics_.dropped_unsent;
    auto const number = waiting_.front().number;
    pop_front(state);
    if (settings_.report_fate) tell(state, State::told::kind::datagram_lost, number);
  }

  template <class State>
  void keep(State& state, byte_view bytes) {
    if (received_.could_hold(bytes.size()) && settings_.when_receive_queue_is_full == datagram_overflow::drop_oldest)
      while (!received_.has_room(bytes.size())) {
        ++statistics_.dropped_unread;
        received_.pop();
      }
    if (!received_.has_room(bytes.size())) {
      ++statistics_.dropped_unread;
      return;
    }
    if (received_.empty()) tell(state, State::told::kind::datagrams_readable, 0);
    received_.push(bytes);
  }

  template <class State>
  static void tell(State& state, typename State::told::kind what, std::uint64_t number) {
    state.events.push_back({what, {}, number});
  }

  datagram_settings settings_;
  std::uint64_t peer_limit_ = 0;
  bool knows_peer_ = false;
  bool refused_ = false;  // the application waits for room
  std::uint64_t next_number_ = 0;
  ring<waiting> waiting_;
  datagram_queue waiting_bytes_;
  byte_count lent_bytes_ = 0;
  datagram_queue received_;
  datagram_statistics statistics_;
};

}  // namespace quoin
