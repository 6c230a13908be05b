// SPDX-License-Identifier: BSL-1.0
// Connection IDs that are issued, retired and reused against the rules, and stateless resets that are none.
#include "outcome.hpp"

#include <algorithm>
#include <array>
#include <set>

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

constexpr auto violation = error_code::protocol_violation;

struct row {
  char const* name;
  std::vector<bytes> packets;
  error_code code;
  std::uint64_t frame_type;
};

/// The token that the hostile server gives for its first ID.
bytes first_token() {
  return {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
}

bytes short_datagram(hostile_peer const& peer, std::size_t size, bytes const& token) {
  bytes datagram{0x5a};
  datagram.insert(datagram.end(), peer.victim_id().view().begin(), peer.victim_id().view().end());
  datagram.resize(size - token.size(), 0x77);
  return datagram + token;
}

/// A victim that uses an ID whose token it knows, and has another to go over to. A client has the token of the
/// handshake; a server that of an ID that its client issued.
struct with_token : scene {
  explicit with_token(role peer_role) : scene{peer_role} {
    for (std::uint8_t n = 1; n < 4; ++n)
      peer.send(encryption_level::one_rtt, new_id(n, 0, n, static_cast<std::uint8_t>(0x60 + n)));
    peer.absorb();
    if (peer_role == role::server) return;
    use_next();
    used = repeated(16, 0x61);
    next = repeated(16, 0x62);
  }

  /// The victim retires its ID and uses the next.
  void use_next() {
    REQUIRE(peer.victim->rotate_connection_id());
    peer.absorb();
  }

  bytes used = first_token();
  bytes next = repeated(16, 0x61);
};

}  // namespace

TEST_CASE("connection IDs issued against the rules end the connection",
          "[bad_input][rfc9000][cve_class_owed_retirements]") {
  std::vector<bytes> too_many;
  for (std::uint8_t i = 1; i <= limits::peer_connection_ids; ++i) too_many.push_back(new_id(i, 0, i, i));
  std::vector<bytes> rising;
  for (std::uint8_t i = 1; i < 60; ++i) rising.push_back(new_id(i, i, i, i));
  for (auto const sender : both_roles)
    for (auto const& r : std::vector<row>{
             {"more than we store", too_many, error_code::connection_id_limit_error, 0x18},
             {"one ID, two numbers", {new_id(1, 0, 5, 1), new_id(2, 0, 5, 2)}, violation, 0x18},
             {"one number, two IDs", {new_id(1, 0, 5, 1), new_id(1, 0, 6, 1)}, violation, 0x18},
             {"one number, two tokens", {new_id(1, 0, 5, 1), new_id(1, 0, 5, 2)}, violation, 0x18},
             {"one token, two IDs", {new_id(1, 0, 5, 1), new_id(2, 0, 6, 1)}, violation, 0x18},
             {"one token, two IDs, in one packet", {new_id(1, 0, 5, 1) + new_id(2, 0, 6, 1)}, violation, 0x18},
             {"the handshake's ID under another number", {new_id(1, 0, 0xbb, 1)}, violation, 0x18},
             {"retired without end", rising, error_code::connection_id_limit_error, 0x18},
             {"a retirement of what was never issued", {numbers({0x19, 77})}, violation, 0x19},
             {"a retirement of the largest number", {numbers({0x19, varint_max})}, violation, 0x19},
             {"a retirement of the ID that carries it", {numbers({0x19, 0})}, violation, 0x19},
         }) {
      CAPTURE(name_of_role(sender), r.name);
      scene at(sender);
      // The victim's RETIRE_CONNECTION_ID frames are never acknowledged.
      for (auto const& payload : r.packets)
        if (!at.peer.victim->closing()) at.peer.send(one_rtt, payload);
      at.check_closed(r.code, r.frame_type);
    }
}

TEST_CASE("a peer without a connection ID cannot issue any", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, {.zero_length_id = true});
    at.peer.send(one_rtt, new_id(1, 0, 5, 1));
    at.check_closed(violation, 0x18);
  }
}

TEST_CASE("repeated and outdated frames about connection IDs are ignored",
          "[bad_input][rfc9000][cve_class_repeated_connection_id]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto& peer = at.peer;
    for (int i = 0; i < 50; ++i) peer.send(one_rtt, new_id(3, 2, 5, 5));
    peer.absorb();
    CHECK(peer.retired_ids == std::vector<std::uint64_t>{0});
    // Issued under a number that is given up already: retired at once, once.
    for (int i = 0; i < 50; ++i) peer.send(one_rtt, new_id(1, 0, 6, 6));
    peer.absorb();
    CHECK(peer.retired_ids == std::vector<std::uint64_t>{0, 1});
    // A lower Retire Prior To takes nothing back.
    peer.send(one_rtt, new_id(4, 1, 7, 7));
    peer.absorb();
    CHECK(peer.retired_ids.size() == 2);
    at.check_ignored(false);
  }
}

TEST_CASE("when all IDs but the newest are taken away the newest is used",
          "[bad_input][rfc9000][cve_class_no_legal_connection_id]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    at.peer.send(one_rtt, new_id(1, 0, 1, 1) + new_id(2, 0, 2, 2) + new_id(3, 3, 3, 3));
    CHECK(at.peer.absorb() < 5);
    std::sort(at.peer.retired_ids.begin(), at.peer.retired_ids.end());
    CHECK(at.peer.retired_ids == std::vector<std::uint64_t>{0, 1, 2});
    at.check_ignored(false);
  }
}

TEST_CASE("a retirement that comes twice is ignored", "[bad_input][rfc9000][cve_class_repeated_retirement]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    REQUIRE_FALSE(at.peer.issued_ids.empty());
    auto const sequence = at.peer.issued_ids.front().sequence;
    auto const issued = at.peer.issued_ids.size();
    for (int i = 0; i < 30; ++i) at.peer.send(one_rtt, numbers({0x19, sequence}));
    at.peer.absorb();
    CHECK(at.peer.issued_ids.size() == issued + 1);
    at.check_ignored(false);
  }
}

TEST_CASE("a storm of retirements is answered ID for ID and holds nothing", "[bad_input][limits]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto& peer = at.peer;
    for (std::size_t next = 0; next < 500; ++next) {
      REQUIRE(next < peer.issued_ids.size());
      peer.send(one_rtt, numbers({0x19, peer.issued_ids[next].sequence}));
      peer.acknowledge(one_rtt);
      peer.pass(std::chrono::milliseconds{20});
    }
    std::size_t active = 0;
    peer.victim->for_each_connection_id([&](connection_id const&) { ++active; });
    CHECK(active <= limits::issued_connection_ids);
    // One token for each ID, nothing that an ID has in common with all others, and nothing that is asked to be retired
    // before it is there.
    std::set<bytes> ids;
    std::set<stateless_reset_token> tokens;
    std::array<std::set<std::uint8_t>, 4> at_place;
    for (auto const& each : peer.issued_ids) {
      auto const id = each.id.view();
      ids.insert({id.begin(), id.end()});
      tokens.insert(each.token);
      for (std::size_t place = 0; place < at_place.size(); ++place) at_place[place].insert(id[place]);
      CHECK(each.retire_prior_to <= each.sequence);
    }
    CHECK(ids.size() == peer.issued_ids.size());
    CHECK(tokens.size() == peer.issued_ids.size());
    for (auto const& seen : at_place) CHECK(seen.size() > 100);
    at.check_ignored(false);
  }
}

TEST_CASE("a stateless reset is recognised by its last bytes and ends in silence", "[bad_input][rfc9000]") {
  using maker = std::function<bytes(with_token&)>;
  for (auto const sender : both_roles)
    for (auto const& datagram_of :
         {maker{[](with_token& at) { return short_datagram(at.peer, 42, at.used); }},
          maker{[](with_token& at) { return short_datagram(at.peer, 21, at.used); }},
          maker{[](with_token& at) { return bytes{0xe0} + repeated(80, 0x31) + at.used; }},
          maker{[](with_token& at) { return bytes{0x00} + repeated(40, 0x31) + at.used; }},
          maker{[](with_token& at) { return at.use_next(), short_datagram(at.peer, 42, at.next); }}}) {
      CAPTURE(name_of_role(sender));
      with_token at(sender);
      at.peer.deliver(datagram_of(at));
      CHECK(at.peer.absorb() == 0);
      REQUIRE(at.peer.victim->close_reason());
      CHECK(at.peer.victim->close_reason()->origin == event::close_origin::stateless_reset);
      at.check_data_kept();
      at.peer.send(one_rtt, ping);
      CHECK(at.peer.absorb() == 0);
      at.peer.pass(std::chrono::seconds{30});
      CHECK(at.peer.victim->closed());
    }
}

TEST_CASE("what only looks like a stateless reset is ignored", "[bad_input][rfc9000][cve_class_zero_reset_token]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    with_token at(sender);
    auto& peer = at.peer;
    auto const token = at.used;
    peer.deliver(bytes{0x41, 2, 3, 4} + token);                // too short
    peer.deliver(short_datagram(peer, 60, token) + bytes{0});  // not at the end
    peer.deliver(short_datagram(peer, 60, repeated(16, 0)));   // the token of nobody
    peer.deliver(short_datagram(peer, 60, at.next));           // of an ID that is not in use
    for (std::size_t i = 0; i < token.size(); ++i) {
      auto wrong = token;
      wrong[i] ^= 1;
      peer.deliver(short_datagram(peer, 60, wrong));
    }
    CHECK_FALSE(peer.victim->closing());
    // Once its ID is retired, the first token means nothing either.
    at.use_next();
    peer.deliver(short_datagram(peer, 60, token));
    at.check_ignored(false);
    // Nor does the next when the peer takes its ID away.
    peer.send(one_rtt, new_id(7, 7, 7, 0x67));
    peer.absorb();
    peer.deliver(short_datagram(peer, 60, at.next));
    CHECK_FALSE(peer.victim->closing());
    peer.deliver(short_datagram(peer, 60, repeated(16, 0x67)));
    CHECK(peer.victim->closing());
  }
}

TEST_CASE("a server knows no token until its client issues an ID that it uses", "[bad_input][rfc9000]") {
  scene at(role::client);
  at.peer.deliver(short_datagram(at.peer, 60, repeated(16, 0)));
  at.peer.send(one_rtt, new_id(1, 0, 5, 0x61));
  at.peer.deliver(short_datagram(at.peer, 60, repeated(16, 0x61)));
  at.check_ignored(false);
}
