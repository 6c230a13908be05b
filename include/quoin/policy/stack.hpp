// SPDX-License-Identifier: BSL-1.0
/// \file
/// A stack: one named struct that says which policy fills each slot, and the checks that speak in sentences when one
/// does not fit.
#pragma once

#include <quoin/policy/cid_format.hpp>
#include <quoin/policy/clock.hpp>
#include <quoin/policy/congestion.hpp>
#include <quoin/policy/crypto.hpp>
#include <quoin/policy/entropy.hpp>
#include <quoin/policy/extensions.hpp>
#include <quoin/policy/io.hpp>
#include <quoin/policy/observer.hpp>
#include <quoin/policy/scheduler.hpp>

#include <type_traits>

namespace quoin {

struct multipath;

/// Values that a stack fixes at compile time. A new option's default is always what the library did before it existed.
struct stack_options {
  /// UDP payload bytes of the datagrams that are sent once the peer's limits are known; at least 1200 (RFC 9000 14).
  std::size_t datagram_size = 1452;
  /// Packets put side by side in one `transmit`; at most 128.
  std::size_t batch_packets = 64;
  /// Mark packets ECT(0), or ECT(1) where the controller claims `l4s_marks`, and validate what comes back (RFC 9000 13.4).
  bool ecn = true;
  /// Space packets out in time (RFC 9002 7.7).
  bool pacing = true;
};

/// Every slot is filled by a model of its concept. Put `static_assert(quoin::stack_config<my_stack>);` beside your
/// stack to get an error on your own line.
template <class S>
concept stack_config = datagram_io<typename S::io> && clock_source<typename S::clock> &&
    crypto_backend<typename S::crypto> && congestion_controller<typename S::congestion> &&
    stream_scheduler<typename S::scheduler> && connection_observer<typename S::observer> &&
    entropy_source<typename S::entropy> && connection_id_format<typename S::cid_format> &&
    std::is_same_v<std::remove_cv_t<decltype(S::options)>, stack_options> &&
    detail::list_of_extensions<extensions_of<S>>;

namespace detail {

template <class S>
concept names_every_slot = requires {
  typename S::io;
  typename S::clock;
  typename S::crypto;
  typename S::congestion;
  typename S::scheduler;
  typename S::observer;
  typename S::entropy;
  typename S::cid_format;
  S::options;
};

template <class S>
struct check_named {
  static_assert(
      requires { typename S::io; }, "quoin: this stack names no `io` -- derive from quoin::default_stack");
  static_assert(
      requires { typename S::clock; }, "quoin: this stack names no `clock` -- derive from quoin::default_stack");
  static_assert(
      requires { typename S::crypto; }, "quoin: this stack names no `crypto` -- derive from quoin::default_stack");
  static_assert(
      requires { typename S::congestion; },
      "quoin: this stack names no `congestion` -- derive from quoin::default_stack");
  static_assert(
      requires { typename S::scheduler; },
      "quoin: this stack names no `scheduler` -- derive from quoin::default_stack");
  static_assert(
      requires { typename S::observer; }, "quoin: this stack names no `observer` -- derive from quoin::default_stack");
  static_assert(
      requires { typename S::entropy; }, "quoin: this stack names no `entropy` -- derive from quoin::default_stack");
  static_assert(
      requires { typename S::cid_format; },
      "quoin: this stack names no `cid_format` -- derive from quoin::default_stack");
  static_assert(
      requires { S::options; }, "quoin: this stack has no `options` -- derive from quoin::default_stack");
};

/// Spelt out so that a backend without a handshake gets the other sentence.
template <class C>
concept claims_resumption = requires { requires resumes<typename C::handshake>; };
template <class C>
concept resumes_as_claimed = resuming_handshake<typename C::handshake>;
template <class C>
concept claims_suspension = requires { requires suspends<typename C::handshake>; };
template <class C>
concept suspends_as_claimed = suspending_handshake<typename C::handshake>;

/// Without all names there is nothing more to say of a stack.
template <class S, bool = names_every_slot<S>>
struct check_filled {};

template <class S>
struct check_filled<S, true> {
  static_assert(datagram_io<typename S::io>,
                "quoin: this stack's `io` is not a datagram_io -- see docs/policies/io.md");
  static_assert(clock_source<typename S::clock>,
                "quoin: this stack's `clock` is not a clock_source -- see docs/policies/clock.md");
  static_assert(!claims_resumption<typename S::crypto> || resumes_as_claimed<typename S::crypto>,
                "quoin: this stack's `crypto` claims `resumption` but lacks a hook for it -- see "
                "docs/policies/crypto.md");
  static_assert(!claims_suspension<typename S::crypto> || suspends_as_claimed<typename S::crypto>,
                "quoin: this stack's `crypto` claims `suspension` but lacks a hook for it -- see "
                "docs/policies/crypto.md");
  static_assert(crypto_backend<typename S::crypto>,
                "quoin: this stack's `crypto` is not a crypto_backend -- see docs/policies/crypto.md");
  static_assert(!claims<typename S::congestion, congestion_feature::pacing> || congestion_paced<typename S::congestion>,
                "quoin: this stack's `congestion` claims `pacing` but has no pacing_rate() -- see "
                "docs/policies/congestion.md");
  static_assert(!claims<typename S::congestion, congestion_feature::packet_state> ||
                    congestion_packet_following<typename S::congestion>,
                "quoin: this stack's `congestion` claims `packet_state` but lacks the type or one of on_packet_sent(), "
                "on_packet_acked(), on_packet_lost() -- see docs/policies/congestion.md");
  static_assert(!claims<typename S::congestion, congestion_feature::application_limits> ||
                    congestion_limit_told<typename S::congestion>,
                "quoin: this stack's `congestion` claims `application_limits` but has no on_application_limited() -- "
                "see docs/policies/congestion.md");
  static_assert(!claims<typename S::congestion, congestion_feature::send_quantum> ||
                    congestion_quantized<typename S::congestion>,
                "quoin: this stack's `congestion` claims `send_quantum` but has no send_quantum() -- see "
                "docs/policies/congestion.md");
  static_assert(congestion_controller<typename S::congestion>,
                "quoin: this stack's `congestion` is not a congestion_controller -- see docs/policies/congestion.md");
  static_assert(stream_scheduler<typename S::scheduler>,
                "quoin: this stack's `scheduler` is not a stream_scheduler -- see docs/policies/scheduler.md");
  static_assert(connection_observer<typename S::observer>,
                "quoin: this stack's `observer` is not a connection_observer -- see docs/policies/observer.md");
  static_assert(entropy_source<typename S::entropy>,
                "quoin: this stack's `entropy` is not an entropy_source -- see docs/policies/entropy.md");
  static_assert(connection_id_format<typename S::cid_format>,
                "quoin: this stack's `cid_format` is not a connection_id_format -- see docs/policies/cid_format.md");
  static_assert(std::is_same_v<std::remove_cv_t<decltype(S::options)>, stack_options>,
                "quoin: this stack's `options` is not a quoin::stack_options");
};

/// Spelt out so that a backend without packet keys gets the other sentence.
template <class S>
concept seals_as_listed = !list_of_extensions<extensions_of<S>> || !lists_extension<S, multipath> ||
    !packet_protection<typename S::crypto::protection> || multipath_sealer<typename S::crypto::protection::packet_key>;

template <class S, bool = names_every_slot<S>>
struct check_multipath {};

template <class S>
struct check_multipath<S, true> {
  static_assert(seals_as_listed<S>,
                "quoin: this stack lists `multipath`, but its packet keys have no combine_iv() -- see "
                "docs/policies/crypto.md");
};

template <class S>
concept has_stack_options = requires {
  requires std::is_same_v<std::remove_cv_t<decltype(S::options)>, stack_options>;
};

template <class S, bool = has_stack_options<S>>
struct check_options {};

template <class S>
struct check_options<S, true> {
  static_assert(S::options.datagram_size >= 1200 && S::options.datagram_size <= 65527,
                "quoin: stack_options::datagram_size must be 1200 to 65527 bytes (RFC 9000 14, 18.2)");
  static_assert(S::options.batch_packets >= 1 && S::options.batch_packets <= 128,
                "quoin: stack_options::batch_packets must be 1 to 128");
};

template <class E>
struct check_extension {
  static_assert(protocol_extension<E>,
                "quoin: this stack's `extensions` lists what is not a protocol_extension -- see docs/extensions.md");
};

template <class List>
struct check_extensions {
  static_assert(extension_list<List>::is_one,
                "quoin: this stack's `extensions` is not a quoin::extensions<...> -- see docs/extensions.md");
};

template <class... E>
struct check_extensions<extensions<E...>> {
  static_assert(extension_list<extensions<E...>>::all_differ,
                "quoin: this stack's `extensions` lists an extension twice -- see docs/extensions.md");
  static_assert((sizeof(check_extension<E>) + ... + 1) > 0);
};

}  // namespace detail

/// Checked once by everything that takes a stack: the first broken slot is the first error, and it is a sentence.
template <class S>
struct check_stack : detail::check_named<S>,
                     detail::check_filled<S>,
                     detail::check_options<S>,
                     detail::check_extensions<extensions_of<S>>,
                     detail::check_multipath<S> {};

}  // namespace quoin
