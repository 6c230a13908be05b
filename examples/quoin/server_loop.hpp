// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every server of the tool does: open, say where, go on until it is told to stop, say goodbye.
#pragma once

#include "engine.hpp"

namespace tool {

/// What goes with a server and lives as long as it serves; called by the thread that runs the server, but where it says
/// otherwise.
class companion {
 public:
  companion() = default;
  companion(companion const&) = delete;
  companion& operator=(companion const&) = delete;
  virtual ~companion() = default;

  /// Clients can connect. Throws `failure`: then nobody is served.
  virtual void on_start(engine&) {}
  /// Before it, for each engine that clients can connect to.
  virtual void on_start_of(engine&) {}
  virtual void on_turn() {}
  /// After each turn of an engine, called by the thread of that one.
  virtual void on_turn_of(engine&) {}
  /// The engine has read its files again. Throws `failure`.
  virtual void on_reload(engine&) {}
  /// Clients may finish for `grace`; called by a thread of its own.
  virtual void on_stop(quoin::duration /*grace*/) {}
};

/// Prints one line, "WHAT on ADDR:PORT", once clients can connect. Returns the exit code.
int run_server(engine_settings const& settings, std::string const& what, bool quiet, companion& with);

}  // namespace tool
