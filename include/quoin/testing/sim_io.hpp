// SPDX-License-Identifier: BSL-1.0
/// \file
/// A socket on a host of the simulated network.
#pragma once

#include <quoin/policy/io.hpp>
#include <quoin/sim/network.hpp>
#include <quoin/testing/sim_offload.hpp>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace quoin {

struct sim_io_config {
  std::shared_ptr<sim::network> network;
  sim::host_id host{};
  socket_address bind;
  std::size_t mtu = 65527;  ///< UDP payload bytes that the host's own interface takes; more is `too_large`
};

/// Model of `datagram_io`: what is sent goes into the network at its present time, what arrives waits until `receive`.
/// `wait` returns at once; whoever drives the simulation moves time.
class sim_io {
 public:
  using config = sim_io_config;
  static constexpr feature_set<io_feature> features =
      feature_set<io_feature>{io_feature::segmentation} | io_feature::ecn_marks | io_feature::local_addresses;

  explicit sim_io(config const& settings) : config_(settings), room_(room_size) {
    QUOIN_ASSERT(config_.network != nullptr);
    open_local(config_.bind);
  }
  sim_io(sim_io const&) = delete;
  sim_io& operator=(sim_io const&) = delete;
  ~sim_io() {
    for (auto const& each : bound_) config_.network->unbind(each);
  }

  /// The host gets one more address.
  socket_address open_local(socket_address const& local) { return open_local(local, config_.host); }

  /// The same at another interface, whose links are its own: in the network it is a host by itself.
  socket_address open_local(socket_address const& local, sim::host_id interface) {
    if (std::find(bound_.begin(), bound_.end(), local) != bound_.end()) return local;
    config_.network->bind(interface, local, [this](sim::datagram&& d) {
      waiting_.push_back({d.path, std::move(d.bytes), 0, d.mark});
    });
    bound_.push_back(local);
    return local;
  }
  void close_local(socket_address const& local) noexcept {
    if (local == config_.bind) return;
    config_.network->unbind(local);
    std::erase(bound_, local);
  }

  /// The network refuses what would leave from this address from now on: its interface is gone.
  void take_down(socket_address const& local) { down_.push_back(local); }

  /// The interface takes no more than this from now on.
  void set_mtu(std::size_t mtu) noexcept { config_.mtu = mtu; }

  send_status send(outgoing const& batch) noexcept {
    auto const segment = batch.segment_size == 0 ? batch.bytes.size() : batch.segment_size;
    if (std::min(segment, batch.bytes.size()) > config_.mtu) return send_status::too_large;
    if (std::find(down_.begin(), down_.end(), batch.path.local) != down_.end()) return send_status::unreachable;
    std::vector<sim::datagram> leaving;
    for (auto rest = batch.bytes; !rest.empty();) {
      auto const one = rest.first(std::min(segment, rest.size()));
      rest = rest.subspan(one.size());
      leaving.push_back({{source_of(batch), batch.path.remote}, {one.begin(), one.end()}, batch.mark});
    }
    if (offload_.sending) offload_.sending(leaving);
    for (auto& each : leaving) config_.network->send(std::move(each));
    return send_status::sent;
  }

  [[nodiscard]] byte_span send_room() noexcept { return room_; }

  /// One arrival for each datagram, oldest first, unless an offload makes others of them.
  std::span<arrival> receive() noexcept {
    taken_.clear();
    std::swap(taken_, waiting_);
    if (offload_.receiving && !taken_.empty()) offload_.receiving(taken_);
    arrivals_.clear();
    for (auto& each : taken_) arrivals_.push_back({each.path, each.bytes, each.segment_size, each.mark});
    return arrivals_;
  }

  /// Puts card and kernel between the endpoint and the network, in place of any before.
  void set_offload(sim_offload offload) { offload_ = std::move(offload); }

  void wait(duration) noexcept {}
  [[nodiscard]] socket_address local_address() const noexcept { return config_.bind; }

  /// Whether `receive` would find something.
  [[nodiscard]] bool readable() const noexcept { return !waiting_.empty(); }

 private:
  static constexpr std::size_t room_size = std::size_t{64} * 1024;

  [[nodiscard]] socket_address const& source_of(outgoing const& batch) const noexcept {
    auto const at = std::find(bound_.begin(), bound_.end(), batch.path.local);
    return at == bound_.end() ? config_.bind : *at;
  }

  config config_;
  std::vector<socket_address> bound_;
  std::vector<socket_address> down_;
  std::vector<std::uint8_t> room_;
  std::vector<sim_train> waiting_;
  std::vector<sim_train> taken_;
  std::vector<arrival> arrivals_;
  sim_offload offload_;
};

static_assert(datagram_io<sim_io>);

}  // namespace quoin
