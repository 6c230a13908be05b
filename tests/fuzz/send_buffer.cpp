// SPDX-License-Identifier: BSL-1.0
// Writes, losses and acknowledgements in any order, against an array: what is sent is what was written, and nothing is
// forgotten before it is acknowledged.
#include <quoin/buffer/send_buffer.hpp>

#include "require.hpp"
#include "script.hpp"

#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace quoin;
  using fuzz::require;
  enum class fate : std::uint8_t { unsent, flying, lost, acked };
  fuzz::script input{data, size};
  chunk_pool pool{3};
  send_buffer buffer{&pool};
  std::vector<std::uint8_t> written;
  std::vector<fate> fates;
  std::vector<interval> flights;
  std::uint8_t value = 0;
  while (!input.empty() && written.size() < 200'000) {
    auto const what = input.byte();
    if (what % 4 == 0) {
      auto const owner = std::make_shared<std::vector<std::uint8_t>>(input.number() % 5000);
      for (auto& byte : *owner) byte = value++;
      if ((what & 4) != 0)
        buffer.append_copy(*owner);
      else
        buffer.append({*owner, owner});
      written.insert(written.end(), owner->begin(), owner->end());
      fates.resize(written.size(), fate::unsent);
    } else if (what % 4 == 1) {
      auto range = buffer.next_range(written.size());
      bool const waits =
          std::any_of(fates.begin(), fates.end(), [](fate f) { return f == fate::lost || f == fate::unsent; });
      require(range.has_value() == waits, "something is to be sent while something waits");
      if (!range) continue;
      range->end = std::min(range->end, range->begin + 1 + input.number() % 1400);
      std::vector<std::uint8_t> out(static_cast<std::size_t>(range->end - range->begin));
      buffer.copy_to(range->begin, out);
      require(std::equal(out.begin(), out.end(), written.begin() + static_cast<std::ptrdiff_t>(range->begin)),
              "what is sent is what was written");
      buffer.on_sent(*range);
      for (auto i = range->begin; i < range->end; ++i) fates[i] = fate::flying;
      flights.push_back(*range);
    } else if (!flights.empty()) {
      auto const flight = flights[input.byte() % flights.size()];
      bool const acked = what % 4 == 2;
      if (acked)
        buffer.on_acked(flight);
      else
        buffer.on_lost(flight);
      for (auto i = flight.begin; i < flight.end; ++i)
        if (acked || fates[i] != fate::acked) fates[i] = acked ? fate::acked : fate::lost;
    }
    auto const open = std::find_if(fates.begin(), fates.end(), [](fate f) { return f != fate::acked; });
    require(buffer.acked_prefix() == static_cast<std::uint64_t>(open - fates.begin()),
            "the acknowledged prefix is known");
  }
  return 0;
}
