// SPDX-License-Identifier: BSL-1.0
#include "served_file.hpp"

#include "failure.hpp"

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tool {
namespace {

/// Up to here a file is read, not mapped: it costs fewer calls, and it may change later without harm.
constexpr std::size_t read_up_to = 256 * 1024;

class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// A relative path of plain names: nothing that climbs, nothing empty, nothing absolute.
bool is_plain(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  while (true) {
    auto const slash = path.find('/');
    auto const part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path = path.substr(slash + 1);
  }
}

/// For kernels without openat2 (before 5.6, or where a sandbox hides it): one name after the other, no symbolic link.
descriptor open_by_parts(int folder, std::string_view path) {
  descriptor at{::dup(folder)};
  while (at.valid()) {
    auto const slash = path.find('/');
    std::string const part{path.substr(0, slash)};
    if (slash == std::string_view::npos)
      return descriptor{::openat(at.get(), part.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    at = descriptor{::openat(at.get(), part.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY)};
    path = path.substr(slash + 1);
  }
  return at;
}

descriptor open_beneath(int folder, std::string_view path) {
  open_how how{};
  // Without O_NONBLOCK a named pipe in the folder would hold up the whole server.
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  std::string const text{path};
  auto const fd = ::syscall(SYS_openat2, folder, text.c_str(), &how, sizeof how);
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) return open_by_parts(folder, path);
  return descriptor{static_cast<int>(fd)};
}

bool read_whole(int fd, std::size_t size, file_content& out) {
  auto const bytes = std::make_shared<std::vector<std::uint8_t>>(size);
  std::size_t done = 0;
  while (done < size) {
    auto const got = ::pread(fd, bytes->data() + done, size - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  out = {*bytes, bytes};
  return true;
}

bool map_whole(int fd, std::size_t size, file_content& out) {
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return false;
  ::madvise(at, size, MADV_SEQUENTIAL);
  std::shared_ptr<void const> const owner{at, [size](void const* p) { ::munmap(const_cast<void*>(p), size); }};
  out = {{static_cast<std::uint8_t const*>(at), size}, owner};
  return true;
}

}  // namespace

served_folder::served_folder(std::filesystem::path const& root)
    : folder_(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (folder_ < 0) throw failure("cannot serve the folder '" + root.string() + "': " + reason_of(errno));
}

served_folder::~served_folder() {
  ::close(folder_);
}

open_outcome served_folder::open(std::string_view path, file_content& out) const {
  if (!is_plain(path)) return open_outcome::not_found;
  auto const file = open_beneath(folder_, path);
  if (!file.valid()) {
    auto const refused = errno == EACCES || errno == EXDEV || errno == ELOOP;
    return refused ? open_outcome::forbidden : open_outcome::not_found;
  }
  struct stat about {};
  if (::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) return open_outcome::not_found;
  auto const size = static_cast<std::size_t>(about.st_size);
  auto const loaded = size <= read_up_to ? read_whole(file.get(), size, out) : map_whole(file.get(), size, out);
  return loaded ? open_outcome::opened : open_outcome::forbidden;
}

}  // namespace tool
