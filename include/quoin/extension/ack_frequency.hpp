// SPDX-License-Identifier: BSL-1.0
/// \file
/// The extension `ack_frequency`: a sender says how often it wants to be acknowledged (draft-ietf-quic-ack-frequency).
#pragma once

#include <quoin/extension/ack_frequency_state.hpp>

namespace quoin {

struct ack_frequency;

/// What an application does about acknowledgements: `connection.extension<quoin::ack_frequency>()`.
template <class State>
class ack_frequency_api {
 public:
  explicit ack_frequency_api(State& connection) noexcept
      : connection_(connection), state_(connection.extensions.template get<ack_frequency>()) {}

  /// Whether the peer takes requests.
  [[nodiscard]] bool peer_listens() const noexcept { return state_.peer_listens(); }

  /// Asks the peer, and lets the application decide from now on, not the window. False when the peer takes no requests.
  /// A delay that it would refuse becomes the nearest that it takes, and a number above 2^62 - 1 becomes that.
  bool ask(ack_request const& wish) noexcept {
    if (!connection_.usable() || !peer_listens()) return false;
    state_.ask(wish);
    return true;
  }

  /// What the peer was asked for and has taken note of; what RFC 9000 says, before.
  [[nodiscard]] ack_request const& agreed() const noexcept { return state_.agreed(); }
  [[nodiscard]] ack_frequency_statistics const& statistics() const noexcept { return state_.statistics(); }

 private:
  State& connection_;
  ack_frequency_state& state_;
};

/// draft-ietf-quic-ack-frequency.
struct ack_frequency {
  static constexpr std::string_view name = "ack_frequency";
  using frames = wire::frame_list<wire::ack_frequency_frame, wire::immediate_ack_frame>;
  struct settings {
    ack_frequency_settings ack_frequency{};
  };
  using state = ack_frequency_state;
  template <class State>
  using api = ack_frequency_api<State>;
};

}  // namespace quoin
