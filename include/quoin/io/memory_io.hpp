// SPDX-License-Identifier: BSL-1.0
/// \file
/// Datagrams that never leave the process: for tests, simulations and benchmarks of everything but the network.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/policy/io.hpp>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace quoin {

/// Datagrams on their way to one address, oldest first, up to a number of bytes. Keeps its memory, so that a steady
/// exchange does not allocate.
class memory_inbox {
 public:
  explicit memory_inbox(byte_count capacity) noexcept : capacity_(capacity) {}

  /// False, and nothing is taken, when there is no room. `path` is as the receiver sees it.
  bool put(network_path const& path, byte_view bytes, std::size_t segment_size, ecn mark) {
    if (bytes.size() > capacity_ - std::min(waiting_, capacity_)) return false;
    train next;
    if (!spare_.empty()) {
      next = std::move(spare_.back());
      spare_.pop_back();
    }
    next.path = path;
    next.bytes.assign(bytes.begin(), bytes.end());
    next.segment_size = segment_size;
    next.mark = mark;
    queued_.push_back(std::move(next));
    waiting_ += bytes.size();
    return true;
  }

  /// Everything that waits. Valid until the next call.
  std::span<arrival> take() {
    for (auto& read : taken_) spare_.push_back(std::move(read));
    taken_.clear();
    std::swap(taken_, queued_);
    waiting_ = 0;
    arrivals_.clear();
    for (auto& each : taken_) arrivals_.push_back({each.path, each.bytes, each.segment_size, each.mark});
    return arrivals_;
  }

  [[nodiscard]] bool empty() const noexcept { return queued_.empty(); }
  [[nodiscard]] byte_count waiting() const noexcept { return waiting_; }

 private:
  struct train {
    network_path path;
    std::vector<std::uint8_t> bytes;
    std::size_t segment_size = 0;
    ecn mark = ecn::not_ect;
  };

  byte_count capacity_;
  byte_count waiting_ = 0;
  std::vector<train> queued_;
  std::vector<train> taken_;
  std::vector<train> spare_;
  std::vector<arrival> arrivals_;
};

/// Joins any number of `memory_io` of one thread by their addresses. Loses nothing that has a receiver; what is sent to
/// an address that nobody has vanishes, as on a network.
class memory_link {
 public:
  void attach(socket_address const& address, std::shared_ptr<memory_inbox> inbox) {
    ends_.push_back({address, std::move(inbox)});
  }

  void detach(memory_inbox const* inbox) noexcept {
    ends_.erase(std::remove_if(ends_.begin(), ends_.end(), [&](auto const& e) { return e.inbox.get() == inbox; }),
                ends_.end());
  }

  send_status send(outgoing const& batch) {
    for (auto const& to : ends_)
      if (to.address == batch.path.remote)
        return to.inbox->put({batch.path.remote, batch.path.local}, batch.bytes, batch.segment_size, batch.mark)
                   ? send_status::sent
                   : send_status::would_block;
    return send_status::sent;
  }

 private:
  struct end {
    socket_address address;
    std::shared_ptr<memory_inbox> inbox;
  };
  std::vector<end> ends_;
};

struct memory_io_config {
  socket_address bind = socket_address::v4(127, 0, 0, 1, 4433);
  /// The network. Without one, what is sent waits until `take_sent`.
  std::shared_ptr<memory_link> link{};
  /// Bytes that may wait in each direction; a send beyond would block. At least 64 KiB.
  byte_count capacity = 4 * 1024 * 1024;
};

/// A socket in memory. Batches arrive as they were sent, so trains stay trains. `wait` returns at once: time stands
/// still until whoever drives the test moves it.
class memory_io {
 public:
  using config = memory_io_config;
  static constexpr feature_set<io_feature> features =
      feature_set<io_feature>{io_feature::segmentation} | io_feature::ecn_marks;

  explicit memory_io(config const& settings)
      : room_(room_size),
        address_(settings.bind),
        link_(settings.link),
        inbox_(std::make_shared<memory_inbox>(settings.capacity)),
        outbox_(settings.capacity) {
    QUOIN_ASSERT(settings.capacity >= room_size);
    if (link_) link_->attach(address_, inbox_);
  }
  memory_io(memory_io const&) = delete;
  memory_io& operator=(memory_io const&) = delete;
  ~memory_io() {
    if (link_) link_->detach(inbox_.get());
  }

  send_status send(outgoing const& batch) noexcept {
    if (batch.bytes.empty()) return send_status::sent;
    auto sent = batch;
    if (!sent.path.local.known()) sent.path.local = address_;
    if (link_) return link_->send(sent);
    return outbox_.put(sent.path, sent.bytes, sent.segment_size, sent.mark) ? send_status::sent
                                                                            : send_status::would_block;
  }
  [[nodiscard]] byte_span send_room() noexcept { return room_; }
  std::span<arrival> receive() noexcept { return inbox_->take(); }
  void wait(duration) noexcept {}
  [[nodiscard]] socket_address local_address() const noexcept { return address_; }

  /// Puts what a test wants to have arrived into the inbox; false when it is full.
  bool deliver(network_path const& path, byte_view bytes, std::size_t segment_size = 0, ecn mark = ecn::not_ect) {
    return inbox_->put(path, bytes, segment_size, mark);
  }

  /// What was sent without a link, oldest first; paths as the sender gave them. Valid until the next call.
  std::span<arrival> take_sent() { return outbox_.take(); }

 private:
  static constexpr std::size_t room_size = 64 * 1024;

  std::vector<std::uint8_t> room_;
  socket_address address_;
  std::shared_ptr<memory_link> link_;
  std::shared_ptr<memory_inbox> inbox_;
  memory_inbox outbox_;
};

}  // namespace quoin
