// SPDX-License-Identifier: BSL-1.0
#include "part_file.hpp"

#include "failure.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace tool {
namespace {

constexpr std::size_t piece = 512 * 1024;

}  // namespace

part_file::part_file(std::filesystem::path target) : target_(std::move(target)), part_(target_.string() + ".part") {}

part_file::part_file(part_file&& other) noexcept
    : target_(std::move(other.target_)),
      part_(std::move(other.part_)),
      held_(std::move(other.held_)),
      size_(other.size_),
      file_(std::exchange(other.file_, -1)),
      problem_(std::move(other.problem_)) {}

part_file::~part_file() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(part_.c_str());
}

bool part_file::fail(char const* what) {
  if (problem_.empty()) problem_ = std::string{what} + " '" + part_.string() + "': " + reason_of(errno);
  return false;
}

bool part_file::open() {
  if (file_ >= 0) return true;
  // O_NOFOLLOW: a link that somebody put there must not decide what is overwritten.
  file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  return file_ >= 0 || fail("cannot write");
}

bool part_file::flush() {
  if (!open()) return false;
  for (quoin::byte_view rest = held_; !rest.empty();) {
    auto const written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail("cannot write");
    rest = rest.subspan(static_cast<std::size_t>(written));
  }
  held_.clear();
  return true;
}

bool part_file::append(quoin::byte_view bytes) {
  if (!problem_.empty()) return false;
  held_.insert(held_.end(), bytes.begin(), bytes.end());
  size_ += bytes.size();
  return held_.size() < piece || flush();
}

bool part_file::commit() {
  if (!problem_.empty() || !flush()) return false;
  // A full disk may be reported as late as here.
  if (::close(std::exchange(file_, -1)) != 0) {
    fail("cannot write");
    ::unlink(part_.c_str());
    return false;
  }
  if (::rename(part_.c_str(), target_.c_str()) == 0) return true;
  fail("cannot rename");
  ::unlink(part_.c_str());
  return false;
}

}  // namespace tool
