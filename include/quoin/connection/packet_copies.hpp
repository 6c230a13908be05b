// SPDX-License-Identifier: BSL-1.0
/// \file
/// Packets that are to leave on other paths as well, for schedulers that want copies (draft-ietf-quic-multipath 5.5).
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/static_vector.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/wire/sent_frame.hpp>

#include <vector>

namespace quoin {

/// What a packet carries, but for its acknowledgement.
struct packet_copy {
  std::vector<std::uint8_t> payload;
  sent_frames frames;
};

/// The packets of one batch, and the paths that each of them is still to leave on. Memory is kept from batch to batch.
class packet_copies {
 public:
  /// A batch begins; what is left of the one before is not worth sending any more.
  void begin() noexcept {
    count_ = next_ = 0;
    targets_.clear();
    taking_ = true;
  }
  /// The batch has been made, and its packets are to leave on these paths as well.
  void end(static_vector<std::uint32_t, limits::multipath_paths + 1> const& targets) noexcept {
    taking_ = false;
    targets_ = targets;
  }

  [[nodiscard]] bool taking() const noexcept { return taking_; }

  void add(byte_view payload, sent_frames const& frames) {
    if (count_ == copies_.size()) copies_.emplace_back();
    auto& copy = copies_[count_++];
    copy.payload.assign(payload.begin(), payload.end());
    copy.frames = frames;
  }

  [[nodiscard]] bool pending() const noexcept { return !targets_.empty() && next_ < count_; }
  [[nodiscard]] std::uint32_t target() const noexcept { return targets_[0]; }
  [[nodiscard]] packet_copy const& front() const noexcept { return copies_[next_]; }

  /// The front has left on the target.
  void pop() noexcept {
    if (++next_ == count_) skip_target();
  }
  /// The target has no room for more.
  void skip_target() noexcept {
    next_ = 0;
    targets_.erase_at(0);
  }

 private:
  std::vector<packet_copy> copies_;
  std::size_t count_ = 0;
  std::size_t next_ = 0;
  static_vector<std::uint32_t, limits::multipath_paths + 1> targets_;
  bool taking_ = false;
};

/// For schedulers that want none.
struct no_packet_copies {};

}  // namespace quoin
