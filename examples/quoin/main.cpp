// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include <csignal>

#ifdef __GLIBC__
#include <malloc.h>
#endif

int main(int argc, char** argv) {
#ifdef __GLIBC__
  // What one connection gives back is what the next one takes, and need not be the system's in between. Whoever sets
  // the first of these has to set the second, which then no longer follows what is allocated.
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
  // Whoever reads our output may go away first; that is no reason to leave a download half removed.
  std::signal(SIGPIPE, SIG_IGN);
  return tool::run(argc, argv);
}
