// SPDX-License-Identifier: BSL-1.0
/// \file
/// What an application may say about its connections at run time, with defaults that suit most.
#pragma once

#include <quoin/core/limits.hpp>
#include <quoin/core/stream_id.hpp>
#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>
#include <quoin/keys/protection_types.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace quoin {

/// Which of the versions that both sides speak a server uses; all that we speak can be changed into each other without
/// another round trip (RFC 9368 2.3, RFC 9369 4).
enum class version_choice : std::uint8_t {
  of_client,     ///< the one that the client likes best
  of_server,     ///< the one that comes first in our own list
  as_it_starts,  ///< always that of the client's first packet
};

/// Values of one connection that become its transport parameters (RFC 9000 18.2) and its own limits.
struct transport_settings {
  /// Silence after which the connection is given up; the smaller of both ends' values counts (RFC 9000 10.1). 0: never.
  duration idle_timeout = std::chrono::seconds{30};

  /// How long the handshake may take (RFC 9000 21.6).
  duration handshake_timeout = std::chrono::seconds{10};

  /// Bytes that the peer may have on their way to us, over all streams; grows with use up to the maximum (RFC 9000 4).
  byte_count connection_window = 4 << 20;
  byte_count max_connection_window = 64 << 20;

  /// The same for a single stream.
  byte_count stream_window = 1 << 20;
  byte_count max_stream_window = 16 << 20;

  /// Streams of each kind that the peer may have open at once (RFC 9000 4.6).
  std::uint64_t bidi_streams = 100;
  std::uint64_t uni_streams = 100;

  /// Bytes that `write` copies and holds for one stream before it takes no more.
  byte_count send_buffer = 1 << 20;

  /// How long an acknowledgement may be held back (RFC 9000 13.2.1).
  duration max_ack_delay = std::chrono::milliseconds{25};

  /// UDP payload of full-sized datagrams, once the handshake is through. 1200 works on every path; more is faster
  /// where the path is known to carry it (RFC 9000 14).
  std::size_t datagram_size = 1200;

  /// Looks for the largest datagrams that a path carries, from `datagram_size` up to what the stack's options and the
  /// peer allow (RFC 8899).
  bool discover_mtu = true;

  /// Forbids the peer to come from another address of its own accord (RFC 9000 18.2). One that does is not followed,
  /// unless only its port differs: that is most likely a NAT's doing.
  bool disable_active_migration = false;

  /// Client: goes to the address that the server prefers, once it is known to answer there (RFC 9000 9.6).
  bool use_preferred_address = true;

  /// Lets observers of the network measure round trips on most paths (RFC 9000 17.4).
  bool spin_bit = false;

  /// The longest UDP payload that we take (RFC 9000 18.2).
  std::size_t max_udp_payload = 65527;

  /// QUIC versions in the order of preference. A client offers them all, and the server may change to another one than
  /// the client starts with (RFC 9368 2.3); a server answers every one (RFC 9000 6). A reserved version in front makes
  /// a client exercise Version Negotiation (RFC 9000 15).
  std::vector<version> versions{version::v1, version::v2};

  /// Client: the version of its first flight, which must be one of `versions`; their first when unset. What most
  /// servers speak saves a round trip, even where another version is liked better (RFC 9368 2.5).
  std::optional<version> first_version{};

  /// Server: how it chooses among the versions that the client offers.
  quoin::version_choice version_choice = quoin::version_choice::of_client;

  /// Server: what every server of its deployment speaks, while that differs from `versions` because some are being
  /// added or removed; `versions` when empty (RFC 9368 5).
  std::vector<version> deployed_versions{};

  /// Let the peer clear the QUIC bit of its packets, and clear it at random where the peer lets us (RFC 9287).
  bool grease_quic_bit = true;

  /// Packets per key and forged packets per connection, where less is wanted than RFC 9001 6.6 allows.
  aead_limits key_limits = no_aead_limits;

  /// Frames that make work and may lead to nothing (resets, challenges, connection IDs, tokens, empty STREAM frames):
  /// so many are borne at once, and so many more each second. Beyond, PROTOCOL_VIOLATION (RFC 9000 21.9).
  std::uint32_t nuisance_burst = 10'000;
  std::uint32_t nuisance_rate = 330;

  /// How often a PING keeps the connection from going idle; 0: never (RFC 9000 10.1.2).
  duration keep_alive{0};
};

namespace detail {

inline std::string out_of_range(char const* field, std::uint64_t value, char const* remedy) {
  return std::string{"transport_settings::"} + field + " is " + std::to_string(value) + ": " + remedy;
}

inline std::string unusable_version(char const* field, version v) {
  return out_of_range(field, static_cast<std::uint32_t>(v),
                      "list v1, v2, or reserved ones (RFC 9000 15) to provoke negotiation");
}

/// The first of `versions` that is none.
inline std::optional<version> not_a_version(std::vector<version> const& versions) {
  for (auto const v : versions)
    if (v != version::v1 && v != version::v2 && !is_reserved(v)) return v;
  return std::nullopt;
}

inline std::optional<std::string> problem_with_versions(transport_settings const& settings) {
  auto const& versions = settings.versions;
  if (versions.empty()) return "transport_settings::versions is empty: list at least version::v1";
  if (versions.size() >= limits::available_versions)
    return out_of_range("versions.size()", versions.size(), "list fewer than 16");
  if (settings.deployed_versions.size() >= limits::available_versions)
    return out_of_range("deployed_versions.size()", settings.deployed_versions.size(), "list fewer than 16");
  if (auto const bad = not_a_version(versions)) return unusable_version("versions", *bad);
  if (auto const bad = not_a_version(settings.deployed_versions)) return unusable_version("deployed_versions", *bad);
  if (auto const first = settings.first_version;
      first && std::find(versions.begin(), versions.end(), *first) == versions.end())
    return out_of_range("first_version", static_cast<std::uint32_t>(*first), "use one of versions");
  return std::nullopt;
}

}  // namespace detail

/// Nothing when the settings can be used; else a sentence that names the field, its value and the remedy.
inline std::optional<std::string> problem_with(transport_settings const& settings) {
  using detail::out_of_range;
  auto const milliseconds = [](duration d) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(d).count());
  };
  if (auto problem = detail::problem_with_versions(settings)) return problem;
  if (settings.idle_timeout < duration::zero())
    return out_of_range("idle_timeout", milliseconds(settings.idle_timeout), "use 0 (never) or a positive time");
  if (settings.handshake_timeout <= duration::zero())
    return out_of_range("handshake_timeout", milliseconds(settings.handshake_timeout), "use a positive time");
  if (settings.max_ack_delay < duration::zero() || milliseconds(settings.max_ack_delay) >= (1 << 14))
    return out_of_range("max_ack_delay", milliseconds(settings.max_ack_delay),
                        "use less than 16384 ms (RFC 9000 18.2)");
  if (settings.datagram_size < 1200 || settings.datagram_size > 65527)
    return out_of_range("datagram_size", settings.datagram_size, "use 1200 to 65527 bytes (RFC 9000 14)");
  if (settings.max_udp_payload < 1200 || settings.max_udp_payload > 65527)
    return out_of_range("max_udp_payload", settings.max_udp_payload, "use 1200 to 65527 bytes (RFC 9000 18.2)");
  if (settings.bidi_streams > stream_count_max)
    return out_of_range("bidi_streams", settings.bidi_streams, "use at most 2^60 (RFC 9000 4.6)");
  if (settings.uni_streams > stream_count_max)
    return out_of_range("uni_streams", settings.uni_streams, "use at most 2^60 (RFC 9000 4.6)");
  if (settings.nuisance_burst == 0) return out_of_range("nuisance_burst", 0, "use at least 1");
  if (settings.max_connection_window < settings.connection_window)
    return out_of_range("max_connection_window", settings.max_connection_window, "use at least connection_window");
  if (settings.max_stream_window < settings.stream_window)
    return out_of_range("max_stream_window", settings.max_stream_window, "use at least stream_window");
  if (settings.max_connection_window > (std::uint64_t{1} << 40))
    return out_of_range("max_connection_window", settings.max_connection_window, "use at most 2^40 bytes");
  if (settings.max_stream_window > (std::uint64_t{1} << 40))
    return out_of_range("max_stream_window", settings.max_stream_window, "use at most 2^40 bytes");
  return std::nullopt;
}

}  // namespace quoin
