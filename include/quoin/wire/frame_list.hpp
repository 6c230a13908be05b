// SPDX-License-Identifier: BSL-1.0
/// \file
/// Frames beyond RFC 9000: what the frame of an extension says of itself, and the table of rules that it joins.
#pragma once

#include <quoin/base/varint.hpp>
#include <quoin/wire/frame/encoding.hpp>

#include <algorithm>

namespace quoin::wire {

/// The frame of an extension: its types are `first_type` to `last_type`, its `rules` say where it may travel
/// (`with_application_data`, `only_in_one_rtt`), and beside it stand
/// `bool write(byte_writer&, F const&)` and `result<> read(byte_reader&, std::uint64_t type, F&)`, as for every frame.
template <class F>
concept extension_frame = requires(byte_writer& writer, byte_reader& reader, F& frame, F const& asked) {
  requires F::first_type <= F::last_type;
  requires std::same_as<decltype(F::rules), std::uint8_t const>;
  { write(writer, asked) } -> std::same_as<bool>;
  { read(reader, std::uint64_t{}, frame) } -> std::same_as<result<>>;
};

/// The frames that a reader knows beside those of RFC 9000.
template <class... F>
struct frame_list {};

namespace detail {

template <class F>
constexpr bool is_of(std::uint64_t type) noexcept {
  return type >= F::first_type && type <= F::last_type;
}

template <class List>
struct listed_frames;

template <extension_frame... F>
struct listed_frames<frame_list<F...>> {
  static constexpr bool any = sizeof...(F) > 0;

  /// Whether any type takes more than one byte.
  static constexpr bool any_long = ((varint_size(F::last_type) > 1) || ...);

  template <class Frame>
  static constexpr bool has = (std::same_as<F, Frame> || ...);

  /// The rules of a type that is not of RFC 9000.
  static constexpr std::uint8_t rules_beyond([[maybe_unused]] std::uint64_t type) noexcept {
    return static_cast<std::uint8_t>(((is_of<F>(type) ? F::rules : 0) | ... | 0));
  }

  /// One row for each type of one byte, made from RFC 9000's table and the list.
  static constexpr auto table = [] {
    std::array<std::uint8_t, 64> rows{};
    for (std::uint64_t type = 0; type < rows.size(); ++type)
      rows[type] = type < frame_rules.size() ? frame_rules[type] : rules_beyond(type);
    return rows;
  }();

  /// By the first byte of a frame, which is its type unless that is a long one.
  static constexpr std::uint8_t rules_of_short(std::uint8_t first) noexcept {
    if constexpr (any)
      return first < table.size() ? table[first] : std::uint8_t{0};
    else
      return rules_of(first);
  }

  static constexpr std::uint8_t rules(std::uint64_t type) noexcept {
    return type < frame_rules.size() ? frame_rules[type] : rules_beyond(type);
  }

  /// The frame of a type that the list knows and RFC 9000 does not.
  template <class Handler>
  static constexpr result<> read_and_handle(byte_reader& reader, [[maybe_unused]] std::uint64_t type,
                                            [[maybe_unused]] Handler& handler) {
    result<> outcome = malformed("unknown frame type");
    static_cast<void>(((is_of<F>(type) && (outcome = read_one<F>(reader, type, handler), true)) || ...));
    return outcome;
  }

 private:
  template <class Frame, class Handler>
  static constexpr result<> read_one(byte_reader& reader, std::uint64_t type, Handler& handler) {
    Frame frame{};
    QUOIN_TRY(read(reader, type, frame));
    return handler(std::as_const(frame));
  }
};

}  // namespace detail

/// Whether RFC 9000 or the list defines a frame of this type.
template <class List>
constexpr bool is_known(std::uint64_t type) noexcept {
  return is_known(type) || detail::listed_frames<List>::rules_beyond(type) != 0;
}

/// Whether a packet of this kind may carry a frame of this type, the list's included.
template <class List>
constexpr bool is_allowed(std::uint64_t type, event::packet_kind kind) noexcept {
  return (detail::listed_frames<List>::rules(type) & detail::packet_bit(kind)) != 0;
}

}  // namespace quoin::wire
