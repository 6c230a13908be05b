// SPDX-License-Identifier: BSL-1.0
/// \file
/// The extension `datagram`: bytes that are sent once, at the connection's pace, and may be lost (RFC 9221).
#pragma once

#include <quoin/base/result.hpp>
#include <quoin/extension/datagram_state.hpp>

#include <optional>

namespace quoin {

/// Why a datagram was not taken for sending.
enum class datagram_errc : std::uint8_t {
  not_ready,    ///< the peer's transport parameters are not known yet
  unsupported,  ///< the peer takes none
  too_large,    ///< for the peer or for the path; `max_size` tells what would do
  queue_full,   ///< a `datagrams_writable` event tells when it is worth another attempt
  connection_closed,
};

/// A value, or why there is none.
template <class T = void>
using datagram_result = basic_result<T, datagram_errc>;

constexpr std::string_view name_of(datagram_errc error) noexcept {
  switch (error) {
    case datagram_errc::not_ready: return "not ready";
    case datagram_errc::unsupported: return "unsupported by the peer";
    case datagram_errc::too_large: return "too large";
    case datagram_errc::queue_full: return "queue full";
    case datagram_errc::connection_closed: return "connection closed";
  }
  return "unknown datagram error";
}

struct datagram;

/// What an application does with datagrams: `connection.extension<quoin::datagram>()`.
template <class State>
class datagram_api {
 public:
  explicit datagram_api(State& connection) noexcept
      : connection_(connection), state_(connection.extensions.template get<datagram>()) {}

  /// Takes a copy to be sent once, as soon as congestion control and pacing allow. Returns the datagram's number, by
  /// which the events `datagram_acked` and `datagram_lost` name it.
  datagram_result<std::uint64_t> send(byte_view bytes) {
    return connection_.unless_broken([&]() -> datagram_result<std::uint64_t> {
      QUOIN_TRY(check(bytes.size()));
      return state_.send_copy(bytes);
    });
  }

  /// The same without a copy; the owner keeps the bytes alive until they are in a packet.
  datagram_result<std::uint64_t> send(send_slice lent) {
    return connection_.unless_broken([&]() -> datagram_result<std::uint64_t> {
      QUOIN_TRY(check(lent.bytes.size()));
      return state_.send_lent(std::move(lent));
    });
  }

  /// The largest datagram that can be sent now; 0 when none can. It may shrink with the path.
  [[nodiscard]] std::size_t max_size() const noexcept {
    return connection_.usable() ? state_.max_size(connection_) : 0;
  }

  /// Whether we take some, whatever the peer does.
  [[nodiscard]] bool takes_any() const noexcept { return state_.takes_any(); }

  /// The oldest datagram that waits to be read, where it lies. A handler with `on_datagram` leaves none waiting.
  [[nodiscard]] std::optional<byte_view> peek() const noexcept {
    if (state_.received().empty()) return std::nullopt;
    return state_.received().front();
  }
  /// Lets go of what `peek` showed.
  void pop() noexcept {
    if (!state_.received().empty()) state_.pop_received();
  }

  [[nodiscard]] datagram_statistics const& statistics() const noexcept { return state_.statistics(); }

 private:
  datagram_result<> check(std::size_t size) {
    if (!connection_.usable()) return unexpected{datagram_errc::connection_closed};
    if (!state_.knows_peer()) return unexpected{datagram_errc::not_ready};
    if (!state_.peer_takes_any()) return unexpected{datagram_errc::unsupported};
    if (size > max_size()) return unexpected{datagram_errc::too_large};
    if (!state_.make_room(connection_, size)) return unexpected{datagram_errc::queue_full};
    return {};
  }

  State& connection_;
  datagram_state& state_;
};

/// RFC 9221.
struct datagram {
  static constexpr std::string_view name = "datagram";
  using frames = wire::frame_list<wire::datagram_frame>;
  struct settings {
    datagram_settings datagram{};
  };
  using state = datagram_state;
  template <class State>
  using api = datagram_api<State>;
};

}  // namespace quoin
