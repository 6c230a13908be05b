// SPDX-License-Identifier: BSL-1.0
// Tickets, the keys they are sealed under, and the register of what has been seen.
#include <quoin/crypto/null/sessions.hpp>
#include <quoin/crypto/session/client_session_state.hpp>
#include <quoin/crypto/session/new_session_ticket.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

using bytes = std::vector<std::uint8_t>;
using sealer = ticket_sealer<null_protection>;

constexpr wall_time today{std::chrono::hours{24 * 20'000}};
constexpr std::array<std::uint8_t, 16> random_bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

server_ticket a_ticket() {
  server_ticket ticket;
  ticket.suite = cipher_suite::aes_256_gcm_sha384;
  ticket.psk = bytes(48, 7);
  ticket.age_add = 0xfedcba98;
  ticket.lifetime = 24h;
  ticket.issued = today;
  ticket.began = today - 1h;
  ticket.server_name = "server.test";
  ticket.alpn = "hq";
  ticket.client_auth = 99;
  ticket.client_subject = "CN=client";
  ticket.client_fingerprint = "AB:CD";
  ticket.early_data = true;
  ticket.parameters = {1, 2, 3};
  ticket.context = {4, 5};
  return ticket;
}

client_session_state a_session() {
  client_session_state session;
  session.psk = bytes(32, 9);
  session.age_add = 7;
  session.lifetime = 1h;
  session.received = today;
  session.expires = today + 1h;
  session.early_data = true;
  session.server_name = "server.test";
  session.alpn = "hq";
  session.ticket = {1, 2, 3};
  return session;
}

early_data_claim claim(std::uint8_t number, wall_time now, bytes& room) {
  room.assign(32, number);
  return {room, today, now};
}

}  // namespace

TEST_CASE("a ticket says again what was written into it", "[session]") {
  auto const plain = a_ticket().encode();
  CHECK(server_ticket::decode(plain) == a_ticket());
  for (std::size_t size = 0; size < plain.size(); ++size) CHECK_FALSE(server_ticket::decode(byte_view{plain}.first(size)));
  auto longer = plain;
  longer.push_back(0);
  CHECK_FALSE(server_ticket::decode(longer));
}

TEST_CASE("a sealed ticket opens whole or not at all", "[session]") {
  sealer const keys{{session_secret{1}}, 24h};
  auto const plain = a_ticket().encode();
  auto const sealed = keys.seal(plain, random_bytes, today);
  REQUIRE(keys.open(sealed, today));
  CHECK(*keys.open(sealed, today) == plain);
  for (std::size_t size = 0; size < sealed.size(); ++size) CHECK_FALSE(keys.open(byte_view{sealed}.first(size), today));
  for (std::size_t at = 0; at < sealed.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto flipped = sealed;
      flipped[at] ^= static_cast<std::uint8_t>(1U << bit);
      CHECK_FALSE(keys.open(flipped, today));
    }
  CHECK(keys.seal(bytes(sealer::longest), random_bytes, today).empty());
  CHECK_FALSE(keys.open(bytes(sealer::longest + 1), today));
}

TEST_CASE("the keys of tickets change with the calendar, and servers of a fleet agree on them", "[session]") {
  session_secret const shared{1};
  sealer const ours{{shared}, 1h};
  sealer const theirs{{shared}, 1h};
  auto const sealed = ours.seal(bytes{1, 2, 3}, random_bytes, today);
  CHECK(theirs.open(sealed, today));
  CHECK(theirs.open(sealed, today + 1h));
  CHECK(theirs.open(sealed, today - 1h));
  CHECK_FALSE(theirs.open(sealed, today + 2h));
  CHECK_FALSE(theirs.open(sealed, today - 2h));
  CHECK_FALSE(sealer({session_secret{2}}, 1h).open(sealed, today));
  // A new secret in front seals; the old one still opens.
  sealer const changed{{session_secret{2}, shared}, 1h};
  CHECK(changed.open(sealed, today));
  CHECK_FALSE(ours.open(changed.seal(bytes{1}, random_bytes, today), today));
}

TEST_CASE("a session of a client says again what was written into it", "[session]") {
  auto const written = a_session().encode();
  CHECK(client_session_state::decode(written) == a_session());
  for (std::size_t size = 0; size < written.size(); ++size)
    CHECK_FALSE(client_session_state::decode(byte_view{written}.first(size)));
  auto wrong = a_session();
  SECTION("a key that is not as long as its suite's hash") {
    wrong.psk.pop_back();
  }
  SECTION("no ticket") {
    wrong.ticket.clear();
  }
  SECTION("no protocol") {
    wrong.alpn.clear();
  }
  SECTION("an unknown suite") {
    wrong.suite = static_cast<cipher_suite>(0x1304);
  }
  CHECK_FALSE(client_session_state::decode(wrong.encode()));
  CHECK_FALSE(client_session_state::facts_of(wrong.encode()));
}

TEST_CASE("the age of a ticket is told in milliseconds, and hidden", "[session][rfc8446]") {
  auto session = a_session();
  CHECK(session.obfuscated_age(today + 1234ms) == 1241);
  CHECK(session.obfuscated_age(today - 5ms) == 7);
  session.age_add = 0xffffffff;
  CHECK(session.obfuscated_age(today + 2ms) == 1);
}

TEST_CASE("a strike register admits each claim once, and none when it is full", "[session][rfc8446]") {
  for (std::size_t const capacity : {3U, 4U, 5U}) {
    strike_register known{{1, 2}, today - 1h, capacity};
    bytes room;
    std::size_t admitted = 0;
    for (std::uint8_t number = 0; number < 4; ++number) admitted += known.admit(claim(number, today, room)) ? 1 : 0;
    CHECK(admitted == std::min<std::size_t>(capacity, 4));
    CHECK(known.size() == admitted);
    CHECK_FALSE(known.admit(claim(0, today, room)));
    // As long as a copy may look fresh it is known, and no longer.
    CHECK_FALSE(known.admit(claim(0, today + 20s, room)));
    CHECK(known.admit(claim(0, today + 20s + 1ms, room)));
    CHECK(known.size() == 1);
  }
}

TEST_CASE("a register that has just begun admits no older ticket for a while", "[session][rfc8446]") {
  strike_register known{{1, 2}, today + 1ms};
  bytes room;
  CHECK_FALSE(known.admit(claim(0, today + 2ms, room)));
  CHECK_FALSE(known.admit(claim(0, today + 20s, room)));
  CHECK(known.admit(claim(0, today + 20s + 1ms, room)));
  strike_register watching{{1, 2}, today};
  CHECK(watching.admit(claim(0, today + 2ms, room)));
}

TEST_CASE("a ticket is taken back only on the terms that it was made on", "[session][rfc8446]") {
  session_settings settings;
  settings.secrets = {session_secret{1}};
  auto const issuer = make_null_sessions(settings);
  auto ticket = a_ticket();
  ticket.client_auth = 5;
  session_terms terms{version::v1, "server.test", 5, hash_algorithm::sha384, today + 1h};
  SECTION("these") {
    CHECK(issuer->open(issuer->issue(ticket, {}, random_bytes), terms));
  }
  SECTION("all but one of these") {
    SECTION("version") {
      terms.version = version::v2;
    }
    SECTION("name") {
      terms.server_name = "other.test";
    }
    SECTION("client authentication") {
      terms.client_auth = 0;
    }
    SECTION("hash") {
      terms.hash = hash_algorithm::sha256;
    }
    SECTION("too old") {
      terms.now = today + 24h + 1ms;
    }
    SECTION("from the future") {
      terms.now = today - 11s;
    }
    SECTION("resumed again and again for more than a week") {
      ticket.began = terms.now - longest_session - 1s;
    }
    CHECK_FALSE(issuer->open(issuer->issue(ticket, {}, random_bytes), terms));
  }
  SECTION("a server that has stopped resuming") {
    settings.tickets = 0;
    CHECK_FALSE(make_null_sessions(settings)->open(issuer->issue(ticket, {}, random_bytes), terms));
  }
}

TEST_CASE("the tolerance for a ticket's age ends where it is said to", "[session][rfc8446]") {
  session_settings settings;
  settings.secrets = {session_secret{1}};
  settings.early_data = true;
  settings.replay = [](early_data_claim const&) { return true; };
  auto const issuer = make_null_sessions(settings);
  auto ticket = a_ticket();
  ticket.context.clear();
  auto const opened = issuer->open(issuer->issue(ticket, {}, random_bytes),
                                   {version::v1, "server.test", 99, hash_algorithm::sha384, today});
  REQUIRE(opened);
  auto const accepts = [&](std::chrono::milliseconds told, std::chrono::milliseconds real) {
    early_data_offer offer;
    offer.alpn = "hq";
    offer.suite = ticket.suite;
    offer.obfuscated_age = static_cast<std::uint32_t>(told.count()) + ticket.age_add;
    offer.now = today + real;
    return issuer->accepts_early_data(*opened, offer);
  };
  CHECK(accepts(1h, 1h));
  CHECK(accepts(1h, 1h + 10s));
  CHECK_FALSE(accepts(1h, 1h + 10s + 1ms));
  CHECK(accepts(1h + 10s, 1h));
  CHECK_FALSE(accepts(1h + 10s + 1ms, 1h));
  // A ticket of this very moment may seem to come from the next one.
  CHECK(accepts(-1ms, 0ms));
  CHECK(accepts(-1ms, 9s));
  CHECK_FALSE(accepts(-10s - 1ms, 0ms));
}

TEST_CASE("who names no register has one all the same", "[session][rfc8446][cve_class_early_data_replay]") {
  session_settings settings;
  settings.secrets = {session_secret{1}};
  settings.early_data = true;
  auto const issuer = make_null_sessions(settings);
  auto ticket = a_ticket();
  ticket.context.clear();
  early_data_offer offer;
  offer.alpn = "hq";
  offer.suite = ticket.suite;
  offer.obfuscated_age = ticket.age_add;
  offer.now = today;
  bytes first(32, 1);
  bytes second(32, 2);
  offer.hello_random = first;
  auto const opened = issuer->open(issuer->issue(ticket, {}, random_bytes),
                                   {version::v1, "server.test", 99, hash_algorithm::sha384, today});
  REQUIRE(opened);
  CHECK(issuer->accepts_early_data(*opened, offer));
  CHECK_FALSE(issuer->accepts_early_data(*opened, offer));
  offer.hello_random = second;
  CHECK(issuer->accepts_early_data(*opened, offer));
}

TEST_CASE("a NewSessionTicket is read whole or refused", "[session][rfc8446]") {
  bytes body{0, 0, 1, 0, 9, 9, 9, 9, 1, 7, 0, 2, 8, 8, 0, 8, 0, 42, 0, 4, 0xff, 0xff, 0xff, 0xff};
  auto const read = tls::read_new_session_ticket(body);
  REQUIRE(read);
  CHECK(read->lifetime == 256);
  CHECK(read->early_data);
  for (std::size_t size = 0; size < body.size(); ++size)
    CHECK(tls::read_new_session_ticket(byte_view{body}.first(size)).error().code == crypto_error_code(50));
  body.back() = 0xfe;
  CHECK(tls::read_new_session_ticket(body).error().code == error_code::protocol_violation);
}
