// SPDX-License-Identifier: BSL-1.0
#include "fetch/output.hpp"

#include "failure.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tool::fetch {
namespace {

/// A pipe that is ready takes so many bytes without making us wait.
constexpr std::size_t piece = PIPE_BUF;

bool is_regular() {
  struct stat known {};
  return ::fstat(STDOUT_FILENO, &known) == 0 && S_ISREG(known.st_mode);
}

bool takes_some() {
  pollfd asked{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&asked, 1, 0) != 0;
}

}  // namespace

std::size_t output::take(quoin::byte_view bytes) {
  if (file_) return file_->append(bytes) ? bytes.size() : 0;
  static bool const regular = is_regular();
  auto const most = regular ? bytes.size() : piece;
  std::size_t taken = 0;
  while (taken < bytes.size() && problem_.empty() && takes_some()) {
    auto const written = ::write(STDOUT_FILENO, bytes.data() + taken, std::min(most, bytes.size() - taken));
    if (written >= 0)
      taken += static_cast<std::size_t>(written);
    else if (errno == EAGAIN)
      return taken;
    else if (errno != EINTR)
      problem_ = "cannot write to standard output: " + reason_of(errno);
  }
  return taken;
}

bool output::commit() {
  return file_ ? file_->commit() : problem_.empty();
}

}  // namespace tool::fetch
