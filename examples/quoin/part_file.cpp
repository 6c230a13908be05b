// SPDX-License-Identifier: BSL-1.0
#include "part_file.hpp"

#include "descriptor.hpp"
#include "failure.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tool {
namespace {

constexpr std::size_t piece = 512 * 1024;
/// A URL and an entity-tag that take more are not worth a note.
constexpr std::size_t longest_note = 16 * 1024;

}  // namespace

part_file::part_file(std::filesystem::path target)
    : target_(std::move(target)), part_(target_.string() + ".part"), note_(target_.string() + ".part.from") {}

part_file::part_file(part_file&& other) noexcept
    : target_(std::move(other.target_)),
      part_(std::move(other.part_)),
      note_(std::move(other.note_)),
      held_(std::move(other.held_)),
      size_(other.size_),
      file_(std::exchange(other.file_, -1)),
      keep_(other.keep_),
      problem_(std::move(other.problem_)) {}

part_file::~part_file() {
  if (file_ < 0) return;
  if (keep_) flush();
  ::close(file_);
  if (!keep_) remove();
}

void part_file::remove() {
  ::unlink(note_.c_str());
  ::unlink(part_.c_str());
}

bool part_file::fail(char const* what) {
  if (problem_.empty()) problem_ = std::string{what} + " '" + part_.string() + "': " + reason_of(errno);
  return false;
}

bool part_file::open() {
  if (file_ >= 0) return true;
  // What is written from here on is a part of something else than what the note tells of.
  ::unlink(note_.c_str());
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

std::optional<kept_part> part_file::kept() const {
  descriptor const note{::open(note_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  struct stat part {};
  if (!note.valid() || ::lstat(part_.c_str(), &part) != 0 || !S_ISREG(part.st_mode) || part.st_size <= 0)
    return std::nullopt;
  std::array<char, longest_note> room{};
  auto const got = ::read(note.get(), room.data(), room.size());
  std::string_view const text{room.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  auto const first = text.find('\n');
  // Written at once and ended by a line's end: whatever else is there was not whole.
  if (first == std::string_view::npos || !text.ends_with('\n') || first + 1 == text.size()) return std::nullopt;
  auto const tag = text.substr(first + 1, text.size() - first - 2);
  return kept_part{static_cast<std::uint64_t>(part.st_size), std::string{text.substr(0, first)}, std::string{tag}};
}

bool part_file::go_on(kept_part const& from) {
  file_ = ::open(part_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
  struct stat now {};
  if (file_ < 0 || ::fstat(file_, &now) != 0) return fail("cannot go on with");
  keep_ = true;
  if (static_cast<std::uint64_t>(now.st_size) == from.size) return true;
  problem_ = std::string{"'"}.append(part_.string()).append("' is changed by somebody else");
  return false;
}

bool part_file::keep(std::string const& url, std::string const& tag) {
  std::string text;
  text.append(url).append(1, '\n').append(tag).append(1, '\n');
  if (text.size() > longest_note) return true;  // it is a download like any other
  if (!open()) return false;
  descriptor const note{::open(note_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644)};
  if (!note.valid() || ::write(note.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail("cannot write what is known of");
  keep_ = true;
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
    remove();
    return false;
  }
  ::unlink(note_.c_str());
  if (::rename(part_.c_str(), target_.c_str()) == 0) return true;
  fail("cannot rename");
  remove();
  return false;
}

}  // namespace tool
