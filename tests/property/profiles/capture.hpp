// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the runner's captures have: each datagram as its sender let it go, before the network did anything to it; and
/// what its networks do to them then.
#pragma once

#include "world/world.hpp"

#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/packet/retry.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace quoin::property {

/// Listens on both links of a world as long as it lives, and treats their datagrams. Links' own scripts are replaced.
class capture {
 public:
  using treatment = std::function<sim::verdict(sim::datagram&, std::uint64_t n)>;

  explicit capture(world& of) : world_(of) {
    listen(role::client, of.uplink());
    listen(role::server, of.downlink());
  }
  capture(capture const&) = delete;
  capture& operator=(capture const&) = delete;
  ~capture() {
    world_.uplink().on_each({});
    world_.downlink().on_each({});
  }

  /// What one side sent.
  struct said {
    std::set<std::string> initial_sources;  ///< connection IDs that it chose in Initial packets
    std::set<version> initial_versions;
    std::set<version> handshake_versions;
    std::set<ecn> marks;
    std::set<std::string> tokens;  ///< in Initial packets
    std::size_t datagrams = 0;
  };
  said const& of(role side) const { return said_[index_of(side)]; }

  std::vector<std::string> retry_tokens;
  std::size_t version_negotiations = 0;
  std::size_t hurt = 0;  ///< datagrams that a treatment lost or changed

  /// The client's addresses in the order in which the network saw them.
  std::vector<socket_address> client_addresses;
  /// Of short packets of the client's by the server's address: their connection IDs in order; only changes are kept.
  std::map<std::string, std::vector<std::string>> ids_to;
  /// Bytes that came from each address of the server's.
  std::map<std::string, std::size_t> bytes_from;

  static std::string name_of(socket_address const& address) {
    return std::string(address.ip.begin(), address.ip.end()) + ':' + std::to_string(address.port);
  }

  /// The drop-rate network: so much is lost each way, but never more than three datagrams in a row.
  void lose(std::uint64_t seed, double rate) {
    for (auto const side : {role::client, role::server})
      treat(side,
            [this, chance = std::mt19937_64{2 * seed + index_of(side)}, in_a_row = 0, rate](
                sim::datagram&, std::uint64_t) mutable -> sim::verdict {
              bool const drawn = happens(chance, rate);
              in_a_row = drawn && in_a_row < 3 ? in_a_row + 1 : 0;
              hurt += in_a_row > 0 ? 1 : 0;
              return {.drop = in_a_row > 0};
            });
  }

  /// The corrupt-rate network: in so many datagrams, one of the first fifty bytes is another one. Version Negotiation
  /// is spared, for nothing protects it (RFC 9000 17.2.1).
  void corrupt(std::uint64_t seed, double rate) {
    for (auto const side : {role::client, role::server})
      treat(side,
            [this, chance = std::mt19937_64{2 * seed + index_of(side)}, rate](sim::datagram& d,
                                                                              std::uint64_t) mutable -> sim::verdict {
              if (!happens(chance, rate) || d.bytes.empty() || is_version_negotiation(d.bytes)) return {};
              auto const within = std::min<std::size_t>(d.bytes.size(), 50);
              d.bytes[chance() % within] ^= static_cast<std::uint8_t>(1 + chance() % 255);
              ++hurt;
              return {};
            });
  }

  /// Loses the datagrams of a side with these numbers, counted from 1.
  void drop(role side, std::uint64_t first, std::uint64_t last) {
    treat(side, [this, first, last](sim::datagram&, std::uint64_t n) -> sim::verdict {
      bool const chosen = n >= first && n <= last;
      hurt += chosen ? 1 : 0;
      return {.drop = chosen};
    });
  }

 private:
  static bool happens(std::mt19937_64& chance, double rate) {
    return static_cast<double>(chance()) < rate * static_cast<double>(std::mt19937_64::max());
  }
  static bool is_version_negotiation(byte_view bytes) {
    return bytes.size() > 5 && (bytes[0] & 0x80) != 0 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 0 &&
           bytes[4] == 0;
  }
  static std::string text_of(byte_view bytes) { return {bytes.begin(), bytes.end()}; }

  void treat(role side, treatment how) { treatments_[index_of(side)] = std::move(how); }

  void listen(role side, sim::link& link) {
    link.on_each([this, side](sim::datagram& d, std::uint64_t) -> sim::verdict {
      note(side, d);
      auto const n = ++said_[index_of(side)].datagrams;
      auto& how = treatments_[index_of(side)];
      return how ? how(d, n) : sim::verdict{};
    });
  }

  void note(role side, sim::datagram const& d) {
    said_[index_of(side)].marks.insert(d.mark);
    auto const& client = side == role::client ? d.path.local : d.path.remote;
    if (std::find(client_addresses.begin(), client_addresses.end(), client) == client_addresses.end())
      client_addresses.push_back(client);
    if (side == role::server) bytes_from[name_of(d.path.local)] += d.bytes.size();
    if (is_version_negotiation(d.bytes)) {
      ++version_negotiations;
      return;
    }
    if (auto const retry = wire::read_retry(d.bytes, wire::fixed_bit_rule::may_be_anything)) {
      retry_tokens.push_back(text_of(retry->token));
      return;
    }
    for (byte_view rest{d.bytes}; !rest.empty();) {
      if ((rest[0] & 0x80) == 0) return note_short(side, d, rest);
      auto const header = wire::read_long_header(rest, wire::fixed_bit_rule::may_be_anything);
      if (!header) return;
      note_long(said_[index_of(side)], *header);
      rest = rest.subspan(header->packet_size);
    }
  }

  static void note_long(said& by, wire::long_header const& header) {
    if (header.kind == packet_kind::handshake) by.handshake_versions.insert(header.version);
    if (header.kind != packet_kind::initial) return;
    by.initial_sources.insert(text_of(header.source.view()));
    by.initial_versions.insert(header.version);
    if (!header.token.empty()) by.tokens.insert(text_of(header.token));
  }

  void note_short(role side, sim::datagram const& d, byte_view packet) {
    constexpr std::size_t id_size = 8;  // of the test stack
    if (side == role::server || packet.size() < 1 + id_size) return;
    auto& ids = ids_to[name_of(d.path.remote)];
    auto id = text_of(packet.subspan(1, id_size));
    if (ids.empty() || ids.back() != id) ids.push_back(std::move(id));
  }

  world& world_;
  std::array<said, 2> said_;
  std::array<treatment, 2> treatments_;
};

}  // namespace quoin::property
