// SPDX-License-Identifier: BSL-1.0
/// \file
/// Messages out of frames, with what a peer may not do (RFC 6455 5, 6).
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/http3/websocket/frame.hpp>
#include <quoin/http3/websocket/utf8.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace quoin::http3::websocket {

/// What a frame, or the last of several, has brought; `payload` is good until the reader is used again.
struct arrival {
  opcode what = opcode::binary;  ///< text or binary: a whole message
  byte_view payload;
  close_code code = close_code::none;  ///< of a close, whose reason is `payload`
};

/// Gathers one message at a time, up to a size; control frames between its fragments are told at once.
class message_reader {
 public:
  /// `self`: who reads. `most_message`: bytes of the largest message; beyond, the peer hears 1009.
  message_reader(role self, std::size_t most_message) noexcept : self_(self), most_(most_message) {}

  /// Calls `visit(arrival)` for each thing that is complete, until that returns false; how many bytes were taken. After
  /// an error, or a close, nothing more is read.
  template <class Visit>
  failable<std::size_t> read(byte_view const all, Visit&& visit) {
    auto bytes = all;
    wanted_ = true;
    while (!over_ && wanted_) {
      if (!in_frame_) {
        auto const head = heads_.read(bytes);
        if (!head) return refuse(head.error());
        if (!*head) return all.size();
        if (auto const begun = begin(**head); !begun) return refuse(begun.error());
      }
      if (auto const took = take(bytes); !took) return refuse(took.error());
      if (left_ != 0) return all.size();
      in_frame_ = false;
      if (auto const ended = end(visit); !ended) return refuse(ended.error());
    }
    return over_ ? all.size() : all.size() - bytes.size();
  }

  /// Bytes of a message that has not come to its end.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return message_.size() + control_.size(); }

 private:
  failable<> begin(frame_head const& head) {
    // RFC 6455 5.1
    if (head.key.has_value() != (self_ == role::server))
      return fail(close_code::protocol_error,
                  self_ == role::server ? "a client's frame without a mask" : "a server's frame with a mask");
    if (!is_control(head.code)) {
      // RFC 6455 5.4
      if ((head.code == opcode::continuation) != in_message_)
        return fail(close_code::protocol_error, in_message_ ? "a message inside another" : "a fragment of no message");
      if (head.length > most_ - message_.size()) return fail(close_code::too_big, "a message that is too large");
      if (!in_message_) kind_ = head.code;
      in_message_ = true;
    }
    head_ = head;
    left_ = head.length;
    in_frame_ = true;
    return {};
  }

  failable<> take(byte_view& bytes) {
    auto const piece = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_)));
    bytes = bytes.subspan(piece.size());
    auto& into = is_control(head_.code) ? control_ : message_;
    auto const before = into.size();
    into.insert(into.end(), piece.begin(), piece.end());
    auto const fresh = byte_span{into}.subspan(before);
    if (head_.key) apply_mask(fresh, *head_.key, head_.length - left_);
    left_ -= piece.size();
    // RFC 6455 8.1: as soon as it is known.
    if (!is_control(head_.code) && kind_ == opcode::text && !text_.add(fresh))
      return fail(close_code::invalid_payload, "a text that is not UTF-8");
    return {};
  }

  template <class Visit>
  failable<> end(Visit& visit) {
    if (is_control(head_.code)) return end_control(visit);
    if (!head_.fin) return {};
    if (!text_.complete()) return fail(close_code::invalid_payload, "a text that ends inside a character");
    in_message_ = false;
    wanted_ = visit(arrival{kind_, message_, close_code::none});
    message_.clear();
    if (message_.capacity() > 64 * 1024) message_ = {};
    return {};
  }

  template <class Visit>
  failable<> end_control(Visit& visit) {
    auto const payload = std::exchange(control_, {});
    if (head_.code != opcode::close) {
      wanted_ = visit(arrival{head_.code, payload, close_code::none});
      return {};
    }
    over_ = true;
    if (payload.empty()) {
      visit(arrival{opcode::close, {}, close_code::none});
      return {};
    }
    // RFC 6455 5.5.1
    if (payload.size() == 1) return fail(close_code::protocol_error, "half a close code");
    auto const code = static_cast<close_code>(payload[0] << 8 | payload[1]);
    if (!may_be_sent(code)) return fail(close_code::protocol_error, "a close code that means nothing");
    auto const reason = byte_view{payload}.subspan(2);
    utf8_checker checker;
    if (!checker.add(reason) || !checker.complete())
      return fail(close_code::invalid_payload, "a reason that is not UTF-8");
    visit(arrival{opcode::close, reason, code});
    return {};
  }

  unexpected<violation> refuse(violation const& why) {
    over_ = true;
    message_ = {};
    control_ = {};
    return {why};
  }

  role self_;
  std::size_t most_;
  head_reader heads_;
  frame_head head_;
  std::uint64_t left_ = 0;  ///< of the frame's payload
  opcode kind_ = opcode::binary;
  std::vector<std::uint8_t> message_;
  std::vector<std::uint8_t> control_;  ///< at most `most_control_payload`
  utf8_checker text_;
  bool in_frame_ = false;
  bool in_message_ = false;
  bool wanted_ = true;
  bool over_ = false;
};

}  // namespace quoin::http3::websocket
