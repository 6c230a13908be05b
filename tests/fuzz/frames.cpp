// SPDX-License-Identifier: BSL-1.0
// The payload of a packet, after a byte that chooses its kind: every frame that is read is written again and must be
// read as the same.
#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/frame/multipath.hpp>

#include "require.hpp"

#include <array>
#include <vector>

namespace {

using fuzz::require;
namespace wire = quoin::wire;
using bytes = std::vector<std::uint8_t>;

struct writing_handler {
  bytes& room;
  quoin::byte_writer writer{room};
  std::size_t frames = 0;

  template <class Frame>
  quoin::result<> operator()(Frame const& frame) {
    ++frames;
    require(write(writer, frame), "a frame that was read can be written");
    check(frame);
    return {};
  }

  template <class Frame>
  void check(Frame const&) {}

  void check(wire::stream_frame const& frame) {
    require(frame.data.size() <= quoin::varint_max - frame.offset, "stream data lie within what can be numbered");
  }

  void check(wire::new_connection_id_frame const& frame) {
    require(!frame.id.empty() && frame.retire_prior_to <= frame.sequence, "a connection ID is usable");
  }

  void check(wire::ack_frame const& frame) {
    quoin::interval_set received;
    std::uint64_t below = frame.largest + 2;
    std::uint64_t ranges = 0;
    frame.for_each_range([&](quoin::packet_number smallest, quoin::packet_number largest) {
      require(smallest <= largest && largest + 1 < below, "ranges descend and do not touch");
      below = smallest;
      if (++ranges <= quoin::limits::ack_ranges) received.insert({smallest, largest + 1});
    });
    require(ranges == frame.more_range_count + 1, "every range is told");
    again_from(received, frame);
  }

  /// What is written from a set of numbers must be read as that set.
  void again_from(quoin::interval_set const& received, wire::ack_frame const& frame) {
    std::array<std::uint8_t, 2048> space{};
    quoin::byte_writer out{space};
    auto const written = wire::write_ack(out, received, frame.delay, frame.has_ecn ? &frame.ecn : nullptr);
    require(written == received.size(), "an ACK has room for all ranges up to the cap");
    quoin::interval_set seen;
    quoin::byte_reader reader{out.written().subspan(1)};
    wire::ack_frame ack;
    ack.has_ecn = frame.has_ecn;
    require(read(reader, ack).has_value() && reader.empty(), "an ACK that was written can be read");
    ack.for_each_range([&](quoin::packet_number smallest, quoin::packet_number largest) {
      seen.insert({smallest, largest + 1});
    });
    require(std::equal(seen.begin(), seen.end(), received.begin(), received.end()), "an ACK's ranges survive");
    require(ack.delay == frame.delay && ack.ecn == frame.ecn, "an ACK's delay and counts survive");
  }
};

/// Reads a payload, writes what was read, and reads that.
template <class Extensions>
void go_round(quoin::byte_view payload, quoin::event::packet_kind kind) {
  // a frame without its length gains one, of up to 8 bytes
  bytes first(payload.size() + 17);
  writing_handler once{first};
  auto const outcome = wire::read_frames<Extensions>(payload, kind, once);
  if (!outcome) return require(!outcome.error().reason.empty(), "every refusal has a reason");
  bytes second(first.size());
  writing_handler twice{second};
  auto const again = wire::read_frames<Extensions>(once.writer.written(), kind, twice);
  require(again.has_value(), "frames that were written can be read");
  require(once.frames == twice.frames, "no frame is lost");
  require(fuzz::same(once.writer.written(), twice.writer.written()), "frames survive");
  require(outcome->ack_eliciting == again->ack_eliciting && outcome->non_probing == again->non_probing,
          "what they ask for survives");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using enum quoin::event::packet_kind;
  constexpr std::array kinds{initial, zero_rtt, handshake, one_rtt};
  if (size == 0) return 0;
  auto const kind = kinds[data[0] % kinds.size()];
  go_round<wire::all_extension_frames>({data + 1, size - 1}, kind);
  go_round<wire::multipath_frames>({data + 1, size - 1}, kind);
  return 0;
}
