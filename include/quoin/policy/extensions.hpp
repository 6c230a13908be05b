// SPDX-License-Identifier: BSL-1.0
/// \file
/// The list of QUIC extensions that a stack speaks, and what an extension must offer. See docs/extensions.md.
#pragma once

#include <quoin/core/error.hpp>
#include <quoin/core/time.hpp>
#include <quoin/wire/frame_list.hpp>
#include <quoin/wire/sent_frame.hpp>

#include <string_view>
#include <type_traits>

namespace quoin {

/// What a stack names its `extensions`: `using extensions = quoin::extensions<quoin::datagram>;`. Extensions that are
/// not listed cost nothing and their frames are unknown. A stack without the name lists none.
template <class... Extension>
struct extensions {};

/// Where in a packet an extension is asked for its frames.
enum class frame_place : std::uint8_t { before_streams, after_streams };

/// What an extension notes of a frame that it wrote, so that it is told what becomes of it.
class extension_record {
 public:
  extension_record(sent_frames& frames, std::uint32_t place) noexcept : frames_(frames), place_(place) {}
  [[nodiscard]] bool full() const noexcept { return frames_.full(); }
  /// `id` and `offset` come back as they are.
  void add(std::uint64_t id, std::uint64_t offset = 0) noexcept {
    frames_.push_back({sent_frame::kind::extension, false, place_, id, offset});
  }

 private:
  sent_frames& frames_;
  std::uint32_t place_;
};

/// What an extension's `state` answers when it says nothing of its own: derive from it and hide what differs. `State` is
/// the state of the connection. All this happens on the packet path: it must not allocate once it is warm.
struct extension_hooks {
  /// Writes our transport parameters into `out`, which remembers failure.
  template <class State>
  void write_parameters(State const&, byte_writer&) noexcept {}

  /// The peer's are among `encoded`; `known` are those of RFC 9000. An error ends the connection.
  template <class State, class Parameters>
  result<> on_parameters(State&, Parameters const& /*known*/, byte_view /*encoded*/) {
    return {};
  }

  /// Whether it would put a frame into the next packet.
  template <class State>
  [[nodiscard]] bool has_frames(State const&) const noexcept {
    return false;
  }

  /// Writes frames as they fit and notes those of whose fate it wants to know. `probing`: see RFC 9002 6.2.4.
  template <class State>
  void write_frames(State&, byte_writer&, extension_record&, frame_place, bool /*probing*/, instant) {}

  /// A frame that was noted arrived, or its packet was lost; what was lost may arrive after all.
  template <class State>
  void on_acked(State&, sent_frame const&, instant) {}
  template <class State>
  void on_lost(State&, sent_frame const&, instant) {}

  /// An ACK frame about application data has been acted on.
  template <class State>
  void on_ack_processed(State&, instant) {}

  /// Bytes kept for the peer's sake.
  [[nodiscard]] byte_count held_bytes() const noexcept { return 0; }
};

namespace detail {

template <class S>
concept names_extensions = requires { typename S::extensions; };

template <class S>
struct extensions_named {
  using type = extensions<>;
};

template <names_extensions S>
struct extensions_named<S> {
  using type = typename S::extensions;
};

template <class List>
struct extension_list {
  static constexpr bool is_one = false;
};

}  // namespace detail

/// What must be true of an extension. It is a type that is only a name, with
///   `name`      what people call it
///   `frames`    a `wire::frame_list` of the frames that it can receive
///   `settings`  what an application may say of it at run time: an aggregate with one member, named like the extension
///   `state`     what a connection remembers for it, made from `settings`; it has the hooks of `extension_hooks` and, for
///               each of the frames, `on_frame(State&, Frame const&, Sink&, instant) -> result<>`
///   `api`       what an application can do with it: a template over the connection's state, made from a reference to it
template <class E>
concept protocol_extension = std::is_empty_v<E> && requires {
  { E::name } -> std::convertible_to<std::string_view>;
  typename E::frames;
  typename wire::detail::listed_frames<typename E::frames>;
  typename E::settings;
  typename E::state;
  requires std::default_initializable<typename E::settings>;
  requires std::constructible_from<typename E::state, typename E::settings const&>;
  requires std::derived_from<typename E::state, extension_hooks>;
};

namespace detail {

template <class... List>
struct joined_frames;

template <class... F>
struct joined_frames<wire::frame_list<F...>> {
  using type = wire::frame_list<F...>;
};

template <class... F, class... G, class... Rest>
struct joined_frames<wire::frame_list<F...>, wire::frame_list<G...>, Rest...>
    : joined_frames<wire::frame_list<F..., G...>, Rest...> {};

template <class E, class... All>
inline constexpr std::size_t times_in = (std::size_t{std::is_same_v<E, All>} + ... + 0);

template <class... E>
struct extension_list<extensions<E...>> {
  static constexpr bool is_one = true;
  static constexpr bool all_fit = (protocol_extension<E> && ...);
  static constexpr bool all_differ = ((times_in<E, E...> == 1) && ...);
  template <class Asked>
  static constexpr bool has = (std::is_same_v<E, Asked> || ...);
};

}  // namespace detail

/// The list of a stack; empty when it names none.
template <class Stack>
using extensions_of = typename detail::extensions_named<Stack>::type;

/// Whether a stack lists the extension `E`.
template <class Stack, class E>
inline constexpr bool lists_extension = detail::extension_list<extensions_of<Stack>>::template has<E>;

namespace detail {

template <class List>
concept list_of_extensions = extension_list<List>::is_one && extension_list<List>::all_fit &&
    extension_list<List>::all_differ;

}  // namespace detail

}  // namespace quoin
