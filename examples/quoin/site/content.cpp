// SPDX-License-Identifier: BSL-1.0
#include "content.hpp"

#include <algorithm>
#include <cerrno>
#include <numeric>

namespace tool::site {
namespace {

constexpr std::uint64_t window_size = 256 * 1024;

}  // namespace

std::uint64_t size_of(content const& all) {
  return std::accumulate(all.begin(), all.end(), std::uint64_t{0},
                         [](std::uint64_t sum, piece const& each) { return sum + each.size(); });
}

quoin::byte_view content_reader::next() {
  while (current_ < pieces_.size() && taken_ == pieces_[current_].size()) {
    ++current_;
    taken_ = 0;
    window_.clear();
  }
  if (failed_ || current_ == pieces_.size()) return {};
  return rest_of(pieces_[current_]);
}

quoin::byte_view content_reader::rest_of(piece const& from) {
  auto const skipped = static_cast<std::size_t>(taken_);
  if (!from.file) return quoin::as_bytes(from.text).subspan(skipped);
  auto const at = from.part.first + taken_;
  auto const left = from.part.size - taken_;
  if (from.file->file.valid()) return read_from(*from.file, at, left);
  return quoin::byte_view{from.file->bytes}.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(left));
}

quoin::byte_view content_reader::read_from(stored_file const& file, std::uint64_t at, std::uint64_t most) {
  if (window_.empty() || at < window_at_ || at >= window_at_ + window_.size()) {
    window_.resize(static_cast<std::size_t>(std::min(most, window_size)));
    ssize_t got = 0;
    do got = ::pread(file.file.get(), window_.data(), window_.size(), static_cast<off_t>(at));
    while (got < 0 && errno == EINTR);
    failed_ = got <= 0;
    window_.resize(failed_ ? 0 : static_cast<std::size_t>(got));
    window_at_ = at;
  }
  return quoin::byte_view{window_}.subspan(failed_ ? 0 : static_cast<std::size_t>(at - window_at_));
}

}  // namespace tool::site
