// SPDX-License-Identifier: BSL-1.0
/// \file
/// A file of JSON text sequence records (RFC 7464) that can fail without anybody noticing.
#pragma once

#include <quoin/core/types.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

namespace quoin::qlog {

/// Buffers and writes records. After the first error, or beyond its limit, it takes records and does nothing: a full
/// disk is no reason to end a connection.
class record_file {
 public:
  /// Writes nothing.
  record_file() = default;

  /// Replaces any file of that name. Nothing is thrown when it cannot be made; `is_open` tells.
  record_file(std::filesystem::path const& name, byte_count limit)
      : file_(std::fopen(name.c_str(), "wb")), left_(limit) {
    if (file_ != nullptr) std::setvbuf(file_.get(), nullptr, _IOFBF, buffer_size);
  }

  [[nodiscard]] bool is_open() const noexcept { return file_ != nullptr; }

  /// Whether a record of this size still finds room.
  [[nodiscard]] bool has_room(std::size_t size) const noexcept { return size + framing <= left_; }

  /// Writes one record: a record separator, the text, a line feed.
  void write(std::string_view record) noexcept {
    if (file_ == nullptr) return;
    if (!has_room(record.size())) return close();
    bool const written = std::fputc(0x1e, file_.get()) != EOF &&
                         std::fwrite(record.data(), 1, record.size(), file_.get()) == record.size() &&
                         std::fputc('\n', file_.get()) != EOF;
    if (!written) return close();
    left_ -= record.size() + framing;
  }

  /// Hands what is buffered to the system.
  void flush() noexcept {
    if (file_ != nullptr && std::fflush(file_.get()) != 0) close();
  }

  void close() noexcept { file_.reset(); }

 private:
  struct closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  static constexpr std::size_t buffer_size = std::size_t{64} * 1024;
  static constexpr std::size_t framing = 2;

  std::unique_ptr<std::FILE, closer> file_;
  byte_count left_ = 0;
};

}  // namespace quoin::qlog
