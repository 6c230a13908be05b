// SPDX-License-Identifier: BSL-1.0
/// \file
/// The extension `address_discovery`: endpoints tell each other from where they see them, so that one behind a NAT
/// learns its address there (draft-ietf-quic-address-discovery). Off unless the settings say otherwise.
#pragma once

#include <quoin/policy/extensions.hpp>
#include <quoin/wire/frame/observed_address.hpp>
#include <quoin/wire/transport_parameters/extra.hpp>

#include <algorithm>
#include <optional>

namespace quoin {

/// Both are left to the application: only it knows whether its peer is to be believed, and whether the addresses that
/// it sees are those of its peers (draft-ietf-quic-address-discovery 6).
struct address_discovery_settings {
  bool provide = false;  ///< tell the peer from where we see it, if it wants to know
  bool request = false;  ///< ask the peer from where it sees us
};

class address_discovery_state : public extension_hooks {
 public:
  static constexpr std::uint64_t parameter = 0x9f81a176;  ///< address_discovery

  template <class Settings>
  explicit address_discovery_state(Settings const& chosen) noexcept : settings_(chosen.address_discovery) {}

  template <class State>
  void write_parameters(State const&, byte_writer& out) noexcept {
    if (settings_.provide || settings_.request)
      wire::write_number_parameter(out, parameter,
                                   !settings_.request   ? provides
                                   : !settings_.provide ? requests
                                                        : both);
  }

  template <class State, class Parameters>
  result<> on_parameters(State&, Parameters const&, byte_view encoded) {
    auto const found = wire::find_number_parameter(encoded, parameter);
    if (!found) return unexpected{found.error()};
    if (!*found) return {};
    if (**found > both) return fail(error_code::transport_parameter_error, "address_discovery above 2");
    peer_provides_ = **found != requests;
    peer_requests_ = **found != provides;
    return {};
  }

  template <class State>
  [[nodiscard]] bool has_frames(State const& state) const noexcept {
    return settings_.provide && peer_requests_ && seen(state).known() && !(seen(state) == told_);
  }

  template <class State>
  void write_frames(State& state, byte_writer& writer, extension_record& record, frame_place, bool, instant) {
    if (!has_frames(state) || record.full()) return;
    if (!wire::write(writer, wire::observed_address_frame{next_sequence_, seen(state)})) return;
    record.add(next_sequence_++);
    told_ = seen(state);
  }

  /// What was lost is said again, with the address as it is by then.
  template <class State>
  void on_lost(State&, sent_frame const& frame, instant) noexcept {
    if (frame.id + 1 == next_sequence_) told_ = {};
  }

  template <class State, class Sink>
  result<> on_frame(State& state, wire::observed_address_frame const& frame, Sink&, instant) {
    // Who sent no parameter does not know the frame.
    if (!settings_.provide && !settings_.request)
      return fail(error_code::frame_encoding_error, "OBSERVED_ADDRESS without address discovery");
    if (!settings_.request || !peer_provides_)
      return fail(error_code::protocol_violation, "OBSERVED_ADDRESS that was not agreed on");
    if (largest_ && frame.sequence <= *largest_) return {};
    largest_ = frame.sequence;
    if (observed_ == frame.address) return {};
    observed_ = frame.address;
    state.events.push_back({State::told::kind::address_observed, {}, 0});
    return {};
  }

  [[nodiscard]] std::optional<socket_address> const& observed() const noexcept { return observed_; }

 private:
  static constexpr std::uint64_t provides = 0;
  static constexpr std::uint64_t requests = 1;
  static constexpr std::uint64_t both = 2;

  /// Where the peer's packets come from, IPv4 in IPv6 as IPv4. Of several paths the peer hears about one, or each of
  /// them would contradict the others again and again.
  template <class State>
  static socket_address seen(State const& state) noexcept {
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    auto address = state.path_spaces.first(state).addresses.remote;
    address.scope = 0;
    if (address.family != address_family::v6 || !std::equal(mapped.begin(), mapped.end(), address.ip.begin()))
      return address;
    return socket_address::v4(address.ip[12], address.ip[13], address.ip[14], address.ip[15], address.port);
  }

  address_discovery_settings settings_;
  bool peer_provides_ = false;
  bool peer_requests_ = false;
  socket_address told_;
  std::uint64_t next_sequence_ = 0;
  std::optional<std::uint64_t> largest_;
  std::optional<socket_address> observed_;
};

struct address_discovery;

/// What an application does with it: `connection.extension<quoin::address_discovery>()`.
template <class State>
class address_discovery_api {
 public:
  explicit address_discovery_api(State& connection) noexcept
      : state_(connection.extensions.template get<address_discovery>()) {}

  /// From where the peer says that it sees us, as it said last; nothing before it did. It may be wrong. An
  /// `address_observed` event tells of each change.
  [[nodiscard]] std::optional<socket_address> const& observed() const noexcept { return state_.observed(); }

 private:
  address_discovery_state& state_;
};

/// draft-ietf-quic-address-discovery.
struct address_discovery {
  static constexpr std::string_view name = "address_discovery";
  using frames = wire::frame_list<wire::observed_address_frame>;
  struct settings {
    address_discovery_settings address_discovery{};
  };
  using state = address_discovery_state;
  template <class State>
  using api = address_discovery_api<State>;
};

}  // namespace quoin
