// SPDX-License-Identifier: BSL-1.0
#include "hq_server.hpp"

#include <algorithm>

namespace tool::hq {
namespace {

/// Slices are let go one by one as the client acknowledges them.
constexpr std::size_t slice_size = std::size_t{16} << 20;

}  // namespace

void server::on_data(port& to, quoin::stream_id id, quoin::byte_view bytes, bool fin) {
  if (!id.is_bidirectional()) return;
  if (answered_.contains(id.value())) {  // what follows the line is ignored, to the end of the stream
    if (fin) answered_.erase(id.value());
    return;
  }
  auto& reader = asking_[id.value()];
  auto const state = reader.read(bytes, fin);
  if (state == request_reader::state::incomplete) return;
  if (state == request_reader::state::complete)
    answer(to, id, reader.path());
  else
    refuse(to, id, code::bad_request);
  asking_.erase(id.value());
  if (!fin) answered_.insert(id.value());
}

void server::answer(port& to, quoin::stream_id id, std::string const& path) {
  file_content file;
  switch (files_.folder().open(path, file)) {
    case open_outcome::not_found: return refuse(to, id, code::not_found);
    case open_outcome::forbidden: return refuse(to, id, code::forbidden);
    case open_outcome::opened: break;
  }
  ++visit_.files;
  visit_.bytes += file.bytes.size();
  for (auto rest = file.bytes; !rest.empty();) {
    auto const now = std::min(slice_size, rest.size());
    to.write(id, {rest.first(now), file.owner});
    rest = rest.subspan(now);
  }
  to.finish(id);
}

void server::refuse(port& to, quoin::stream_id id, code why) {
  ++visit_.refused;
  to.reset(id, static_cast<std::uint64_t>(why));
  to.stop_sending(id, static_cast<std::uint64_t>(why));
}

void server::on_reset(port& to, quoin::stream_id id, std::uint64_t) {
  // A request that broke off in the middle gets no answer; one that had been understood keeps its own.
  if (asking_.erase(id.value()) != 0) to.reset(id, static_cast<std::uint64_t>(code::cancelled));
  answered_.erase(id.value());
}

void server::on_stop_sending(port& to, quoin::stream_id id, std::uint64_t why) {
  to.reset(id, why);
}

void server::on_closed(port& to, quoin::close_info const& why) {
  if (on_end_) on_end_(to, visit_, why);
}

}  // namespace tool::hq
