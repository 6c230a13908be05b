// SPDX-License-Identifier: BSL-1.0
#include "session_file.hpp"

#include "descriptor.hpp"
#include "failure.hpp"

#include <quoin/crypto/session/record.hpp>

#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tool {
namespace {

/// What the file begins with; another format gets another line.
constexpr std::string_view first_line = "quoin sessions 1\n";

std::string in(std::filesystem::path const& path) {
  return " '" + path.string() + "': " + reason_of(errno);
}

std::vector<std::uint8_t> read_all(int file, std::filesystem::path const& path) {
  std::vector<std::uint8_t> bytes;
  std::uint8_t piece[4096];
  for (;;) {
    auto const got = ::read(file, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw failure("cannot read the session file" + in(path));
    if (got == 0) return bytes;
    bytes.insert(bytes.end(), piece, piece + got);
    if (bytes.size() > session_file::longest) return {};
  }
}

bool write_all(int file, quoin::byte_view bytes) {
  while (!bytes.empty()) {
    auto const written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::vector<quoin::client_session> session_file::load() const {
  if (!keeps()) return {};
  descriptor const file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (!file.valid() && errno == ENOENT) return {};
  struct stat known {};
  if (!file.valid() || ::fstat(file.get(), &known) != 0) throw failure("cannot read the session file" + in(path_));
  if ((known.st_mode & 077) != 0)
    throw failure("the session file '" + path_.string() + "' can be read by others: chmod 600 it, or remove it");
  auto const bytes = read_all(file.get(), path_);
  auto const text = quoin::as_text(bytes);
  if (!text.starts_with(first_line)) return {};
  quoin::record_reader records{quoin::byte_view{bytes}.subspan(first_line.size())};
  std::vector<quoin::client_session> sessions;
  for (auto count = records.number(2); count > 0; --count) {
    auto& session = sessions.emplace_back();
    session.version = static_cast<quoin::version>(records.number(4));
    session.server_name = records.text();
    session.alpn = records.text();
    session.parameters = records.bytes();
    session.application_data = records.bytes();
    session.state = records.bytes();
  }
  return records.whole() ? sessions : std::vector<quoin::client_session>{};
}

void session_file::save(std::vector<quoin::client_session> const& sessions) const {
  if (!keeps()) return;
  quoin::record_writer records;
  records.number(sessions.size(), 2);
  for (auto const& session : sessions) {
    records.number(static_cast<std::uint32_t>(session.version), 4).text(session.server_name).text(session.alpn);
    records.bytes(session.parameters).bytes(session.application_data).bytes(session.state);
  }
  auto const body = records.take();
  // A name of its own, so that two runs at once do not write into each other's.
  auto const part = path_.string() + "." + std::to_string(::getpid()) + ".part";
  descriptor file{::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  bool const written = file.valid() && write_all(file.get(), quoin::as_bytes(first_line)) &&
                       write_all(file.get(), body) && ::fsync(file.get()) == 0 &&
                       ::rename(part.c_str(), path_.c_str()) == 0;
  if (written) return;
  auto const why = in(path_);
  if (file.valid()) ::unlink(part.c_str());
  throw failure("cannot write the session file" + why);
}

}  // namespace tool
