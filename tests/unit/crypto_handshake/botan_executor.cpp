// SPDX-License-Identifier: BSL-1.0
// Handshakes whose signatures and verifications are another thread's work.
#include "../../conformance/resumption.hpp"
#include "botan_support.hpp"

#include <deque>

using namespace quoin;
using namespace quoin::testing;
using tls::alert;

namespace {

/// Keeps jobs until they are run by hand.
struct waiting_jobs {
  bool post(std::function<void()> job) {
    if (full) return false;
    jobs.push_back(std::move(job));
    ++posted;
    return true;
  }
  void run_all() {
    while (!jobs.empty()) {
      auto const job = std::move(jobs.front());
      jobs.pop_front();
      job();
    }
  }

  std::deque<std::function<void()>> jobs;
  unsigned posted = 0;
  bool full = false;
};

struct leaving_pair {
  leaving_pair(botan_settings client, botan_settings server, pair_options const& options = {}) {
    client.executor = post_to(client_jobs);
    server.executor = post_to(server_jobs);
    pair.emplace(made(client), made(server), options);
  }

  leaving_pair(leaving_pair const&) = delete;
  leaving_pair& operator=(leaving_pair const&) = delete;
  /// A job that was never run keeps the configuration, and with it its executor.
  ~leaving_pair() {
    client_jobs->jobs.clear();
    server_jobs->jobs.clear();
  }

  void run() {
    if (pair->begin()) finish();
  }
  void finish() {
    for (bool worked = true; worked;) {
      pair->settle();
      worked = work(pair->client, *client_jobs);
      if (work(pair->server, *server_jobs)) worked = true;
    }
  }

  /// Whether there was any.
  static bool work(party<botan_handshake>& at, waiting_jobs& jobs) {
    if (jobs.jobs.empty()) return false;
    CHECK(at.engine.suspended());
    CHECK_FALSE(at.engine.next());
    CHECK_FALSE(at.engine.complete());
    CHECK(at.engine.resume());  // says nothing while the work is under way
    CHECK(at.engine.suspended());
    jobs.run_all();
    static_cast<void>(at.resume());
    return true;
  }

  std::shared_ptr<waiting_jobs> client_jobs = std::make_shared<waiting_jobs>();
  std::shared_ptr<waiting_jobs> server_jobs = std::make_shared<waiting_jobs>();
  std::optional<botan_pair> pair;
};

botan_settings asking() {
  auto settings = server_settings();
  settings.client_auth = client_authentication::require;
  settings.client_ca_pem = test_authority().pem();
  return settings;
}

botan_settings client_with_certificate() {
  auto settings = client_settings();
  static_cast<tls_identity&>(settings) = as_identity(test_authority().issue("client.example"));
  return settings;
}

}  // namespace

TEST_CASE("a handshake whose work is done elsewhere comes to the same", "[crypto_handshake][suspension]") {
  leaving_pair both{client_with_certificate(), asking()};
  both.run();
  REQUIRE(both.pair->succeeded());
  CHECK(both.client_jobs->posted >= 1);
  CHECK(both.server_jobs->posted >= 2);  // it signs, and verifies the client
  REQUIRE(both.pair->server.engine.peer());
  CHECK(both.pair->client.engine.peer()->subject.find("localhost") != std::string::npos);
  CHECK(both.pair->client.engine.alpn() == "test/1");
  CHECK(both.pair->client.peer_parameters() == byte_vector{5, 6, 7});
  CHECK(both.pair->server.peer_parameters() == byte_vector{1, 2, 3, 4});
  for (auto const level : {encryption_level::handshake, encryption_level::one_rtt})
    CHECK(both.pair->client.secret(level, key_direction::seal) == both.pair->server.secret(level, key_direction::open));
}

TEST_CASE("what arrives in any pieces while work is under way is taken in order", "[crypto_handshake][suspension]") {
  for (std::size_t const chunk : {1U, 7U, 100U, 900U}) {
    leaving_pair both{client_with_certificate(), asking()};
    both.pair->chunk = chunk;
    both.run();
    CHECK(both.pair->succeeded());
  }
}

TEST_CASE("an executor that takes no more leaves the work where it is", "[crypto_handshake][suspension]") {
  leaving_pair both{client_settings(), server_settings()};
  both.client_jobs->full = both.server_jobs->full = true;
  both.run();
  CHECK(both.pair->succeeded());
}

TEST_CASE("errors that are found elsewhere are the same errors", "[crypto_handshake][suspension]") {
  auto const code = [](botan_settings const& client, botan_settings const& server,
                       std::function<void(role, encryption_level, byte_vector&)> tamper = {}) {
    leaving_pair both{client, server};
    both.pair->tamper = std::move(tamper);
    both.run();
    return both.pair->code();
  };
  authority const another;
  CHECK(code(client_settings(), server_settings(another.issue("localhost"))) == tls_code(alert::unknown_ca));
  CHECK(code(client_settings(), asking()) == tls_code(alert::certificate_required));
  auto const other_protocol = [] {
    auto settings = server_settings();
    settings.alpn = {"unheard-of"};
    return settings;
  }();
  CHECK(code(client_settings(), other_protocol) == tls_code(alert::no_application_protocol));
  CHECK(code(client_settings(), server_settings(), [](role, encryption_level, byte_vector& bytes) {
          if (bytes[0] == 15) bytes.back() ^= 1;
        }) == tls_code(alert::decrypt_error));
  CHECK(code(client_settings(), server_settings(), [](role from, encryption_level, byte_vector& bytes) {
          if (from == role::client && bytes[0] == 1) bytes.resize(60), bytes[2] = 0, bytes[3] = 56;
        }) == tls_code(alert::decode_error));
}

TEST_CASE("the connection answers parameters in its own thread", "[crypto_handshake][suspension]") {
  auto answered = 0;
  pair_options options;
  options.answer = [&](byte_view theirs, byte_vector& ours, version&) {
    CHECK(byte_vector(theirs.begin(), theirs.end()) == byte_vector{1, 2, 3, 4});
    ours = {9, 9};
    ++answered;
  };
  leaving_pair both{client_settings(), server_settings(), options};
  REQUIRE(both.pair->begin());
  both.pair->settle();
  CHECK(both.pair->server.engine.suspended());
  CHECK(answered == 1);
  both.finish();
  CHECK(both.pair->succeeded());
  CHECK(answered == 1);
  CHECK(both.pair->client.peer_parameters() == byte_vector{9, 9});
}

TEST_CASE("a HelloRetryRequest, sessions and early data go the same way", "[crypto_handshake][suspension]") {
  auto server = server_settings();
  server.sessions.secrets = {session_secret{7}};
  server.sessions.early_data = true;
  server.sessions.replay = [](early_data_claim const&) { return true; };
  auto retrying = server;
  retrying.groups = retrying.offered_shares = {key_group::secp384r1};
  pair_options options;
  options.now = long_ago;
  options.server_parameters = encoded_parameters(7);
  leaving_pair first{client_settings(), retrying, options};
  first.run();
  REQUIRE(first.pair->succeeded());
  options.session = session_of(*first.pair);
  options.early_data = true;
  leaving_pair second{client_settings(), server, options};
  second.run();
  REQUIRE(second.pair->succeeded());
  CHECK(second.pair->client.find(handshake_output::kind::early_accepted));
  CHECK(second.pair->client.secret(encryption_level::early_data, key_direction::seal) ==
        second.pair->server.secret(encryption_level::early_data, key_direction::open));
  CHECK(second.pair->client.engine.resumed());
}

TEST_CASE("only so much may arrive while work is under way",
          "[crypto_handshake][suspension][rfc9000][cve_class_work_under_way]") {
  leaving_pair both{client_settings(), server_settings()};
  REQUIRE(both.pair->begin());
  both.pair->settle();
  auto& server = both.pair->server;
  REQUIRE(server.engine.suspended());
  byte_vector const most(limits::crypto_buffer - 1, 0);
  CHECK(server.receive(encryption_level::initial, most));
  CHECK(server.receive(encryption_level::initial, byte_vector{0}));
  auto const outcome = server.receive(encryption_level::initial, byte_vector{0});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == error_code::crypto_buffer_exceeded);
}

TEST_CASE("a handshake may end while its work is under way",
          "[crypto_handshake][suspension][cve_class_work_under_way]") {
  leaving_pair both{client_settings(), server_settings()};
  REQUIRE(both.pair->begin());
  both.pair->settle();
  REQUIRE(both.server_jobs->jobs.size() == 1);
  both.pair.reset();
  both.server_jobs->run_all();  // the last owner of all that it needs
  SUCCEED();
}

TEST_CASE("whoever waits is called when the work is done", "[crypto_handshake][suspension]") {
  auto const jobs = std::make_shared<waiting_jobs>();
  auto settings = server_settings();
  settings.executor = post_to(jobs);
  struct counter {
    void add(std::uint32_t number) { sum += number; }
    std::uint32_t sum = 0;
  };
  auto const called = std::make_shared<counter>();
  party<botan_handshake> client{
      made(client_settings()), handshake_start{role::client, "localhost", byte_vector{1}}, {}};
  byte_vector const parameters{2};  // the start only looks at them
  handshake_start start{role::server, {}, parameters};
  start.resumable = shared_signal::to<&counter::add>(called, 5);
  party<botan_handshake> server{made(settings), start, {}};
  REQUIRE(client.begin());
  REQUIRE(server.begin());
  REQUIRE(server.receive(encryption_level::initial, client.sent(encryption_level::initial)));
  CHECK(called->sum == 0);
  jobs->run_all();
  CHECK(called->sum == 5);
  CHECK(server.engine.suspended());  // until it is taken back
  CHECK(server.resume());
  CHECK_FALSE(server.engine.suspended());
  CHECK_FALSE(server.sent(encryption_level::handshake).empty());
}
