// SPDX-License-Identifier: BSL-1.0
#include "caller.hpp"

#include "loose_look.hpp"

namespace quoin::property {

using namespace std::chrono_literals;

std::string_view name_of(life stage) {
  constexpr std::string_view names[]{"handshaking", "open", "closing", "draining", "gone"};
  return names[static_cast<std::size_t>(stage)];
}

std::vector<call> const& all_calls() {
  static auto const all = [] {
    std::vector<call> made;
    for (auto const each : {stream_calls(), early_calls(), extension_calls(), path_calls(), ending_calls(),
                            standing_calls(), loop_calls()})
      made.insert(made.end(), each.begin(), each.end());
    return made;
  }();
  return all;
}

call_counts& calls_made() {
  static call_counts counts(all_calls().size());
  return counts;
}

namespace {

/// Complaints are lines; those that say something that was asked for are left out.
std::string without(std::string_view text, std::string_view sentence) {
  std::string kept;
  while (!text.empty()) {
    auto const line = text.substr(0, text.find('\n') + 1);
    if (line.find(sentence) == std::string_view::npos) kept += line;
    text.remove_prefix(line.size());
  }
  return kept;
}

}  // namespace

caller::caller(std::uint64_t seed, checker* also) : chance_(seed, 11) {
  options_.seed = seed;
  if (also != nullptr) checks_.add(*also);
  draw();
  options_.watch = &checks_;
  ends_ = std::make_unique<loose_ends>(options_);
  watch();
}

// ---- what calls ask for ---------------------------------------------------------------------------------------------

life caller::stage(role side) {
  auto const& end = at(side);
  if (end.closed()) return life::gone;
  if (end.closing()) return end.close_reason()->origin == event::close_origin::local ? life::closing : life::draining;
  return end.connected() ? life::open : life::handshaking;
}

stream_id caller::some_stream() {
  return stream_id{chance_.chance(0.02) ? chance_.next() >> 2 : chance_.below(24)};
}

stream_direction caller::some_direction() {
  return chance_.chance(0.5) ? stream_direction::bidirectional : stream_direction::unidirectional;
}

/// RFC 9000 16: the largest that can be said, its neighbours, and any.
std::uint64_t caller::some_code() {
  switch (chance_.below(5)) {
    case 0: return 0;
    case 1: return varint_max;
    case 2: return varint_max + 1;
    case 3: return ~std::uint64_t{0};
    default: return chance_.next();
  }
}

socket_address caller::some_address(role side) {
  auto const& own = loose_ends::addresses(side);
  if (chance_.chance(0.8)) return own[chance_.below(own.size())];
  switch (chance_.below(3)) {
    case 0: return {};
    case 1: return socket_address::v6({0x20, 0x01, 0x0d, 0xb8}, 443);
    default: return socket_address::v4(192, 0, 2, static_cast<std::uint8_t>(chance_.below(3)), 7);
  }
}

std::uint8_t caller::pattern(role writer, stream_id id, std::uint64_t offset) {
  return scenario::pattern(2 * id.value() + index_of(writer), offset);
}

std::vector<std::uint8_t> caller::next_bytes(role side, stream_id id, std::size_t size) {
  auto const& known = of(side).said;
  auto const at = known.find(id.value());
  auto const from = at == known.end() ? 0 : at->second.written;
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = pattern(side, id, from + i);
  return bytes;
}

void caller::take(role side, stream_id id, byte_view bytes) {
  auto& taken = of(side).heard[id.value()].taken;
  for (auto const byte : bytes) expect(byte == pattern(peer_of(side), id, taken++), "INV-02 a wrong byte");
}

void caller::expect(bool holds, std::string_view sentence) {
  if (!holds && problems_.size() < 1000) (problems_ += sentence) += '\n';
}

// ---- what is done ---------------------------------------------------------------------------------------------------

std::string caller::go() {
  some_calls(chance_.below(40), 0.2);
  some_calls(50 + chance_.below(250), 1);
  close_some();
  some_calls(20 + chance_.below(60), 0.05);
  for (auto const side : both_sides)
    if (ends_->at(side) != nullptr && !at(side).closing()) {
      at(side).close(1, "", now());
      of(side).asked = close_info{event::close_origin::local, true, 1, 0, ""};
    }
  some_calls(10, 0.05);
  ends_->advance(1000s);
  look();
  some_calls(10 + chance_.below(80), 0.01);
  check_ends();
  return problems_ + unasked(checks_.broken()) + ledger_.broken();
}

/// Who gives up says so to the peer, and asks for no time to end in.
std::string caller::unasked(std::string complaints) const {
  for (auto const& each : known_) {
    if (!each.gave_up) continue;
    complaints = without(complaints, "INV-36 a transport error in an honest run, with the code (1)");
    complaints = without(complaints, "INV-25 closing or draining is over before");
  }
  for (auto const side : both_sides)
    if (auto const* const end = ends_->at(side);
        end != nullptr && end->close_reason() && is_out_of_paths(*end->close_reason()))
      complaints = without(complaints, "INV-36 a transport error in an honest run, with the code (16)");
  return complaints;
}

void caller::some_calls(std::uint64_t count, double quick) {
  for (std::uint64_t i = 0; i < count && problems_.size() < 1000; ++i) {
    call_something();
    pass_time(quick);
  }
}

void caller::call_something() {
  auto const& all = all_calls();
  static auto const sum = [&] {
    std::uint64_t weights = 0;
    for (auto const& each : all) weights += each.weight;
    return weights;
  }();
  auto side = chance_.chance(0.5) ? role::client : role::server;
  if (ends_->at(side) == nullptr) side = role::client;
  auto drawn = chance_.below(sum);
  std::size_t which = 0;
  while (drawn >= all[which].weight) drawn -= all[which++].weight;
  ++calls_made()[which][static_cast<std::size_t>(stage(side))];
  all[which].make(*this, side);
}

void caller::pass_time(double quick) {
  if (chance_.chance(0.5)) return;
  if (takes_views_ && chance_.chance(0.1)) {
    // Now and then the application changes how it takes bytes.
    if (ends_->take)
      ends_->take = {};
    else
      ends_->take = [this](role side, stream_id id, byte_view bytes, bool fin) { return offer(side, id, bytes, fin); };
  }
  auto const most = chance_.chance(0.05) ? duration{5s} : duration{30ms};
  ends_->advance(
      chance_.between(duration{}, duration{static_cast<duration::rep>(static_cast<double>(most.count()) * quick)}));
}

/// One end or both, if neither has ended yet.
void caller::close_some() {
  auto const all = chance_.chance(0.3);
  auto const first = chance_.chance(0.5) ? role::client : role::server;
  for (auto const side : {first, peer_of(first)}) {
    if (ends_->at(side) == nullptr || at(side).closing()) continue;
    auto const code = some_code();
    at(side).close(code, "enough", now());
    of(side).asked = close_info{event::close_origin::local, true, std::min(code, varint_max), 0, "enough"};
    if (!all) return;
  }
}

// ---- what is seen ---------------------------------------------------------------------------------------------------

void caller::on_event(role side, connection_event const& event) {
  auto& known = of(side);
  known.told_after_closed = known.told_after_closed || known.told_closed;
  known.told_closed = known.told_closed || event.what == connection_event::kind::closed;
}

std::size_t caller::offer(role side, stream_id id, byte_view bytes, bool fin) {
  auto& known = of(side).heard[id.value()];
  expect(!known.stopped && !known.ended, "bytes are offered of what is over");
  auto const count = chance_.chance(0.7) ? bytes.size() : static_cast<std::size_t>(chance_.below(bytes.size() + 1));
  take(side, id, bytes.first(count));
  known.ended = fin && count == bytes.size();
  return count;
}

void caller::watch() {
  ends_->on_event = [this](role side, connection_event const& event) { on_event(side, event); };
  ends_->after_step = [this] { look(); };
  ends_->on_datagram = [this](role side, sim::datagram const& what, bool sent) {
    if (sent) checks_.on_datagram({side, now(), what.bytes, what.path.local});
    if (side == role::client) return;
    if (!sent) return guard_.hear({what.path, what.bytes, 0, what.mark});
    bool const proven = checks_.proven(role::server, what.path.remote);
    expect(guard_.say(what, proven), "INV-01 more than three times to an address not proven");
  };
}

void caller::look() {
  auto step = look_around(*ends_);
  for (auto const side : both_sides) {
    auto& end = step.ends[index_of(side)];
    end.gone = ends_->at(side) == nullptr;
    if (!end.gone) end = look_at(side);
  }
  checks_.after_step(step);
}

seen_end caller::look_at(role side) {
  auto seen = look_at_end(*ends_, side, made_from(side), of(side).lent);
  seen.told_after_closed = of(side).told_after_closed;
  if (seen.connected && !seen.closing)
    for (auto const& [id, said] : of(side).said) seen.unsent.emplace_back(id, at(side).unsent(stream_id{id}));
  return seen;
}

/// draft-ietf-quic-multipath 3.4: two that abandon paths at the same time may leave themselves none.
bool caller::is_out_of_paths(close_info const& why) const {
  bool const abandons = known_[0].abandoned || known_[1].abandoned;
  return abandons && !why.application && why.code == static_cast<std::uint64_t>(error_code::no_viable_path);
}

/// Each end has ended as it was asked to, or as its peer was, and was told so once.
void caller::check_ends() {
  for (auto const side : both_sides) {
    if (ends_->at(side) == nullptr) continue;
    auto const& known = of(side);
    auto const& why = at(side).close_reason();
    expect(at(side).closed() && known.told_closed, "INV-25 a closed connection stays");
    if (!why || is_out_of_paths(*why)) continue;
    if (why->origin == event::close_origin::local) {
      expect(known.asked && known.asked->application == why->application && known.asked->code == why->code &&
                 known.asked->reason == why->reason,
             "an honest end ends otherwise than it was asked to: " + why->reason);
    } else {
      expect(!known.asked, "it ends otherwise than it was asked to");
      expect(why->origin != event::close_origin::stateless_reset, "a stateless reset that nobody sent");
    }
    if (why->origin != event::close_origin::peer) continue;
    auto const& asked = of(peer_of(side)).asked;
    // RFC 9000 10.2.3: an application's words are not said before they are confidential.
    // Where little may be sent, such as in answer to a small packet (10.2.1), the code is all that is said.
    bool const same = asked && why->application == asked->application && why->code == asked->code &&
                      (why->reason.empty() || why->reason == asked->reason.substr(0, limits::close_reason));
    bool const early = asked && asked->application && !why->application &&
                       why->code == static_cast<std::uint64_t>(error_code::application_error);
    expect(same || early, "INV-48 the peer hears of another end than was asked for");
  }
}

}  // namespace quoin::property
