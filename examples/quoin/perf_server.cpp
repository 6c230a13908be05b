// SPDX-License-Identifier: BSL-1.0
#include "perf_server.hpp"

namespace tool::perf {
namespace {

/// What a request without its eight bytes is refused with.
constexpr std::uint64_t bad_request = 1;

/// A client that asks by one-way streams and allows us none is not worth remembering beyond this.
constexpr std::size_t most_waiting = 1024;

}  // namespace

void server::on_data(port& to, quoin::stream_id id, quoin::byte_view bytes, bool fin) {
  auto& header = requests_[id.value()];
  header.read(bytes);
  if (!fin) return;
  auto const request = header;
  requests_.erase(id.value());
  if (request.complete())
    answer(to, id, request.answer_size());
  else if (id.is_bidirectional())
    to.reset(id, bad_request);
}

void server::answer(port& to, quoin::stream_id id, std::uint64_t size) {
  if (id.is_bidirectional()) return answers_.add(to, id, size);
  if (waiting_.size() < most_waiting) waiting_.push_back(size);
  on_streams_available(to);
}

void server::on_streams_available(port& to) {
  while (!waiting_.empty()) {
    auto const id = to.open(quoin::stream_direction::unidirectional);
    if (!id) return;
    answers_.add(to, *id, waiting_.front());
    waiting_.pop_front();
  }
}

void server::on_reset(port& to, quoin::stream_id id, std::uint64_t code) {
  requests_.erase(id.value());
  if (id.is_bidirectional()) to.reset(id, code);
}

void server::on_stop_sending(port& to, quoin::stream_id id, std::uint64_t code) {
  answers_.drop(id);
  to.reset(id, code);
}

}  // namespace tool::perf
