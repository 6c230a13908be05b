// SPDX-License-Identifier: BSL-1.0
#include "signals.hpp"

#include <atomic>
#include <csignal>

namespace tool {
namespace {

// Several threads look at it.
std::atomic<bool> asked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

extern "C" void remember(int) {
  asked = true;
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
  return asked;
}

}  // namespace tool
