// SPDX-License-Identifier: BSL-1.0
// Endpoints whose handshakes are worked on by other threads.
#include "tls_couple.hpp"

#include <quoin/crypto/worker_pool.hpp>

#include <deque>
#include <mutex>
#include <thread>

using namespace quoin;
using namespace quoin::testing;

namespace {

/// Lets jobs through, or keeps them until they are let go.
class gate {
 public:
  bool post(std::function<void()> job) {
    {
      std::scoped_lock const lock{mutex_};
      if (!open_) {
        kept_.push_back(std::move(job));
        return true;
      }
    }
    job();
    return true;
  }
  void close() {
    std::scoped_lock const lock{mutex_};
    open_ = false;
  }
  std::deque<std::function<void()>> take() {
    std::scoped_lock const lock{mutex_};
    return std::exchange(kept_, {});
  }
  [[nodiscard]] std::size_t kept() {
    std::scoped_lock const lock{mutex_};
    return kept_.size();
  }

 private:
  std::mutex mutex_;
  std::deque<std::function<void()>> kept_;
  bool open_ = true;
};

}  // namespace

TEST_CASE("while a handshake waits for another thread the others go on", "[endpoint][suspension]") {
  auto const jobs = std::make_shared<gate>();
  auto settings = tls_settings();
  settings.executor = post_to(jobs);
  couple both{settings};
  auto& early = both.connect();
  REQUIRE(both.turn_until([&] { return both.at_client.connected == 1 && both.at_server.connected == 1; }));

  jobs->close();
  auto& late = both.connect();
  REQUIRE(both.turn_until([&] { return jobs->kept() == 1; }));
  both.say(early, "going on");
  REQUIRE(both.turn_until([&] { return both.at_client.heard == 8; }));
  CHECK_FALSE(late.connected());
  CHECK(late.tls()->peer() == nullptr);

  // The job's end wakes the server, which would sleep until it gave the handshake up.
  auto kept = jobs->take();
  std::jthread worker{[&] { kept.front()(); }};
  both.server->turn(both.at_server, 60s);
  REQUIRE(both.turn_until([&] { return both.at_client.connected == 2; }));
  CHECK(late.connected());
  CHECK(late.tls()->peer() != nullptr);
  both.say(late, "too");
  CHECK(both.turn_until([&] { return both.at_client.heard == 11; }));
}

TEST_CASE("a connection may end while its handshake is worked on", "[endpoint][suspension][cve_class_work_under_way]") {
  auto const jobs = std::make_shared<gate>();
  auto settings = tls_settings();
  settings.executor = post_to(jobs);
  couple both{settings};
  jobs->close();
  auto& given_up = both.connect();
  REQUIRE(both.turn_until([&] { return jobs->kept() == 1; }));
  SECTION("by its peer") {
    given_up.close(0, "never mind", both.client->now());
    both.client->touch(given_up);
    CHECK(both.turn_until([&] { return both.at_server.closed == 1; }));
    CHECK(both.turn_until([&] { return both.server->connection_count() == 0; }));
    jobs->take().front()();
    both.server->turn(both.at_server, 0ms);
  }
  SECTION("by ourselves, and another takes its place") {
    both.server->for_each_connection([&](connection_type& each) {
      each.close(7, "never mind", both.server->now());
      both.server->touch(each);
    });
    CHECK(both.turn_until([&] { return both.server->connection_count() == 0; }));
    auto const old = jobs->take();
    both.connect();
    REQUIRE(both.turn_until([&] { return jobs->kept() == 1; }));
    old.front()();
    both.server->turn(both.at_server, 0ms);
    jobs->take().front()();
    CHECK(both.turn_until([&] { return both.at_server.connected == 1; }));
  }
  SECTION("with its endpoint") {
    both.server.reset();
    jobs->take().front()();
  }
}

TEST_CASE("early arrivals wait for keys that another thread makes", "[endpoint][suspension]") {
  auto const jobs = std::make_shared<gate>();
  auto settings = tls_settings();
  settings.executor = post_to(jobs);
  settings.sessions.early_data = true;
  settings.sessions.replay = [](early_data_claim const&) { return true; };
  couple both{settings};
  both.connect();
  REQUIRE(both.turn_until([&] { return both.sessions() > 0; }));

  jobs->close();
  auto& again = both.client->connect(both.server->local_address(), "server.test", {.resume = true, .early_data = true});
  auto const id = again.early().open(stream_direction::bidirectional);
  REQUIRE(id);
  REQUIRE(again.early().write(*id, replay_safe{as_bytes("early")}));
  REQUIRE(again.early().finish(*id));
  both.client->touch(again);
  REQUIRE(both.turn_until([&] { return jobs->kept() == 1; }));
  CHECK(both.at_server.heard == 0);
  jobs->take().front()();
  REQUIRE(both.turn_until([&] { return both.at_client.heard == 5; }));
  CHECK(again.early_data() == early_data_status::accepted);
}

TEST_CASE("pools on both sides carry many handshakes with client certificates", "[endpoint][suspension][threads]") {
  auto server = tls_settings();
  server.client_auth = client_authentication::require;
  server.executor = post_to(std::make_shared<worker_pool>(2, 4));
  server.remembered_chains = 0;
  auto client = tls_settings();
  client.executor = post_to(std::make_shared<worker_pool>(2, 4));
  client.remembered_chains = 0;
  couple both{server, client};
  constexpr std::size_t count = 30;
  std::vector<connection_type*> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(&both.connect());
  REQUIRE(both.turn_until([&] { return both.at_client.connected == count && both.at_server.connected == count; }));
  for (auto* const each : all) both.say(*each, "hello");
  CHECK(both.turn_until([&] { return both.at_client.heard == 5 * count; }));
  both.server->for_each_connection([&](connection_type& each) {
    REQUIRE(each.tls());
    REQUIRE(each.tls()->peer());
    CHECK(each.tls()->peer()->chain.size() == 1);
  });
}

TEST_CASE("endpoints and pools may go while work is under way", "[endpoint][suspension][threads]") {
  for (auto turns = 0; turns < 12; ++turns) {
    auto settings = tls_settings();
    settings.client_auth = client_authentication::request;
    settings.remembered_chains = 0;
    settings.executor = post_to(std::make_shared<worker_pool>(2));
    couple both{settings, settings};
    settings = {};  // now the endpoints' configurations keep the pool, and the jobs keep those
    for (auto i = 0; i < 4; ++i) both.connect();
    for (auto i = 0; i < turns; ++i) {
      both.client->turn(both.at_client, 1ms);
      both.server->turn(both.at_server, 1ms);
    }
  }
}
