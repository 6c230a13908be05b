// SPDX-License-Identifier: BSL-1.0
#include "signals.hpp"

#include <atomic>
#include <csignal>

namespace tool {
namespace {

// Several threads look at it.
std::atomic<bool> stop_wanted{false};
std::atomic<bool> reload_wanted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

extern "C" void remember(int) {
  stop_wanted = true;
}

extern "C" void remember_reload(int) {
  reload_wanted = true;
}

}  // namespace

void catch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = remember;
  // Without SA_RESTART a sleeping wait wakes up; SA_RESETHAND lets the second signal through.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool stop_asked() {
  return stop_wanted;
}

void catch_reload_signal() {
  struct sigaction action {};
  action.sa_handler = remember_reload;
  sigaction(SIGHUP, &action, nullptr);
}

bool reload_asked() {
  return reload_wanted.exchange(false);
}

}  // namespace tool
