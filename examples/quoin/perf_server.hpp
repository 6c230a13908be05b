// SPDX-License-Identifier: BSL-1.0
/// \file
/// The server side of "perf": swallows what is uploaded, answers with as many bytes as were asked for.
#pragma once

#include "perf_source.hpp"
#include "perf_wire.hpp"

#include <deque>
#include <unordered_map>

namespace tool::perf {

class server final : public application {
 public:
  void on_data(port& to, quoin::stream_id id, quoin::byte_view bytes, bool fin) override;
  void on_reset(port& to, quoin::stream_id id, std::uint64_t code) override;
  void on_stop_sending(port& to, quoin::stream_id id, std::uint64_t code) override;
  void on_streams_available(port& to) override;
  void on_turn(port& to) override { answers_.refill(to); }

 private:
  void answer(port& to, quoin::stream_id id, std::uint64_t size);

  std::unordered_map<std::uint64_t, header_reader> requests_;
  std::deque<std::uint64_t> waiting_;  // answers to one-way requests that need a stream of their own
  source answers_;
};

}  // namespace tool::perf
