// SPDX-License-Identifier: BSL-1.0
// Packet numbers in any order, against a plain set: nothing is taken twice, nothing is acknowledged that did not come,
// and no more is kept than the cap.
#include <quoin/ack/received_packets.hpp>

#include "require.hpp"
#include "script.hpp"

#include <set>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace quoin;
  using fuzz::require;
  fuzz::script input{data, size};
  received_packets packets{(input.byte() & 1) != 0};
  std::set<packet_number> model;
  packet_number near = 0;
  instant now{std::chrono::seconds{1}};
  while (!input.empty()) {
    auto const what = input.byte();
    switch (what % 4) {
      case 0: near += input.byte(); break;
      case 1: near = input.offset() & packet_number_max; break;
      case 2:
        packets.on_ack_sent();
        require(packets.deadline() == never, "what was said need not be said again");
        continue;
      default: packets.on_ack_acknowledged(near); continue;
    }
    now += std::chrono::milliseconds{what};
    bool const fresh = packets.is_new(near);
    require(!fresh || model.count(near) == 0, "no number is taken twice");
    require(fresh || model.count(near) == 1 || (!model.empty() && near < *model.rbegin()), "what is larger is new");
    if (!fresh) continue;
    packets.on_received(near, now, (what & 4) != 0, ecn::not_ect);
    model.insert(near);
    require(packets.largest() == *model.rbegin(), "the largest is known");
    require(packets.ranges().size() <= limits::ack_ranges, "ranges stay within their cap");
    require((what & 4) == 0 || packets.deadline() != never, "what wants an acknowledgement gets one");
    for (auto const& range : packets.ranges())
      require(model.count(range.begin) == 1 && model.count(range.end - 1) == 1, "only what came is acknowledged");
  }
  return 0;
}
