// SPDX-License-Identifier: BSL-1.0
/// \file
/// Tokens by which a client proves that it receives what is sent to its address, without the server keeping anything:
/// those of Retry packets and those of NEW_TOKEN frames (RFC 9000 8.1).
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/base/byte_writer.hpp>
#include <quoin/base/secret_bytes.hpp>
#include <quoin/core/address.hpp>
#include <quoin/core/connection_id.hpp>
#include <quoin/core/time.hpp>
#include <quoin/policy/crypto.hpp>

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace quoin {

/// What a valid token says.
struct opened_token {
  enum class kind : std::uint8_t { retry = 0x72, new_token = 0x6e } what = kind::retry;
  connection_id original_destination;  ///< retry only
  connection_id retry_source;          ///< retry only; must be the Destination Connection ID it comes back with
  wall_time issued;
};

/// A secret that tokens are made under, and the number by which a token says so.
struct token_key {
  std::uint8_t id = 0;
  std::array<std::uint8_t, 32> secret{};
};

/// What tokens are made under, and what else they may have been made under: the keys before the last change, or those
/// that other servers of a fleet already use.
struct token_keys {
  token_key current;
  std::vector<token_key> others;
};

/// Makes and opens tokens under the secrets of a server. A token is sealed under a key of its own, drawn from a secret
/// and the token's random bytes, and bound to kind, version and address by being authenticated together with them.
///
///     kind (1) | key (1) | random (16) | sealed: issued (8), retry: two connection IDs (21 each) | tag (16)
template <packet_protection P>
class token_sealer {
 public:
  static constexpr std::size_t new_token_size = 1 + 1 + 16 + 8 + aead_tag_size;
  static constexpr std::size_t retry_size = new_token_size + 2 * (1 + connection_id::max_size);

  /// How long tokens are good for (RFC 9000 8.1.3, 8.1.4), those of Retry packets unless told otherwise.
  static constexpr std::chrono::seconds retry_lifetime{10};
  static constexpr std::chrono::hours new_token_lifetime{24};
  /// How much the calendars of servers that share keys may differ.
  static constexpr std::chrono::seconds calendar_tolerance{5};

  explicit token_sealer(token_keys keys, std::chrono::seconds retry_good_for = retry_lifetime)
      : keys_(std::move(keys)), retry_good_for_(retry_good_for) {}
  token_sealer(token_sealer const&) = default;
  token_sealer& operator=(token_sealer const&) = default;
  ~token_sealer() { wipe_keys(); }

  /// Makes tokens under other keys from now on. Those under keys that are not among them are good no more.
  void use(token_keys keys) {
    wipe_keys();
    keys_ = std::move(keys);
  }

  /// Writes a token for a Retry packet, bound to the client's address and port. `random` is 8 to 16 fresh bytes.
  /// Returns the bytes written, 0 when `out` is smaller than `retry_size`.
  std::size_t make_retry(byte_span out, byte_view random, socket_address const& client,
                         connection_id const& original_destination, connection_id const& retry_source, wall_time now,
                         version v) const {
    if (out.size() < retry_size) return 0;
    auto const token = out.first(retry_size);
    auto body = begin(token, opened_token::kind::retry, random, now);
    write_id(body, original_destination);
    write_id(body, retry_source);
    seal(token, client, v);
    return token.size();
  }

  /// Writes a token for a NEW_TOKEN frame, bound to the client's address without its port. Else as `make_retry`.
  std::size_t make_new_token(byte_span out, byte_view random, socket_address const& client, wall_time now,
                             version v) const {
    if (out.size() < new_token_size) return 0;
    auto const token = out.first(new_token_size);
    begin(token, opened_token::kind::new_token, random, now);
    seal(token, client, v);
    return token.size();
  }

  /// Which kind of token these bytes claim to be, believed or not: an invalid Retry token ends the attempt with
  /// INVALID_TOKEN, any other invalid token is as good as none (RFC 9000 8.1.2, 8.1.3).
  static std::optional<opened_token::kind> claimed_kind(byte_view token) noexcept {
    if (token.size() == retry_size && token[0] == first_byte_of(opened_token::kind::retry))
      return opened_token::kind::retry;
    if (token.size() == new_token_size && token[0] == first_byte_of(opened_token::kind::new_token))
      return opened_token::kind::new_token;
    return std::nullopt;
  }

  /// What a token says, if we made it for this client and version and it is still good.
  [[nodiscard]] std::optional<opened_token> open(byte_view token, socket_address const& client, wall_time now,
                                                 version v) const {
    auto const kind = claimed_kind(token);
    auto const* const made_under = kind ? find_key(token[1]) : nullptr;
    if (made_under == nullptr) return std::nullopt;
    sealed_bytes room;
    auto packet = place(room, token, client, v);
    auto key = key_for(*made_under, token.subspan(2, 16));
    key.open({&packet, 1});
    if (!packet.authentic) return std::nullopt;
    bool const is_retry = kind == opened_token::kind::retry;
    return read(*kind, packet.bytes.subspan(packet.header_size), now, is_retry ? retry_good_for_ : new_token_lifetime);
  }

 private:
  static constexpr std::size_t bound_size = 4 + 1 + 16 + 2;  // version, address family, address, port
  using sealed_bytes = std::array<std::uint8_t, bound_size + retry_size>;

  static constexpr std::uint8_t first_byte_of(opened_token::kind what) noexcept {
    return static_cast<std::uint8_t>(what);
  }

  /// Writes what every token starts with; the writer stands where the rest of the body belongs.
  byte_writer begin(byte_span token, opened_token::kind what, byte_view random, wall_time now) const noexcept {
    QUOIN_ASSERT(random.size() >= 8 && random.size() <= 16);
    byte_writer writer(token);
    writer.u8(first_byte_of(what));
    writer.u8(keys_.current.id);
    writer.bytes(random);
    writer.fill(16 - random.size(), 0);
    writer.u64(static_cast<std::uint64_t>(now.time_since_epoch().count()));
    return writer;
  }

  // Always as long as the longest ID, so that a token's length says nothing.
  static void write_id(byte_writer& writer, connection_id const& id) noexcept {
    writer.u8(static_cast<std::uint8_t>(id.size()));
    writer.bytes(id.view());
    writer.fill(connection_id::max_size - id.size(), 0);
  }

  static std::optional<connection_id> read_id(byte_reader& reader) noexcept {
    auto const size = reader.u8();
    auto const bytes = reader.bytes(connection_id::max_size);
    if (!size || !bytes || *size > connection_id::max_size) return std::nullopt;
    return connection_id::from(bytes->first(*size));
  }

  /// Puts a token behind what it is bound to, as one packet whose header is everything in the clear.
  static packet_in_place place(sealed_bytes& room, byte_view token, socket_address const& client, version v) noexcept {
    bool const has_port = token[0] == first_byte_of(opened_token::kind::retry);
    byte_writer writer(room);
    writer.u32(static_cast<std::uint32_t>(v));
    writer.u8(static_cast<std::uint8_t>(client.family));
    writer.bytes(client.ip);
    writer.u16(has_port ? client.port : 0);
    writer.bytes(token);
    QUOIN_ASSERT(writer.ok());
    return {writer.written(), bound_size + 1 + 1 + 16, 0, false};
  }

  [[nodiscard]] token_key const* find_key(std::uint8_t id) const noexcept {
    if (keys_.current.id == id) return &keys_.current;
    for (auto const& other : keys_.others)
      if (other.id == id) return &other;
    return nullptr;
  }

  /// A key and IV that no other token has, so that the number may always be 0.
  static typename P::packet_key key_for(token_key const& under, byte_view random) {
    std::array<std::uint8_t, 13 + 16> info;
    byte_writer writer(info);
    writer.bytes(as_bytes("quoin token 1"));
    writer.bytes(random);
    std::array<std::uint8_t, 16 + aead_iv_size> derived;
    P::kdf::expand(hash_algorithm::sha256, under.secret, info, derived);
    typename P::packet_key key(cipher_suite::aes_128_gcm_sha256, byte_view(derived).first(16),
                               byte_view(derived).last(aead_iv_size));
    wipe(derived);
    return key;
  }

  void seal(byte_span token, socket_address const& client, version v) const {
    sealed_bytes room;
    auto packet = place(room, token, client, v);
    auto key = key_for(keys_.current, token.subspan(2, 16));
    key.seal({&packet, 1});
    auto const made = packet.bytes.last(token.size());
    std::copy(made.begin(), made.end(), token.begin());
  }

  static std::optional<opened_token> read(opened_token::kind what, byte_view body, wall_time now,
                                          std::chrono::seconds lifetime) noexcept {
    byte_reader reader(body);
    opened_token token{what, {}, {}, {}};
    auto const issued = reader.u64();
    if (!issued) return std::nullopt;
    token.issued = wall_time{wall_time::duration{static_cast<wall_time::rep>(*issued)}};
    // It is ours, so its date is one that a clock of ours has told.
    auto const age = now - token.issued;
    if (age < -calendar_tolerance || age > lifetime) return std::nullopt;
    if (what == opened_token::kind::retry) {
      auto const destination = read_id(reader);
      auto const source = read_id(reader);
      if (!destination || !source) return std::nullopt;
      token.original_destination = *destination;
      token.retry_source = *source;
    }
    return token;
  }

  void wipe_keys() noexcept {
    wipe(keys_.current.secret);
    for (auto& other : keys_.others) wipe(other.secret);
  }

  token_keys keys_;
  std::chrono::seconds retry_good_for_;
};

}  // namespace quoin
