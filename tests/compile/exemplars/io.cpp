// SPDX-License-Identifier: BSL-1.0
#include <quoin/policy/io.hpp>

#include <array>

/// Sends nowhere and hears nothing: a peer that has gone away.
class black_hole {
 public:
  struct config {
    quoin::socket_address bind;
  };

  explicit black_hole(config const& settings) : address_(settings.bind) {}

  quoin::send_status send(quoin::outgoing const&) noexcept { return quoin::send_status::sent; }
  quoin::byte_span send_room() noexcept { return room_; }
  std::span<quoin::arrival> receive() noexcept { return {}; }
  void wait(quoin::duration) noexcept {}
  [[nodiscard]] quoin::socket_address local_address() const noexcept { return address_; }

 private:
  std::array<std::uint8_t, 2048> room_{};
  quoin::socket_address address_;
};

static_assert(quoin::datagram_io<black_hole>);
