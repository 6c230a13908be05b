// SPDX-License-Identifier: BSL-1.0
#include "fetch/upload.hpp"

#include "failure.hpp"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tool::fetch {
namespace {

constexpr std::size_t piece = 64 * 1024;

bool has_something(int file) {
  pollfd asked{file, POLLIN, 0};
  return ::poll(&asked, 1, 0) != 0;  // its end and an error are something, too
}

}  // namespace

upload::upload(std::string const& source) {
  if (is_standard_input(source)) {
    file_ = STDIN_FILENO;
    name_ = "standard input";
  } else if (source.starts_with('@')) {
    name_ = source.substr(1);
    owned_ = descriptor{::open(name_.c_str(), O_RDONLY | O_CLOEXEC)};
    file_ = owned_.get();
  } else {
    held_.assign(source.begin(), source.end());
    size_ = source.size();
    ended_ = true;
    return;
  }
  struct stat known {};
  if (file_ < 0 || ::fstat(file_, &known) != 0)
    throw failure("cannot read '" + name_ + "': " + reason_of(errno), exit_code::unreadable);
  if (S_ISDIR(known.st_mode)) throw failure("cannot read '" + name_ + "': it is a folder", exit_code::unreadable);
  waits_ = !S_ISREG(known.st_mode);
  if (waits_) return;
  // Somebody may have read from standard input before us.
  auto const begins = ::lseek(file_, 0, SEEK_CUR);
  size_ = static_cast<std::uint64_t>(known.st_size - std::min<off_t>(std::max<off_t>(begins, 0), known.st_size));
}

quoin::byte_view upload::next() {
  if (at_ == held_.size() && !ended_ && problem_.empty()) read_more();
  return quoin::byte_view{held_}.subspan(at_);
}

void upload::read_more() {
  if (waits_ && !has_something(file_)) return;
  held_.resize(piece);
  at_ = 0;
  ssize_t got = 0;
  do got = ::read(file_, held_.data(), held_.size());
  while (got < 0 && errno == EINTR);
  held_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got < 0) {
    problem_ = "cannot read '" + name_ + "': " + reason_of(errno);
    return;
  }
  read_ += held_.size();
  ended_ = got == 0;
  // The server has been told the length.
  if (size_ && (read_ > *size_ || (ended_ && read_ < *size_))) problem_ = "'" + name_ + "' changed while it was sent";
  if (!problem_.empty()) held_.clear();
}

}  // namespace tool::fetch
