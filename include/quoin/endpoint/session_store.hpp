// SPDX-License-Identifier: BSL-1.0
/// \file
/// The sessions that a client may resume later (RFC 9001 4.5).
#pragma once

#include <quoin/core/limits.hpp>
#include <quoin/handshake/client_session.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace quoin {

/// A few sessions for each application protocol of each of a few servers. A session is used once: who sees the same
/// ticket twice knows that the same client came twice (RFC 8446 C.4).
class session_store {
 public:
  /// Keeps a session; the oldest for the same server and protocol, or the server unused for longest, makes room.
  void keep(client_session session) {
    auto& kept = place_for(session.server_name, session.alpn).sessions;
    if (kept.size() == limits::stored_sessions) kept.erase(kept.begin());
    kept.push_back(std::move(session));
  }

  /// The newest session for `server_name` that `usable(session)` says yes to, which is forgotten. Newer ones that it
  /// refuses are forgotten, too.
  template <class Usable>
  std::optional<client_session> take(std::string_view server_name, Usable&& usable) {
    for (auto& kept : places_) {
      if (kept.server_name != server_name) continue;
      while (!kept.sessions.empty()) {
        auto newest = std::move(kept.sessions.back());
        kept.sessions.pop_back();
        if (usable(std::as_const(newest))) return newest;
      }
    }
    return std::nullopt;
  }

  /// Calls `visit(session)` for every session, oldest first for each server.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (auto const& kept : places_)
      for (auto const& session : kept.sessions) visit(session);
  }

 private:
  struct place {
    std::string server_name;
    std::string alpn;
    std::vector<client_session> sessions;
  };

  place& place_for(std::string const& server_name, std::string const& alpn) {
    auto const found = std::find_if(places_.begin(), places_.end(), [&](place const& p) {
      return p.server_name == server_name && p.alpn == alpn;
    });
    // The one used last stands last.
    if (found != places_.end()) {
      std::rotate(found, found + 1, places_.end());
      return places_.back();
    }
    if (places_.size() == limits::session_servers) places_.erase(places_.begin());
    return places_.emplace_back(place{server_name, alpn, {}});
  }

  std::vector<place> places_;
};

}  // namespace quoin
