// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `cid_format` slot: how the connection IDs that we issue look.
#pragma once

#include <quoin/core/connection_id.hpp>
#include <quoin/policy/claims.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

namespace quoin {

/// Random bytes from which a format makes one connection ID.
using cid_randomness = std::span<std::uint8_t const, connection_id::max_size>;

enum class cid_feature : unsigned {
  configured = 1,  ///< made from an `F::config`, for what is not known when the program is compiled
  owned = 2,       ///< an ID tells who issued it: `format.owns(id)`
};

/// What a format that claims `configured` must have besides. `problem_with` says in a sentence why nothing can be made
/// from `config`, if that is so.
template <class F>
concept cid_format_configured = requires(typename F::config const& config) {
  F{config};
  { F::problem_with(config) } -> std::same_as<std::optional<std::string>>;
} && std::default_initializable<typename F::config>;

/// What a format that claims `owned` must have besides: whether `id`, were it in use, could only be in use here. Others
/// who share our secrets may then hold the ID alive, and it gets no stateless reset from us (RFC 9000 21.11).
template <class F>
concept cid_format_owned = requires(F const& format, connection_id const& id) {
  { format.owns(id) } noexcept -> std::same_as<bool>;
};

/// Makes connection IDs of one length, so that short headers can be parsed (RFC 9000 5.1, 17.3.1).
///
///   - `F::size`: bytes of every ID, 4 to 20
///   - `format.make(r)`: an ID from fresh randomness; other randomness gives another ID with high probability
///
/// Made by the endpoint, from nothing or from its configuration, and copied into each connection.
/// Models: `random_cid<N>`, `quic_lb_plain<L>`, `quic_lb_encrypted<L, C>`.
template <class F>
concept connection_id_format = std::default_initializable<F> && std::copyable<F> &&
    requires(F& format, cid_randomness randomness) {
  { F::size } -> std::convertible_to<std::size_t>;
  requires F::size >= 4 && F::size <= connection_id::max_size;
  { format.make(randomness) } noexcept -> std::same_as<connection_id>;
} && (!claims<F, cid_feature::configured> || cid_format_configured<F>) &&
    (!claims<F, cid_feature::owned> || cid_format_owned<F>);

namespace detail {

struct no_cid_config {};

template <class F>
auto cid_config_of() {
  if constexpr (claims<F, cid_feature::configured>)
    return std::type_identity<typename F::config>{};
  else
    return std::type_identity<no_cid_config>{};
}

}  // namespace detail

/// What a format is made from; an empty type for those that need nothing.
template <class F>
using cid_config = typename decltype(detail::cid_config_of<F>())::type;

template <class F>
std::optional<std::string> problem_with_cid_config(cid_config<F> const& config) {
  if constexpr (claims<F, cid_feature::configured>)
    return F::problem_with(config);
  else
    return std::nullopt;
}

template <class F>
F make_cid_format(cid_config<F> const& config) {
  if constexpr (claims<F, cid_feature::configured>)
    return F{config};
  else
    return F{};
}

}  // namespace quoin
