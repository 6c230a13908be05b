// SPDX-License-Identifier: BSL-1.0
#include "dial.hpp"

#include "failure.hpp"
#include "net_address.hpp"
#include "signals.hpp"
#include "text.hpp"
#include "url.hpp"

#include <algorithm>
#include <chrono>

namespace tool {
namespace {

using quoin::event::close_origin;

/// An address that does not answer may hold up the next one for so long only.
constexpr quoin::duration patience_with_first = std::chrono::seconds{2};

using clock = std::chrono::steady_clock;

double seconds(quoin::duration time) {
  return std::chrono::duration<double>(time).count();
}

/// Whether another address of the same host may do better: not when a server has answered and one of us refused.
bool worth_another_try(quoin::close_info const& why) {
  return why.origin == close_origin::handshake_timeout || why.origin == close_origin::idle_timeout;
}

void wait_for_answer(engine& line, caller const& who) {
  while (!who.connected() && !who.closed()) {
    if (stop_asked()) throw failure("interrupted");
    line.turn(std::chrono::milliseconds{200});
  }
}

}  // namespace

std::string destination::text() const {
  return uri_host(host).append(":").append(std::to_string(port));
}

destination parse_destination(std::string const& text) {
  if (text.find('/') != std::string::npos)
    throw failure("bad server '" + text + "': write HOST:PORT", exit_code::usage);
  auto const parsed = parse_url("https://" + text + "/-");
  return {parsed.host, parsed.port};
}

call dial(destination const& to, engine_settings settings, caller const& who) {
  auto const begun = clock::now();
  auto const addresses = resolve(to.host, to.port);
  auto const resolved = clock::now();
  auto const whole_patience = settings.transport.handshake_timeout;
  auto const alpn = settings.tls.alpn;
  for (std::size_t i = 0;; ++i) {
    bool const last = i + 1 == addresses.size();
    settings.bind = any_address_like(addresses[i]);
    settings.transport.handshake_timeout = last ? whole_patience : std::min(whole_patience, patience_with_first);
    call made{make_engine(settings),
              {to.text(), shown(addresses[i]), seconds(settings.transport.handshake_timeout), alpn, false, false},
              addresses[i],
              seconds(resolved - begun),
              0};
    made.line->connect(addresses[i], to.host, who.app);
    wait_for_answer(*made.line, who);
    if (who.connected()) {
      made.to.connected = made.to.heard = true;
      made.handshake_seconds = seconds(clock::now() - begun);
      made.to.timeout_seconds = seconds(settings.transport.idle_timeout);
      return made;
    }
    auto const why = *who.closed();
    if (last || !worth_another_try(why)) throw failure(explain(why, made.to), exit_code_for(why, made.to));
    who.forget();
  }
}

}  // namespace tool
