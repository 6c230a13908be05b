// SPDX-License-Identifier: BSL-1.0
// What segmentation and receive offload make of datagrams, in every phase: what is put together rightly is nothing to
// notice, and what is put together wrongly is no more than a loss.
#include "matrix.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin::property;

namespace {

/// How often each thing was done, so that no row passes because nothing happened.
struct deeds {
  std::uint64_t trains = 0;  ///< of more than one datagram
  std::uint64_t glued = 0;
  std::uint64_t odd = 0;
  std::uint64_t unequal = 0;
  std::uint64_t short_ends = 0;
  std::uint64_t empty = 0;
  std::uint64_t partial = 0;
  std::uint64_t shuffled = 0;
};
using trains = std::vector<quoin::sim_train>;

fault offloading(std::function<void(trains&, sim::random&)> receiving,
                 std::function<void(std::vector<sim::datagram>&, sim::random&)> sending = {}) {
  fault made;
  made.begin = [=](world& w, sim::random& chance) {
    quoin::sim_offload both;
    if (receiving) both.receiving = [&chance, receiving](trains& all) { receiving(all, chance); };
    if (sending) both.sending = [&chance, sending](std::vector<sim::datagram>& all) { sending(all, chance); };
    for (auto const side : {role::client, role::server}) w.set_offload(side, both);
  };
  return made;
}

std::uint64_t count_trains(trains const& all) {
  return static_cast<std::uint64_t>(
      std::count_if(all.begin(), all.end(), [](auto const& each) { return each.bytes.size() > each.segment_size; }));
}

/// Puts two trains of one path together although their segments differ.
void join_unequal(trains& all, std::size_t at, deeds& done) {
  if (at + 1 >= all.size() || !(all[at].path == all[at + 1].path)) return;
  done.unequal += all[at].segment_size != all[at + 1].segment_size ? 1 : 0;
  auto& bytes = all[at].bytes;
  bytes.insert(bytes.end(), all[at + 1].bytes.begin(), all[at + 1].bytes.end());
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(at) + 1);
}

/// Does one of the things that a kernel must not do.
void spoil(trains& all, std::size_t at, sim::random& chance, deeds& done) {
  auto& train = all[at];
  auto const size = train.bytes.size();
  if (size < 2) return;
  switch (chance.below(6)) {
    case 0:  // one datagram, whatever it was
      done.glued += size > train.segment_size ? 1 : 0;
      train.segment_size = chance.chance(0.5) ? 0 : size + chance.below(1'000);
      break;
    case 1:
      ++done.odd;
      train.segment_size = 1 + chance.below(size - 1);
      break;
    case 2:
      ++done.odd;
      train.segment_size += chance.chance(0.5) ? 1 : std::size_t{0} - (train.segment_size > 1 ? 1 : 0);
      break;
    case 3: join_unequal(all, at, done); break;
    case 4:
      ++done.short_ends;
      train.bytes.resize(size - 1 - chance.below(std::min(size - 1, train.segment_size)));
      break;
    default:
      ++done.empty;
      all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), {train.path, {}, chance.chance(0.5) ? 0U : 1200U, {}});
  }
}

}  // namespace

TEST_CASE("datagrams that receive offload puts together rightly, in every phase", "[matrix]") {
  auto const done = std::make_shared<deeds>();
  auto rightly = offloading([done](trains& all, sim::random&) {
    quoin::put_together(all);
    done->trains += count_trains(all);
  });
  rightly.prepare = [](world_options& options, sim::random&) { options.log = true; };
  rightly.after = [](world& w, phase, outcome) -> std::string {
    for (auto const side : {role::client, role::server})
      if (w.dropped(side, event::drop_reason::decryption_failure) > 0) return "a train is not taken apart rightly\n";
    return {};
  };
  check_row(rightly, {}, 10);
  CHECK(done->trains > 200);
}

TEST_CASE("datagrams that receive offload glues together, cuts at odd borders or makes of nothing, in every phase",
          "[matrix]") {
  auto const done = std::make_shared<deeds>();
  auto wrongly = offloading([done](trains& all, sim::random& chance) {
    quoin::put_together(all, 1 + chance.below(64));
    for (std::size_t at = 0; at < all.size(); ++at)
      if (chance.chance(0.3)) spoil(all, at, chance, *done);
  });
  check_row(wrongly, {}, 40);
  for (auto const often : {done->glued, done->odd, done->unequal, done->short_ends, done->empty}) CHECK(often > 10);
}

TEST_CASE("batches that leave in part, in disorder, with a short or an empty end, in every phase", "[matrix]") {
  auto const done = std::make_shared<deeds>();
  // The first datagram stays what it is: it is the one of which observers of the network know what was sealed.
  auto batches = offloading({}, [done](std::vector<sim::datagram>& batch, sim::random& chance) {
    if (batch.size() > 1 && chance.chance(0.2)) {
      ++done->partial;
      batch.resize(1 + chance.below(batch.size() - 1));
    }
    if (batch.size() > 2 && chance.chance(0.2)) {
      ++done->shuffled;
      std::reverse(batch.begin() + 1, batch.end());
    }
    if (batch.size() > 1 && chance.chance(0.2)) {
      ++done->short_ends;
      batch.back().bytes.resize(1 + chance.below(batch.back().bytes.size()));
    }
    if (!batch.empty() && chance.chance(0.2)) {
      ++done->empty;
      batch.push_back({batch.back().path, {}, batch.back().mark});
    }
  });
  check_row(batches, {}, 20);
  for (auto const often : {done->partial, done->shuffled, done->short_ends, done->empty}) CHECK(often > 10);
}
