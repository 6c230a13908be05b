// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a connection remembers for the extensions that its stack lists, and the calls that reach all of them. For an
/// empty list there is nothing to remember and nothing to call.
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/policy/extensions.hpp>

#include <utility>

namespace quoin {

template <class List>
struct extension_settings;

/// What an application may say of a stack's extensions at run time: `config.extensions.datagram.send_queue = 1 << 16;`.
template <class... E>
struct extension_settings<extensions<E...>> : E::settings... {};

namespace detail {

template <class E>
struct extension_holder {
  [[no_unique_address]] typename E::state kept;
};

}  // namespace detail

template <class List>
class extension_states;

template <class... E>
class extension_states<extensions<E...>> : detail::extension_holder<E>... {
  using list = detail::extension_list<extensions<E...>>;

 public:
  static constexpr bool any = sizeof...(E) > 0;
  using frames = typename detail::joined_frames<wire::frame_list<>, typename E::frames...>::type;
  using settings = extension_settings<extensions<E...>>;

  explicit extension_states([[maybe_unused]] settings const& chosen)
      : detail::extension_holder<E>{typename E::state{static_cast<typename E::settings const&>(chosen)}}... {}

  template <class Asked>
  typename Asked::state& get() noexcept {
    return detail::extension_holder<Asked>::kept;
  }
  template <class Asked>
  typename Asked::state const& get() const noexcept {
    return detail::extension_holder<Asked>::kept;
  }

  /// The place of an extension in the list, which notes of its frames carry.
  template <class Asked>
  static constexpr std::uint32_t index_of() noexcept {
    std::uint32_t index = 0;
    static_cast<void>(((std::is_same_v<E, Asked> || (++index, false)) || ...));
    return index;
  }

  template <class State>
  void write_parameters(State const& state, byte_writer& out) noexcept {
    (get<E>().write_parameters(state, out), ...);
  }

  template <class State, class Parameters>
  result<> on_parameters([[maybe_unused]] State& state, [[maybe_unused]] Parameters const& known,
                         [[maybe_unused]] byte_view encoded) {
    result<> outcome;
    static_cast<void>(((outcome = get<E>().on_parameters(state, known, encoded), outcome.has_value()) && ...));
    return outcome;
  }

  template <class State>
  [[nodiscard]] bool has_frames([[maybe_unused]] State const& state) const noexcept {
    return (get<E>().has_frames(state) || ...);
  }

  template <class State>
  void write_frames([[maybe_unused]] State& state, [[maybe_unused]] byte_writer& writer,
                    [[maybe_unused]] sent_frames& frames_of_packet, [[maybe_unused]] frame_place place,
                    [[maybe_unused]] bool probing, [[maybe_unused]] instant now) {
    each([&](auto& one, std::uint32_t index) {
      extension_record record{frames_of_packet, index};
      one.write_frames(state, writer, record, place, probing, now);
    });
  }

  template <class State, class Frame, class Sink>
  result<> on_frame(State& state, Frame const& frame, Sink& sink, instant now) {
    result<> outcome;
    static_cast<void>(((wire::detail::listed_frames<typename E::frames>::template has<Frame> &&
                        (outcome = give<E>(state, frame, sink, now), true)) ||
                       ...));
    return outcome;
  }

  template <class State>
  void on_acked(State& state, sent_frame const& frame, instant now) {
    each([&](auto& one, std::uint32_t index) {
      if (frame.length == index) one.on_acked(state, frame, now);
    });
  }

  template <class State>
  void on_lost(State& state, sent_frame const& frame, instant now) {
    each([&](auto& one, std::uint32_t index) {
      if (frame.length == index) one.on_lost(state, frame, now);
    });
  }

  template <class State>
  void on_ack_processed([[maybe_unused]] State& state, [[maybe_unused]] instant now) {
    (get<E>().on_ack_processed(state, now), ...);
  }

  [[nodiscard]] byte_count held_bytes() const noexcept { return (get<E>().held_bytes() + ... + byte_count{0}); }

 private:
  template <class Call>
  void each([[maybe_unused]] Call&& call) {
    [[maybe_unused]] std::uint32_t index = 0;
    (call(get<E>(), index++), ...);
  }

  template <class Owner, class State, class Frame, class Sink>
  result<> give([[maybe_unused]] State& state, [[maybe_unused]] Frame const& frame, [[maybe_unused]] Sink& sink,
                [[maybe_unused]] instant now) {
    if constexpr (wire::detail::listed_frames<typename Owner::frames>::template has<Frame>)
      return get<Owner>().on_frame(state, frame, sink, now);
    else
      return {};
  }
};

template <class Stack>
using extension_states_of = extension_states<extensions_of<Stack>>;
template <class Stack>
using extension_settings_of = extension_settings<extensions_of<Stack>>;

}  // namespace quoin
