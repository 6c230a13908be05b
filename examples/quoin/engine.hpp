// SPDX-License-Identifier: BSL-1.0
/// \file
/// An endpoint of one of the tool's stacks, behind one interface.
#pragma once

#include "port.hpp"
#include "tls.hpp"

#include <quoin/connection/settings.hpp>
#include <quoin/core/time.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tool {

class engine;

/// Who seals and opens packets.
enum class backend { automatic, ipsec_mb, botan };

struct engine_settings {
  quoin::role self = quoin::role::client;
  quoin::socket_address bind;
  tls_settings tls;
  quoin::transport_settings transport;
  bool retry = false;                    ///< server: prove every client's address first
  quoin::preferred_addresses preferred;  ///< server: where clients should go on (RFC 9000 9.6)
  quoin::duration grace{0};              ///< server: how long clients may finish once it is told to stop
  std::size_t threads = 1;               ///< server: endpoints that share the port
  std::filesystem::path qlog_folder;     ///< empty: no qlog
  bool newest_qlog = false;              ///< as the newest drafts say, which few tools read yet
  backend protection = backend::automatic;
  std::filesystem::path session_file;  ///< client: sessions of earlier runs; empty: none are resumed
  bool early_data = false;             ///< client: send early data where a session allows it; server: accept it
  /// Server: makes the application of a connection that arrived; called by each endpoint's thread.
  std::function<std::unique_ptr<application>(engine&)> accept;
  bool extended_connect = false;  ///< server: HTTP/3's clients may ask for tunnels
};

class engine {
 public:
  engine() = default;
  engine(engine const&) = delete;
  engine& operator=(engine const&) = delete;
  virtual ~engine() = default;

  /// Starts a connection; `app` must outlive it.
  virtual void connect(quoin::socket_address const& remote, std::string const& server_name, application& app) = 0;
  /// Waits for at most `max_wait` and does what is due.
  virtual void turn(quoin::duration max_wait) = 0;
  /// `turn` wakes up when `descriptor` is readable, too, and calls `ready` then, before it sends.
  virtual void watch(int descriptor, std::function<void()> ready) = 0;
  virtual void close_all(std::uint64_t code, std::string_view reason) = 0;
  /// Refuses new connections, and closes those that are left when `grace` has passed.
  virtual void shutdown(quoin::duration grace, std::uint64_t code, std::string_view reason) = 0;
  /// Where sessions are kept, waits a moment for the server to give one.
  virtual void wait_for_session() = 0;
  /// Writes the sessions down that were given, for the next run. Throws `failure`.
  virtual void save_sessions() = 0;
  /// Connections, with those that were closed and linger for a peer that has not heard of it (RFC 9000 10.2).
  [[nodiscard]] virtual std::size_t connection_count() const = 0;
  [[nodiscard]] virtual quoin::socket_address local_address() const = 0;
  /// Every connection that has an application; it must not be closed meanwhile.
  virtual void for_each(std::function<void(port&)> const& visit) = 0;
  /// Reads the files of its credentials again, for all that share a port with it. Throws `failure`; nothing has changed
  /// then.
  virtual void renew_credentials() = 0;
  /// Server: its certificates and keys as they are now. Throws `failure`.
  [[nodiscard]] virtual std::vector<pem_identity> identities() const = 0;
  /// Of a certificate that was made for want of one, as pairs of hexadecimal digits; else empty.
  [[nodiscard]] virtual std::string fingerprint() const = 0;
};

/// Each is for one thread; they share a port.
using engines = std::vector<std::unique_ptr<engine>>;

/// As many as `settings.threads`. Throws `failure` with a sentence: a busy port, a file that cannot be read, a backend
/// that this CPU does not run.
engines make_engines(engine_settings const& settings);

/// The only one of a client.
inline std::unique_ptr<engine> make_engine(engine_settings const& settings) {
  return std::move(make_engines(settings).front());
}

// One translation unit each, so that they compile side by side.
engines make_default_engines(engine_settings const& settings);
engines make_qlog_engines(engine_settings const& settings);
engines make_botan_engines(engine_settings const& settings);

}  // namespace tool
