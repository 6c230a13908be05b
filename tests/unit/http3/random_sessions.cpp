// SPDX-License-Identifier: BSL-1.0
// Two sessions at random, whose streams are delayed against each other, with requests that are answered, cancelled and
// refused, and ends that go away. What every peer relies on is looked at: the rules of control streams, one telling of
// each request, and refusals of none that was told.
#include "byte_transport.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <set>

using namespace http3_test;

namespace {

constexpr std::uint64_t rejected = 0x10b;

std::string content_of(role sender, std::uint64_t index, std::size_t size) {
  std::string made;
  for (std::size_t i = 0; i < size; ++i)
    made += static_cast<char>('a' + (i * 7 + index * 3 + (sender == role::client ? 0 : 11)) % 26);
  return made;
}

/// What has been told of an exchange at one end, and what its end says.
struct told {
  unsigned heads = 0;
  unsigned ends = 0;
  std::string content;
  std::optional<std::uint64_t> failed;
  bool over = false;
  bool answered = false;   ///< server: the response has begun
  bool cancelled = false;  ///< by this end
  std::string to_say;
  bool said = false;
};

class couple {
 public:
  explicit couple(unsigned seed)
      : random_(seed), client_(role::client, random_settings()), server_(role::server, random_settings()) {}

  void go() {
    for (int step = 0; step < 1'000 && !closed(); ++step) {
      begin_something();
      go_on_all();
      deliver_something();
    }
    for (int idle = 0; idle < 300 && !closed();) {
      go_on_all();
      idle = deliver_something() ? 0 : idle + 1;
    }
    for (auto* const end : {&client_, &server_}) check_critical(*end);
    check_fates();
  }

  unsigned refused = 0;
  unsigned answered = 0;
  unsigned cancelled = 0;
  unsigned goaways = 0;

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(unsigned in) { return random_() % in == 0; }

  h3::session_settings random_settings() {
    h3::session_settings settings;
    settings.qpack_table_capacity = std::array{0U, 300U, 4096U}[below(3)];
    settings.qpack_blocked_streams = std::array{0U, 2U, 16U}[below(3)];
    settings.encoder.use = std::array{qpack::table_use::conservative, qpack::table_use::aggressive}[below(2)];
    settings.grease = chance(2);
    return settings;
  }

  bench& peer_of(bench const& end) { return &end == &client_ ? server_ : client_; }
  std::map<std::uint64_t, told>& told_at(bench const& end) { return &end == &client_ ? at_client_ : at_server_; }
  bool closed() const { return client_.transport.closed || server_.transport.closed; }

  // ---- applications

  void begin_something() {
    if (chance(12)) open_one();
    if (chance(60)) cancel_one(client_);
    if (chance(120)) cancel_one(server_);
    if (chance(900)) server_.session.announce_shutdown(server_.transport);
    if (chance(1'500)) server_.session.shutdown(server_.transport);
    if (chance(3'000)) client_.session.shutdown(client_.transport);
  }

  void go_on_all() {
    for (auto* const end : {&client_, &server_})
      for (auto& [index, one] : told_at(*end)) go_on(*end, index, one);
  }

  void open_one() {
    auto const index = at_client_.size();
    if (index == 40) return;
    auto const path = "/" + std::to_string(index);
    auto const word = "word-" + std::to_string(below(6));
    auto const name = "x-" + word;
    h3::field const fields[] = {{":method", "POST", false},
                                {":scheme", "https", false},
                                {":authority", "a.test", false},
                                {":path", path, false},
                                {name, word, false}};
    bool const short_one = chance(3);
    auto const id = client_.session.open(client_.transport, fields, short_one);
    if (!id) return;
    REQUIRE(id->index() == index);
    auto& one = at_client_[index];
    one.said = short_one;
    if (!short_one) one.to_say = content_of(role::client, index, below(400));
    asked_[index] = one.to_say;
  }

  /// Says a bit more of its message, when it has begun.
  void go_on(bench& end, std::uint64_t index, told& one) {
    if (one.over || one.failed || one.cancelled || one.said) return;
    auto const id = bench::request(index);
    if (&end == &server_ && !one.answered) {
      if (one.heads == 0 || !chance(20)) return;
      one.answered = true;
      one.to_say = content_of(role::server, index, below(400));
      replied_[index] = one.to_say;
      auto const number = std::to_string(index);
      h3::field const fields[] = {{":status", "200", false}, {"x-number", number, false}};
      if (!end.session.respond(end.transport, id, fields, false)) one.said = true;
      return;
    }
    if (!chance(4)) return;
    auto const piece = one.to_say.substr(0, 1 + below(200));
    if (!piece.empty()) {
      auto const took = end.session.write(end.transport, id, text(piece));
      if (!took) return;  // the peer wants no more
      one.to_say.erase(0, *took);
    }
    if (one.to_say.empty()) one.said = end.session.finish(end.transport, id).has_value();
  }

  void cancel_one(bench& end) {
    auto& all = told_at(end);
    if (all.empty()) return;
    auto const at = std::next(all.begin(), static_cast<std::ptrdiff_t>(below(all.size())));
    if (at->second.over || at->second.cancelled) return;
    at->second.cancelled = true;
    end.session.cancel(end.transport, bench::request(at->first));
  }

  void take_events(bench& end) {
    using kind = h3::session_event::kind;
    while (auto const event = end.session.next_event(end.transport)) {
      if (event->what == kind::goaway) ++goaways;
      if (event->what == kind::settings || event->what == kind::goaway || event->what == kind::requests_available)
        continue;
      take_event(end, *event, told_at(end)[event->id.index()]);
    }
  }

  void take_event(bench& end, h3::session_event const& event, told& one) {
    using kind = h3::session_event::kind;
    CHECK_FALSE(one.over);
    CHECK((event.what == kind::over || !one.failed));
    switch (event.what) {
      case kind::head:
        CHECK(++one.heads == 1);
        if (&end == &server_) CHECK(end.session.head(event.id)->path == "/" + std::to_string(event.id.index()));
        break;
      case kind::content:
        for (auto view = end.session.peek(end.transport, event.id); !view.empty();
             view = end.session.peek(end.transport, event.id)) {
          one.content += as_text(view);
          end.session.consume(end.transport, event.id, view.size());
        }
        break;
      case kind::end: CHECK(++one.ends == 1); break;
      case kind::failed: one.failed = event.code; break;
      case kind::over: one.over = true; break;
      default: break;
    }
  }

  // ---- the way between them

  struct carried {
    std::size_t bytes = 0;
    bool ended = false;    ///< the end or a reset was told
    bool stopped = false;  ///< that the receiver does not want it
  };

  bool deliver_something() {
    auto& from = chance(2) ? client_ : server_;
    auto& to = peer_of(from);
    std::vector<stream_id> ready;
    for (auto const& [id, one] : from.transport.streams) {
      auto const& done = carried_[{&from, id}];
      if (!done.ended && (one.reset || one.finished || done.bytes < one.out.size())) ready.push_back(id);
    }
    std::vector<stream_id> unwanted;
    for (auto const& [id, one] : to.transport.streams)
      if (one.stopped && !carried_[{&from, id}].stopped) unwanted.push_back(id);
    if (!unwanted.empty() && chance(3)) {
      tell_stopped(from, unwanted[below(unwanted.size())], to);
      return true;
    }
    if (ready.empty()) return !unwanted.empty();
    carry(from, to, ready[below(ready.size())]);
    return true;
  }

  void tell_stopped(bench& from, stream_id id, bench& to) {
    auto& done = carried_[{&from, id}];
    done.stopped = true;
    if (done.ended) return;  // all has arrived
    from.stop(id, *to.transport.streams.at(id).stopped);
    take_events(from);
  }

  void carry(bench& from, bench& to, stream_id id) {
    auto& one = from.transport.streams.at(id);
    auto& done = carried_[{&from, id}];
    if (one.reset) {
      done.ended = true;
      to.reset(id, *one.reset);
    } else {
      auto const size = std::min(one.out.size() - done.bytes, 1 + below(120));
      auto const begin = one.out.begin() + static_cast<std::ptrdiff_t>(done.bytes);
      bytes const piece{begin, begin + static_cast<std::ptrdiff_t>(size)};
      done.bytes += size;
      done.ended = one.finished && done.bytes == one.out.size();
      to.receive(id, piece, done.ended);
    }
    take_events(to);
    if (done.ended) from.acknowledge(id);
    take_events(from);
    for (auto* const end : {&client_, &server_}) check_open(*end);
  }

  // ---- what is looked at

  /// RFC 9114 6.2.1, RFC 9204 4.2: critical streams are never closed.
  static void check_open(bench& end) {
    for (std::uint64_t i = 0; i < 3; ++i) {
      auto const& one = end.at({end.transport.who, stream_direction::unidirectional, i});
      CHECK_FALSE(one.finished);
      CHECK_FALSE(one.reset);
    }
    // No word of either end is against the rules.
    if (end.transport.closed) CHECK(end.transport.closed->first == 0x100);
  }

  /// RFC 9114 6.2.1, 7.2.4, 5.2: SETTINGS first and once; what GOAWAY says does not rise.
  static void check_critical(bench& end) {
    auto const& control = end.at({end.transport.who, stream_direction::unidirectional, 0}).out;
    REQUIRE(control.size() > 1);
    CHECK(control[0] == 0);
    byte_view view = byte_view{control}.subspan(1);
    h3::frame_reader reader;
    std::optional<std::uint64_t> last;
    for (std::size_t count = 0; !view.empty(); ++count) {
      auto const header = reader.read_header(view);
      REQUIRE(header);
      CHECK((header->type == 4) == (count == 0));
      auto const payload = reader.payload_of(view);
      if (header->type == 7) {
        auto const id = byte_reader{payload}.varint();
        REQUIRE(id);
        CHECK((!last || *id <= *last));
        last = *id;
      }
      reader.took(payload.size());
      view = view.subspan(payload.size());
    }
  }

  void check_fates() {
    for (auto const& [index, one] : at_client_) {
      INFO("request " << index);
      auto const found = at_server_.find(index);
      bool const known = found != at_server_.end() && found->second.heads > 0;
      // RFC 9114 4.1.1: who is told so may ask elsewhere.
      if (one.failed == rejected) {
        CHECK_FALSE(known);
        ++refused;
        continue;
      }
      if (known) CHECK(asked_[index].starts_with(found->second.content));
      CHECK(replied_[index].starts_with(one.content));
      bool const undisturbed = !one.cancelled && (!known || !found->second.cancelled);
      if (!undisturbed) ++cancelled;
      if (!undisturbed || (closed() && one.ends == 0)) continue;
      REQUIRE(known);
      CHECK(one.ends == 1);
      CHECK(one.content == replied_[index]);
      CHECK(found->second.content == asked_[index]);
      ++answered;
    }
    if (closed()) return;
    CHECK(client_.session.open_exchanges() == 0);
    CHECK(server_.session.open_exchanges() == 0);
  }

  std::mt19937 random_;
  bench client_;
  bench server_;
  std::map<std::uint64_t, told> at_client_;
  std::map<std::uint64_t, told> at_server_;
  std::map<std::uint64_t, std::string> asked_;
  std::map<std::uint64_t, std::string> replied_;
  std::map<std::pair<bench const*, stream_id>, carried> carried_;
};

}  // namespace

TEST_CASE("INV-28: two sessions keep to HTTP/3's rules however their streams are delayed", "[http3][rfc9114]") {
  unsigned refused = 0;
  unsigned answered = 0;
  unsigned cancelled = 0;
  unsigned goaways = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    couple both{seed};
    both.go();
    refused += both.refused;
    answered += both.answered;
    cancelled += both.cancelled;
    goaways += both.goaways;
  }
  CHECK(answered > 1'000);
  CHECK(cancelled > 100);
  CHECK(goaways > 50);
  CHECK(refused > 10);
}
