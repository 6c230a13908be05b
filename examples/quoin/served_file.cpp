// SPDX-License-Identifier: BSL-1.0
#include "served_file.hpp"

#include "failure.hpp"

#include <cerrno>
#include <cstdint>
#include <string>

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

bool read_whole(found_file const& found, std::vector<std::uint8_t>& out) {
  out.resize(static_cast<std::size_t>(found.size));
  std::size_t done = 0;
  while (done < out.size()) {
    auto const got = ::pread(found.file.get(), out.data() + done, out.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

open_outcome served_folder::find(std::string_view path, found_file& out) const {
  if (!path.empty() && !is_plain(path)) return open_outcome::not_found;
  out.file = open_beneath(folder_, path.empty() ? "." : path);
  if (!out.file.valid()) {
    auto const refused = errno == EACCES || errno == EXDEV || errno == ELOOP;
    return refused ? open_outcome::forbidden : open_outcome::not_found;
  }
  struct stat about {};
  if (::fstat(out.file.get(), &about) != 0) return open_outcome::not_found;
  if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) return open_outcome::not_found;
  out.directory = S_ISDIR(about.st_mode);
  out.size = static_cast<std::uint64_t>(about.st_size);
  out.inode = about.st_ino;
  out.modified = std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::seconds{about.st_mtim.tv_sec} +
                                                                 std::chrono::nanoseconds{about.st_mtim.tv_nsec}};
  return open_outcome::opened;
}

open_outcome served_folder::open(std::string_view path, file_content& out) const {
  found_file found;
  if (auto const outcome = find(path, found); outcome != open_outcome::opened) return outcome;
  if (found.directory) return open_outcome::not_found;
  if (found.size > read_up_to)
    return map_whole(found.file.get(), static_cast<std::size_t>(found.size), out) ? open_outcome::opened
                                                                                  : open_outcome::forbidden;
  auto const bytes = std::make_shared<std::vector<std::uint8_t>>();
  if (!read_whole(found, *bytes)) return open_outcome::forbidden;
  out = {*bytes, bytes};
  return open_outcome::opened;
}

}  // namespace tool
