// SPDX-License-Identifier: BSL-1.0
// What comes of datagrams that reach the wrong one of a server's workers, in each phase of a connection: by addresses
// when the kernel has no program, by a balancer that was changed, or because a client made its ID up.
#include <quoin/cid/quic_lb.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <optional>
#include <vector>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

struct worker_stack : test_stack {
  using cid_format = quic_lb_plain<quic_lb_layout{1, 6}>;
};

using worker = endpoint<worker_stack>;
using datagrams = std::vector<std::vector<std::uint8_t>>;

/// An application that reads everything.
struct listening {
  using connection_type = connection<worker_stack>;
  connection_type* current = nullptr;
  bool confirmed = false;
  std::size_t received = 0;
  std::optional<close_info> closed;
  instant now;

  void on_event(connection_type& from, connection_event const& event) {
    current = &from;
    if (event.what == connection_event::kind::confirmed) confirmed = true;
    if (event.what == connection_event::kind::closed) {
      closed = from.close_reason();
      current = nullptr;
    }
    std::array<std::uint8_t, 2048> room;
    if (event.what != connection_event::kind::stream_readable) return;
    for (auto got = from.read(event.id, room, now); got && got->size > 0; got = from.read(event.id, room, now))
      received += got->size;
  }
};

/// How the wrong worker meets strangers.
enum class mood : std::uint8_t { open, wants_retry, leaves };

/// A client and two workers with one address and one secret; datagrams are carried by hand.
class two_workers {
 public:
  explicit two_workers(mood others_mood = mood::open) {
    client_.emplace(config(0, false), manual_clock{now_}, seeded_entropy{1});
    for (std::uint8_t number = 0; number < 2; ++number) {
      auto settings = config(number, true);
      settings.require_retry = number == 1 && others_mood == mood::wants_retry;
      workers_[number].emplace(std::move(settings), manual_clock{now_}, seeded_entropy{std::uint64_t{2} + number});
    }
    if (others_mood == mood::leaves) other().shutdown(1h);
  }

  worker& owner() { return *workers_[0]; }
  worker& other() { return *workers_[1]; }

  void connect() { told.current = &client_->connect(server_address, "server.test"); }
  /// A NAT gives the client another port.
  void rebind() { ++seen_as_.port; }
  void wait(duration span) { now_ += span; }
  [[nodiscard]] instant now() const { return now_; }

  /// All that the client wants to send now.
  datagrams client_says() { return serve(*client_, told); }
  /// What a worker answers.
  datagrams give(std::size_t number, datagrams const& all) {
    for (auto const& one : all) workers_[number]->io().deliver({server_address, seen_as_}, one, 0, ecn::not_ect);
    return serve(*workers_[number], workers_told[number]);
  }
  void hear(datagrams const& all) {
    for (auto const& one : all) client_->io().deliver({client_address, server_address}, one, 0, ecn::not_ect);
  }

  /// Carries datagrams between the client and one worker; the rest of the world is silent.
  bool run_until(std::function<bool()> const& reached, std::size_t with = 0, duration patience = 20s) {
    for (auto const until = now_ + patience; now_ < until && !reached(); now_ += 1ms) hear(give(with, client_says()));
    return reached();
  }
  bool establish(std::size_t with = 0) {
    return run_until([&] { return told.confirmed && workers_told[with].confirmed; }, with);
  }

  /// Writes on a new stream of the client's.
  void write(std::size_t size) {
    auto const id = told.current->open(stream_direction::unidirectional);
    REQUIRE(id);
    std::vector<std::uint8_t> const data(size, 7);
    auto const taken = told.current->write(*id, data);
    REQUIRE(taken);
    REQUIRE(*taken == size);
    client_->touch(*told.current);
  }
  /// What the client writes arrives.
  bool transfer(std::size_t size, std::size_t with = 0) {
    auto const target = workers_told[with].received + size;
    write(size);
    return run_until([&] { return workers_told[with].received >= target; }, with);
  }
  void close(std::size_t at_worker) {
    auto* const ended = workers_told[at_worker].current;
    REQUIRE(ended != nullptr);
    ended->close(7, "enough", now_);
    workers_[at_worker]->touch(*ended);
  }
  void ping() {
    told.current->ping();
    client_->touch(*told.current);
  }
  void close_client() {
    told.current->close(7, "enough", now_);
    client_->touch(*told.current);
  }

  listening told;
  std::array<listening, 2> workers_told;

 private:
  static constexpr auto client_address = socket_address::v4(192, 0, 2, 1, 1111);
  static constexpr auto server_address = socket_address::v4(192, 0, 2, 2, 4433);

  static worker::config config(std::uint8_t number, bool is_server) {
    worker::config made;
    auto crypto = std::make_shared<null_handshake::config>();
    crypto->alpn = {"test"};
    made.crypto = crypto;
    made.io.bind = is_server ? server_address : client_address;
    made.accept = is_server;
    made.secret.fill(9);
    if (is_server) made.cid = {0, {number}};
    return made;
  }

  datagrams serve(worker& end, listening& handler) {
    end.clock().set(now_);
    handler.now = now_;
    end.service(handler);
    datagrams all;
    for (auto const& train : end.io().take_sent())
      for (auto rest = train.bytes; !rest.empty();) {
        auto const one = rest.first(std::min(rest.size(), train.segment_size == 0 ? rest.size() : train.segment_size));
        all.emplace_back(one.begin(), one.end());
        rest = rest.subspan(one.size());
      }
    return all;
  }

  instant now_{100s};
  socket_address seen_as_ = client_address;
  std::optional<worker> client_;
  std::array<std::optional<worker>, 2> workers_;
};

bool begins_initial(std::vector<std::uint8_t> const& datagram) {
  auto const header = wire::read_long_header(datagram);
  return header && header->kind == event::packet_kind::initial;
}

/// A moment of a connection that the owner has: what the client says then goes astray.
struct phase {
  char const* name;
  datagrams (*reach)(two_workers&);
};

constexpr phase phases[] = {
    {"the second flight, with an Initial",
     [](two_workers& at) {
       at.connect();
       at.hear(at.give(0, at.client_says()));
       auto said = at.client_says();
       REQUIRE(begins_initial(said.front()));
       return said;
     }},
    {"Handshake packets",
     [](two_workers& at) {
       at.connect();
       at.hear(at.give(0, at.client_says()));
       static_cast<void>(at.client_says());  // lost, and Initial keys are gone with it
       datagrams said;
       for (int i = 0; i < 3'000 && said.empty(); ++i) {
         at.wait(1ms);
         said = at.client_says();
       }
       auto const header = wire::read_long_header(said.at(0));
       REQUIRE(header);
       REQUIRE(header->kind == event::packet_kind::handshake);
       return said;
     }},
    {"1-RTT packets",
     [](two_workers& at) {
       at.connect();
       REQUIRE(at.establish());
       REQUIRE(at.transfer(1'000));
       at.write(5'000);
       return at.client_says();
     }},
    {"1-RTT packets from another port",
     [](two_workers& at) {
       at.connect();
       REQUIRE(at.establish());
       at.rebind();
       REQUIRE(at.transfer(1'000));
       at.wait(1s);
       at.write(5'000);
       return at.client_says();
     }},
    {"1-RTT packets with another connection ID",
     [](two_workers& at) {
       at.connect();
       REQUIRE(at.establish());
       REQUIRE(at.transfer(1'000));
       REQUIRE(at.told.current->rotate_connection_id());
       at.write(5'000);
       return at.client_says();
     }},
};

}  // namespace

TEST_CASE("a packet of a living connection at the wrong worker leaves nothing there and harms nobody",
          "[endpoint][group][cve_class_reset_of_a_living_connection]") {
  for (auto const others_mood : {mood::open, mood::wants_retry, mood::leaves})
    for (auto const& each : phases)
      for (bool const is_lost : {false, true}) {
        CAPTURE(index_of(others_mood), each.name, is_lost);
        two_workers at{others_mood};
        auto const astray = each.reach(at);
        REQUIRE_FALSE(astray.empty());
        auto const answers = at.give(1, astray);
        CHECK(at.other().connection_count() == 0);
        // Only an Initial may be a stranger's, who is asked to prove his address; others are turned away when their
        // packets can be opened, which this one cannot.
        bool const asked = others_mood == mood::wants_retry && begins_initial(astray.front());
        CHECK(answers.size() == (asked ? 1 : 0));
        at.hear(answers);
        if (!is_lost) at.hear(at.give(0, astray));
        REQUIRE(at.establish());
        REQUIRE(at.transfer(3'000));
        CHECK_FALSE(at.told.closed);
        CHECK(at.owner().connection_count() == 1);
        CHECK(at.other().connection_count() == 0);
      }
}

TEST_CASE("the end of a connection at the wrong worker is none, and its peer hears of it later", "[endpoint][group]") {
  for (bool const is_lost : {false, true}) {
    CAPTURE(is_lost);
    two_workers at;
    at.connect();
    REQUIRE(at.establish());
    at.close_client();
    auto const astray = at.client_says();
    REQUIRE(astray.size() == 1);
    CHECK(at.give(1, astray).empty());
    CHECK_FALSE(at.workers_told[0].closed);
    if (!is_lost) {
      static_cast<void>(at.give(0, astray));
    } else {
      // A closing end says it again to whatever comes.
      at.workers_told[0].current->ping();
      at.owner().touch(*at.workers_told[0].current);
    }
    REQUIRE(at.run_until([&] { return at.workers_told[0].closed.has_value(); }));
    CHECK(at.workers_told[0].closed->code == 7);
    CHECK(at.other().connection_count() == 0);
  }
}

TEST_CASE("what a client says to a worker that has closed is not answered by another", "[endpoint][group]") {
  two_workers at;
  at.connect();
  REQUIRE(at.establish());
  at.close(0);
  static_cast<void>(at.give(0, {}));  // its word is lost
  at.write(1'000);
  auto const astray = at.client_says();
  REQUIRE_FALSE(astray.empty());
  CHECK(at.give(1, astray).empty());
  CHECK_FALSE(at.told.closed);
  // The one that has closed says so again.
  at.hear(at.give(0, astray));
  REQUIRE(at.run_until([&] { return at.told.closed.has_value(); }));
  CHECK(at.told.closed->code == 7);
  CHECK(at.told.closed->origin == event::close_origin::peer);
  CHECK(at.other().connection_count() == 0);
}

TEST_CASE("of two workers that have a client's first flight the one is its server that it hears first",
          "[endpoint][group]") {
  for (std::size_t const first : {0U, 1U}) {
    CAPTURE(first);
    two_workers at;
    at.connect();
    auto const flight = at.client_says();
    auto const answers = std::array{at.give(0, flight), at.give(1, flight)};
    CHECK(at.owner().connection_count() == 1);
    CHECK(at.other().connection_count() == 1);
    at.hear(answers[first]);
    auto const reply = at.client_says();
    at.hear(answers[1 - first]);
    at.hear(at.give(first, reply));
    REQUIRE(at.establish(first));
    REQUIRE(at.transfer(3'000, first));
    CHECK_FALSE(at.told.closed);
    // The other waits for a client that never comes, and forgets it (RFC 9000 10.1).
    for (int i = 0; i < 40; ++i) {
      at.wait(1s);
      at.hear(at.give(1 - first, {}));
      at.ping();
      at.hear(at.give(first, at.client_says()));
    }
    CHECK((first == 0 ? at.other() : at.owner()).connection_count() == 0);
    REQUIRE(at.transfer(3'000, first));
    CHECK_FALSE(at.told.closed);
  }
}

TEST_CASE("a token that one worker gave with a Retry is good at the other", "[endpoint][group]") {
  two_workers at{mood::wants_retry};
  at.connect();
  auto const retry = at.give(1, at.client_says());
  REQUIRE(retry.size() == 1);
  CHECK(at.other().connection_count() == 0);
  at.hear(retry);
  // What follows the Retry is led to the first one.
  REQUIRE(at.establish(0));
  REQUIRE(at.transfer(3'000));
  CHECK(at.told.current->retried());
}

TEST_CASE("a client whose first flight reaches a worker that leaves is refused", "[endpoint][group]") {
  two_workers at{mood::leaves};
  at.connect();
  auto const refusal = at.give(1, at.client_says());
  REQUIRE(refusal.size() == 1);
  at.hear(refusal);
  static_cast<void>(at.client_says());
  REQUIRE(at.told.closed);
  CHECK(at.told.closed->code == static_cast<std::uint64_t>(error_code::connection_refused));
  CHECK(at.other().connection_count() == 0);
}
