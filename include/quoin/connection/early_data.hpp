// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a connection remembers of the session that it resumes, and of its early data; and the type that says that bytes
/// may be early data at all.
#pragma once

#include <quoin/core/limits.hpp>
#include <quoin/core/time.hpp>
#include <quoin/handshake/client_session.hpp>
#include <quoin/keys/level_keys.hpp>
#include <quoin/policy/crypto.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include <optional>
#include <utility>

namespace quoin {

/// A promise about a request: whoever records it may have it carried out again, and no harm comes of that (RFC 9001 9.2,
/// RFC 8446 8). Early data is made of nothing else.
///
///     early.write(id, quoin::replay_safe{get_request});
template <class T>
class replay_safe {
 public:
  constexpr explicit replay_safe(T value) noexcept : value_(std::move(value)) {}
  [[nodiscard]] constexpr T const& value() const noexcept { return value_; }

 private:
  T value_;
};

/// Over handshakes that resume nothing there is nothing to remember.
template <class Crypto, bool = resumes<typename Crypto::handshake>>
struct early_data_state {
  static constexpr early_data_status status = early_data_status::none;
};

template <class Crypto>
struct early_data_state<Crypto, true> {
  level_keys<typename Crypto::protection> keys;  ///< a client seals with them, a server opens
  early_data_status status = early_data_status::none;

  // ---- client
  std::optional<client_session> session;                   ///< the one to resume
  bool wanted = false;                                     ///< the application wants to send early data
  std::optional<wire::transport_parameters> remembered;    ///< the session's, while its early data lasts
  packet_number first_after_rejection = 0;                 ///< lower ones were never opened
  std::vector<std::uint8_t> parameters;                    ///< the server's, for the sessions that it gives
  std::vector<std::uint8_t> application_data;              ///< the application's, for the same
  std::vector<client_session> received;                    ///< for the endpoint to keep; at most limits::stored_sessions

  // ---- server
  bool replay_understood = false;  ///< the application takes early data before the handshake is complete
  instant discard_at = never;      ///< when the keys go (RFC 9001 4.9.3)
};

}  // namespace quoin
