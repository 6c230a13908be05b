// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include <csignal>

int main(int argc, char** argv) {
  // Whoever reads our output may go away first; that is no reason to leave a download half removed.
  std::signal(SIGPIPE, SIG_IGN);
  return tool::run(argc, argv);
}
