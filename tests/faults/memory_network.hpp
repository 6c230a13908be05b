// SPDX-License-Identifier: BSL-1.0
/// \file
/// The network of two ends that is a memory link, whose sends and arrivals fail as a test says.
#pragma once

#include "ends_options.hpp"
#include "failing_new.hpp"

#include <quoin/io/memory_io.hpp>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace quoin::testing {

/// A network that knows one of its hosts by another address than the host itself does, and may change its mind.
struct address_translation {
  socket_address inside;
  socket_address outside;
};

/// A memory socket behind a NAT, which may have a second local address.
class moving_io {
 public:
  struct config : memory_io_config {
    std::shared_ptr<address_translation> nat{};
    /// What every send says while it is not `sent`.
    std::shared_ptr<send_status> refusal{};
  };
  static constexpr feature_set<io_feature> features = memory_io::features | io_feature::local_addresses;

  explicit moving_io(config const& settings) : settings_(settings), first_(settings) {}
  send_status send(outgoing const& batch) noexcept {
    if (settings_.refusal && *settings_.refusal != send_status::sent) return *settings_.refusal;
    auto sent = batch;
    if (!sent.path.local.known()) sent.path.local = first_.local_address();
    if (auto const* const nat = settings_.nat.get(); nat != nullptr && nat->inside != nat->outside) {
      if (sent.path.remote == nat->inside) return send_status::sent;  // a binding that is forgotten leads nowhere
      if (sent.path.remote == nat->outside) sent.path.remote = nat->inside;
      if (sent.path.local == nat->inside) sent.path.local = nat->outside;
    }
    return first_.send(sent);
  }
  [[nodiscard]] byte_span send_room() noexcept { return first_.send_room(); }
  std::span<arrival> receive() noexcept {
    auto const at_first = first_.receive();
    if (!second_) return at_first;
    arrived_.assign(at_first.begin(), at_first.end());
    auto const at_second = second_->receive();
    arrived_.insert(arrived_.end(), at_second.begin(), at_second.end());
    return arrived_;
  }
  void wait(duration) noexcept {}
  [[nodiscard]] socket_address local_address() const noexcept { return first_.local_address(); }
  socket_address open_local(socket_address const& local) {
    auto settings = settings_;
    settings.bind = local;
    second_.emplace(settings);
    return local;
  }
  void close_local(socket_address const&) noexcept { second_.reset(); }

 private:
  config settings_;
  memory_io first_;
  std::optional<memory_io> second_;
  std::vector<arrival> arrived_;
};

/// The I/O policy of a test whose own allocations do not count.
class spared_io {
 public:
  using inner_type = faulty_io<moving_io>;
  using config = inner_type::config;
  static constexpr feature_set<io_feature> features = inner_type::features;

  explicit spared_io(config const& settings) : inner_(settings) {}
  send_status send(outgoing const& batch) noexcept {
    spared const here;
    return inner_.send(batch);
  }
  [[nodiscard]] byte_span send_room() noexcept { return inner_.send_room(); }
  std::span<arrival> receive() noexcept {
    spared const here;
    return inner_.receive();
  }
  void wait(duration) noexcept {}
  [[nodiscard]] socket_address local_address() const noexcept { return inner_.local_address(); }
  socket_address open_local(socket_address const& local) {
    spared const here;
    return inner_.open_local(local);
  }
  void close_local(socket_address const& local) noexcept {
    spared const here;
    inner_.close_local(local);
  }
  [[nodiscard]] std::uint64_t sends() const noexcept { return inner_.sends(); }
  [[nodiscard]] std::uint64_t arrivals() const noexcept { return inner_.arrivals(); }

 private:
  inner_type inner_;
};

/// What joins two ends.
class memory_network {
 public:
  explicit memory_network(ends_options const& options) : options_(options) {}

  spared_io::config config(role side) const {
    spared_io::config made;
    made.bind = address_of_end(side);
    made.link = link_;
    made.send_faults = side == role::client ? options_.client_faults : options_.server_faults;
    made.receive_faults = side == role::client ? options_.client_arrivals : options_.server_arrivals;
    made.nat = nat_;
    made.refusal = refusals_[index_of(side)];
    return made;
  }
  /// The endpoint of this side is used next.
  void enter(role) {}
  void rebind(socket_address const& seen_as) { nat_->outside = seen_as; }
  /// From now on every send of a side says this; `sent` ends it.
  void refuse_sends(role side, send_status status) { *refusals_[index_of(side)] = status; }
  [[nodiscard]] static bool spins(role) { return false; }
  [[nodiscard]] bool blocks(role side) const { return *refusals_[index_of(side)] == send_status::would_block; }
  /// Whether something waits that an endpoint has passed over.
  [[nodiscard]] bool holds_arrivals() const { return false; }

 private:
  ends_options options_;
  std::shared_ptr<memory_link> link_ = std::make_shared<memory_link>();
  std::array<std::shared_ptr<send_status>, 2> refusals_{std::make_shared<send_status>(send_status::sent),
                                                        std::make_shared<send_status>(send_status::sent)};
  std::shared_ptr<address_translation> nat_ = std::make_shared<address_translation>(
      address_translation{address_of_end(role::client), address_of_end(role::client)});
};

}  // namespace quoin::testing
