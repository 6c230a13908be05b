// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `io` slot: how datagrams leave and arrive.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/core/address.hpp>
#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>
#include <quoin/policy/claims.hpp>

#include <concepts>
#include <span>
#include <system_error>

namespace quoin {

/// Datagrams for one path, side by side in one piece of memory: each is `segment_size` bytes, the last may be shorter.
/// One of them is simply `segment_size >= bytes.size()`.
struct outgoing {
  network_path path;
  byte_view bytes;
  std::size_t segment_size = 0;
  ecn mark = ecn::not_ect;
};

/// Datagrams that arrived on one path, in the same layout. They may be decrypted in place.
/// A segment size of 0 means one datagram, and an empty datagram has no bytes (but counts as one arrival).
struct arrival {
  network_path path;
  byte_span bytes;
  std::size_t segment_size = 0;
  ecn mark = ecn::not_ect;
};

/// What became of a send.
enum class send_status : std::uint8_t {
  sent,         ///< handed to the network in full
  would_block,  ///< nothing was taken: try again when writable
  too_large,    ///< the path's MTU is smaller than a datagram: lost, as far as recovery is concerned
  unreachable,  ///< the network refused it: lost, as far as recovery is concerned
  failed,       ///< the socket cannot be used any more
};

enum class io_feature : unsigned {
  segmentation = 1,  ///< `send` takes several segments with one call to the network
  ecn_marks = 2,     ///< `outgoing::mark` is set on the packets and `arrival::mark` is read from them
  local_addresses = 4,  ///< sends from and receives at several addresses: `open_local`, `close_local`
  waking = 8,           ///< another thread can end a `wait`: `allow_wake`, `wake`
  draining = 16,        ///< knows when there is nothing more to receive without asking the network: `drained`
  receive_errors = 32,  ///< says why the network could not be asked for arrivals: `receive_error`
};

template <class I>
concept io_sending = requires(I& io, outgoing const& batch) {
  { io.send(batch) } noexcept -> std::same_as<send_status>;
  /// Room for one batch, the same memory each time: at least one datagram, usually 64 KiB.
  { io.send_room() } noexcept -> std::same_as<byte_span>;
};

template <class I>
concept io_receiving = requires(I& io) {
  /// What has arrived, oldest first; empty when there is nothing now. Valid until the next call of `receive`.
  { io.receive() } noexcept -> std::same_as<std::span<arrival>>;
};

template <class I>
concept io_waiting = requires(I& io, I const& asked, duration timeout) {
  /// Sleeps until something arrives, a blocked send may go on, or `timeout` has passed (duration::max(): for ever).
  { io.wait(timeout) } noexcept -> std::same_as<void>;
  { asked.local_address() } noexcept -> std::same_as<socket_address>;
};

template <class I>
concept io_at_several_addresses = requires(I& io, socket_address const& local) {
  /// Sends from and receives at `local` too; port 0 lets the system choose. Returns what it has become. Throws
  /// `std::system_error`. An address that is open already is returned as it is.
  { io.open_local(local) } -> std::same_as<socket_address>;
  /// Gives it up again; the first address stays.
  { io.close_local(local) } noexcept -> std::same_as<void>;
};

template <class I>
concept io_wakeable = requires(I& io) {
  /// Before `wake` is called for the first time. Throws `std::system_error`.
  { io.allow_wake() } -> std::same_as<void>;
  /// Ends the `wait` under way, or else the next one, and counts as an arrival to whoever watches. For any thread.
  { io.wake() } noexcept -> std::same_as<void>;
};

template <class I>
concept io_draining = requires(I const& asked) {
  /// Whether the last call of `receive` took all that had arrived by then. What arrives later ends a `wait`.
  { asked.drained() } noexcept -> std::same_as<bool>;
};

template <class I>
concept io_telling_errors = requires(I const& asked) {
  /// Why the last `receive` could not ask the network; empty when it could, whatever it found. As long as it cannot,
  /// arrivals end no `wait` and make nothing readable, or whoever waits for them would not: `receive` tries again.
  { asked.receive_error() } noexcept -> std::same_as<std::error_code>;
};

/// Moves datagrams. `I::config` is what the user says to make one; the constructor throws `std::system_error` with a
/// sentence that names the address. Nothing throws afterwards.
/// Models: `udp` (Linux), `memory_io`, `faulty_io<I>` (decorator).
template <class I>
concept datagram_io = requires {
  typename I::config;
} && std::constructible_from<I, typename I::config const&> && io_sending<I> && io_receiving<I> && io_waiting<I> &&
    (!claims<I, io_feature::local_addresses> || io_at_several_addresses<I>) &&
    (!claims<I, io_feature::waking> || io_wakeable<I>) && (!claims<I, io_feature::draining> || io_draining<I>) &&
    (!claims<I, io_feature::receive_errors> || io_telling_errors<I>);

}  // namespace quoin
