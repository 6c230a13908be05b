// SPDX-License-Identifier: BSL-1.0
/// \file
/// Any I/O policy, made to fail at chosen moments: the same moments every time.
#pragma once

#include <quoin/policy/io.hpp>

#include <algorithm>
#include <vector>

namespace quoin {

/// What goes wrong with one send or one arrival.
enum class io_fault : std::uint8_t {
  would_block,  ///< sends only, like the next three: `send` says so and sends nothing
  too_large,
  unreachable,
  failed,
  drop,       ///< vanishes, and nobody is told
  duplicate,  ///< happens twice
  cut,        ///< a send: only the first datagram of a train leaves; an arrival: only its first half is there
};

/// The `index`-th call of `send`, or the `index`-th arrival, counted from 0.
struct io_fault_at {
  std::uint64_t index = 0;
  io_fault fault = io_fault::drop;
};

/// Decorates `I`. Without faults it is `I`. An arrival is what `I` returns as one, be it a datagram or a train.
template <datagram_io I>
class faulty_io {
 public:
  struct config : I::config {
    std::vector<io_fault_at> send_faults;
    std::vector<io_fault_at> receive_faults;  ///< only `drop`, `duplicate` and `cut` mean something here
  };
  static constexpr feature_set<io_feature> features = [] {
    feature_set<io_feature> all;
    if constexpr (claims<I, io_feature::segmentation>) all = all | io_feature::segmentation;
    if constexpr (claims<I, io_feature::ecn_marks>) all = all | io_feature::ecn_marks;
    if constexpr (claims<I, io_feature::local_addresses>) all = all | io_feature::local_addresses;
    if constexpr (claims<I, io_feature::waking>) all = all | io_feature::waking;
    if constexpr (claims<I, io_feature::draining>) all = all | io_feature::draining;
    if constexpr (claims<I, io_feature::receive_errors>) all = all | io_feature::receive_errors;
    return all;
  }();

  explicit faulty_io(config const& settings)
      : inner_(settings), send_faults_(settings.send_faults), receive_faults_(settings.receive_faults) {}

  send_status send(outgoing const& batch) noexcept {
    auto const* fault = fault_at(send_faults_, sends_++);
    if (fault == nullptr) return inner_.send(batch);
    switch (*fault) {
      case io_fault::would_block: return send_status::would_block;
      case io_fault::too_large: return send_status::too_large;
      case io_fault::unreachable: return send_status::unreachable;
      case io_fault::failed: return send_status::failed;
      case io_fault::drop: return send_status::sent;
      case io_fault::cut: return inner_.send(first_of(batch));
      case io_fault::duplicate: break;
    }
    auto const status = inner_.send(batch);
    if (status == send_status::sent) static_cast<void>(inner_.send(batch));
    return status;
  }
  [[nodiscard]] byte_span send_room() noexcept { return inner_.send_room(); }

  std::span<arrival> receive() noexcept {
    auto const arrived = inner_.receive();
    if (receive_faults_.empty()) return arrived;
    arrivals_.clear();
    copies_.clear();
    copies_.reserve(arrived.size());  // so that the views into it stay good
    for (auto const& each : arrived) {
      auto const* fault = fault_at(receive_faults_, receives_++);
      if (fault != nullptr && *fault == io_fault::drop) continue;
      arrivals_.push_back(each);
      if (fault != nullptr && *fault == io_fault::cut) {
        auto& left = arrivals_.back().bytes;
        left = left.first((left.size() + 1) / 2);
      }
      if (fault == nullptr || *fault != io_fault::duplicate) continue;
      // A copy of its own: the first one may be decrypted in place.
      auto& copy = copies_.emplace_back(each.bytes.begin(), each.bytes.end());
      arrivals_.push_back(each);
      arrivals_.back().bytes = copy;
    }
    return arrivals_;
  }

  void wait(duration timeout) noexcept { inner_.wait(timeout); }
  [[nodiscard]] socket_address local_address() const noexcept { return inner_.local_address(); }

  socket_address open_local(socket_address const& local) requires claims<I, io_feature::local_addresses> {
    return inner_.open_local(local);
  }
  void close_local(socket_address const& local) noexcept requires claims<I, io_feature::local_addresses> {
    inner_.close_local(local);
  }

  void allow_wake() requires claims<I, io_feature::waking> { inner_.allow_wake(); }
  void wake() noexcept requires claims<I, io_feature::waking> { inner_.wake(); }

  [[nodiscard]] bool drained() const noexcept requires claims<I, io_feature::draining> { return inner_.drained(); }

  [[nodiscard]] std::error_code receive_error() const noexcept requires claims<I, io_feature::receive_errors> {
    return inner_.receive_error();
  }

  [[nodiscard]] I& inner() noexcept { return inner_; }
  /// Calls of `send` so far, failed ones included.
  [[nodiscard]] std::uint64_t sends() const noexcept { return sends_; }
  /// Arrivals so far, dropped ones included; counted only while there are faults to come or past.
  [[nodiscard]] std::uint64_t arrivals() const noexcept { return receives_; }

 private:
  static outgoing first_of(outgoing batch) noexcept {
    if (batch.segment_size != 0) batch.bytes = batch.bytes.first(std::min(batch.bytes.size(), batch.segment_size));
    return batch;
  }
  static io_fault const* fault_at(std::vector<io_fault_at> const& faults, std::uint64_t index) noexcept {
    auto const at = std::find_if(faults.begin(), faults.end(), [&](auto const& f) { return f.index == index; });
    return at == faults.end() ? nullptr : &at->fault;
  }

  I inner_;
  std::vector<io_fault_at> send_faults_;
  std::vector<io_fault_at> receive_faults_;
  std::uint64_t sends_ = 0;
  std::uint64_t receives_ = 0;
  std::vector<arrival> arrivals_;
  std::vector<std::vector<std::uint8_t>> copies_;
};

}  // namespace quoin
