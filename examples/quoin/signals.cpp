// SPDX-License-Identifier: BSL-1.0
#include "signals.hpp"

#include <csignal>

namespace tool {
namespace {

volatile std::sig_atomic_t asked = 0;

extern "C" void remember(int) {
  asked = 1;
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
  return asked != 0;
}

}  // namespace tool
