// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the tool's clients share: a connection to a name, by the first of its addresses that answers.
#pragma once

#include "close_text.hpp"
#include "engine.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tool {

/// A server as the user named it.
struct destination {
  std::string host;
  std::uint16_t port = 0;
  [[nodiscard]] std::string text() const;
};

/// "HOST:PORT" or "[ADDR]:PORT". Throws `failure` (usage).
destination parse_destination(std::string const& text);

/// A connection that answered, or the reason why none did.
struct call {
  std::unique_ptr<engine> line;
  attempt to;
  quoin::socket_address address;
  double lookup_seconds = 0;     ///< until the name was looked up
  double handshake_seconds = 0;  ///< until the handshake was complete, from the same moment on
};

/// What `dial` needs to know of the application that it connects.
struct caller {
  application& app;
  std::function<bool()> connected;
  std::function<std::optional<quoin::close_info>()> closed;
  std::function<void()> forget;  ///< the attempt that failed
};

/// Tries one address after the other. Throws `failure` when none leads to a connection, or a signal asked to stop.
call dial(destination const& to, engine_settings settings, caller const& who);

}  // namespace tool
