// SPDX-License-Identifier: BSL-1.0
#include <quoin/qpack/encoder.hpp>

#include "fields.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

using qpack_test::decode;
using qpack_test::field_list;
using qpack_test::hex;
using qpack_test::views_of;
namespace qpack = quoin::qpack;
using qpack::table_use;

namespace {

/// An encoder, and the decoder of its peer.
struct ends {
  qpack::encoder encoder;
  qpack::decoder decoder;

  explicit ends(table_use use, std::uint32_t capacity = 4096, std::uint32_t blocked = 16)
      : encoder({use, capacity}, {1, 2}),
        decoder({.max_table_capacity = capacity, .blocked_streams = blocked, .max_section_size = 1 << 20}) {
    encoder.on_peer_settings(capacity, blocked);
  }

  std::vector<std::uint8_t> encode(std::uint64_t stream, field_list const& fields) {
    std::vector<std::uint8_t> section;
    encoder.encode(stream, views_of(fields), section);
    return section;
  }
  void deliver_instructions() {
    REQUIRE(decoder.on_encoder_stream(encoder.pending()));
    encoder.sent(encoder.pending().size());
  }
  void deliver_answers() {
    REQUIRE(encoder.on_decoder_stream(decoder.pending()));
    decoder.sent(decoder.pending().size());
  }
};

/// Fields of which some come again and again and others never.
field_list some_fields(std::uint64_t which) {
  auto const text = [](char const* before, std::uint64_t number) { return before + std::to_string(number); };
  return {{":method", "GET"},
          {":path", text("/", which)},
          {text("x-", which % 5), text("often ", which % 7)},
          {text("x-", which % 5), text("often ", which / 2 % 7)}};
}

field_list const request{{":method", "GET"}, {"user-agent", "a browser of some length"}, {"x-custom", "some value"}};

}  // namespace

TEST_CASE("an encoder that keeps off the table sends no instructions", "[qpack]") {
  ends pair{table_use::off};
  auto const section = pair.encode(0, request);
  CHECK(pair.encoder.pending().empty());
  CHECK(section[0] == 0);
  CHECK(decode(pair.decoder, 0, section).fields == request);
}

TEST_CASE("an encoder whose peer allows no table sends no instructions", "[qpack]") {
  ends pair{table_use::aggressive, 0, 0};
  auto const section = pair.encode(0, request);
  CHECK(pair.encoder.pending().empty());
  CHECK(decode(pair.decoder, 0, section).fields == request);
}

TEST_CASE("an aggressive encoder refers to what is on its way, and the stream waits for it", "[qpack]") {
  ends pair{table_use::aggressive};
  auto const section = pair.encode(0, request);
  CHECK(*decode(pair.decoder, 0, section).outcome == qpack::section_outcome::blocked);
  pair.deliver_instructions();
  CHECK(pair.decoder.next_unblocked() == 0);
  CHECK(decode(pair.decoder, 0, section).fields == request);
  CHECK(pair.encode(4, request).size() < section.size() + 3);
}

TEST_CASE("a conservative encoder refers only to what has been acknowledged", "[qpack]") {
  ends pair{table_use::conservative};
  auto const first = pair.encode(0, request);
  auto const second = pair.encode(4, request);
  CHECK(decode(pair.decoder, 0, first).fields == request);
  CHECK(decode(pair.decoder, 4, second).fields == request);
  pair.deliver_instructions();
  pair.deliver_answers();
  REQUIRE(pair.encoder.known_received_count() > 0);
  for (std::uint64_t stream = 8; stream < 20; stream += 4) {
    auto const later = pair.encode(stream, request);
    CHECK(decode(pair.decoder, stream, later).fields == request);
    pair.deliver_instructions();
    pair.deliver_answers();
  }
  CHECK(pair.encode(20, request).size() < 8);
}

TEST_CASE("no more streams are put at risk than the peer allows", "[qpack]") {
  ends pair{table_use::aggressive, 4096, 2};
  std::vector<std::vector<std::uint8_t>> sections;
  for (std::uint64_t i = 0; i < 6; ++i) sections.push_back(pair.encode(4 * i, request));
  auto const blocked = std::count_if(sections.begin(), sections.end(), [&](auto const& section) {
    auto const outcome =
        decode(pair.decoder, static_cast<std::uint64_t>(&section - sections.data()) * 4, section).outcome;
    REQUIRE(outcome);
    return *outcome == qpack::section_outcome::blocked;
  });
  CHECK(blocked == 2);
}

TEST_CASE("a second section on a stream that may be blocked adds no other stream", "[qpack]") {
  ends pair{table_use::aggressive, 4096, 1};
  auto const first = pair.encode(0, request);
  auto const trailers = pair.encode(0, {{"x-custom", "some value"}, {"x-other", "another value"}});
  CHECK(first[0] != 0);
  CHECK(trailers[0] != 0);
  CHECK(pair.encode(4, request)[0] == 0);
}

TEST_CASE("an entry that a section refers to is not evicted before the section is acknowledged", "[qpack]") {
  ends pair{table_use::aggressive, 256, 100};
  auto const first = pair.encode(0, request);
  pair.deliver_instructions();
  for (std::uint64_t i = 1; i < 60; ++i) {
    auto const name = "x-" + std::to_string(i % 7);
    for (int twice = 0; twice < 2; ++twice) static_cast<void>(pair.encode(4 * i, {{name, "value of some length"}}));
    pair.deliver_instructions();
    REQUIRE(pair.encoder.table().dropped() == 0);
  }
  CHECK(decode(pair.decoder, 0, first).fields == request);
}

TEST_CASE("what was referred to may be evicted once its stream is cancelled and the entry has arrived", "[qpack]") {
  ends pair{table_use::aggressive, 256, 100};
  static_cast<void>(pair.encode(0, request));
  pair.deliver_instructions();
  REQUIRE(pair.decoder.cancel(0));
  pair.deliver_answers();
  CHECK(pair.encoder.outstanding() == 0);
  for (std::uint64_t i = 1; i < 20; ++i) {
    field_list const fields{{"x-" + std::to_string(i / 2), "value of some length"}};
    auto const section = pair.encode(4 * i, fields);
    pair.deliver_instructions();
    CHECK(decode(pair.decoder, 4 * i, section).fields == fields);
    pair.deliver_answers();
  }
  CHECK(pair.encoder.table().dropped() > 0);
}

TEST_CASE("a sensitive value is never put into the table, and says so to whoever hands it on", "[qpack]") {
  ends pair{table_use::aggressive};
  qpack::field const secret{"authorization", "Basic c2VjcmV0", true};
  for (std::uint64_t stream = 0; stream < 16; stream += 4) {
    std::vector<std::uint8_t> section;
    pair.encoder.encode(stream, std::array{secret}, section);
    pair.deliver_instructions();
    bool sensitive = false;
    auto const outcome =
        pair.decoder.decode(stream, section, [&](qpack::field const& one) { sensitive = one.sensitive; });
    REQUIRE(outcome);
    CHECK(sensitive);
    pair.deliver_answers();
  }
  for (auto i = pair.encoder.table().dropped(); i < pair.encoder.table().insert_count(); ++i)
    CHECK(pair.encoder.table().at(i).value != secret.value);
}

TEST_CASE("answers that cannot be true are QPACK_DECODER_STREAM_ERROR", "[qpack]") {
  auto const refusal = [](std::string_view digits) {
    ends pair{table_use::aggressive};
    static_cast<void>(pair.encode(4, request));
    auto const outcome = pair.encoder.on_decoder_stream(hex(digits));
    REQUIRE_FALSE(outcome);
    return outcome.error().code;
  };
  using enum qpack::error_code;
  CHECK(refusal("88") == decoder_stream_error);     // no section on stream 8
  CHECK(refusal("84 84") == decoder_stream_error);  // only one on stream 4
  CHECK(refusal("44 84") == decoder_stream_error);  // cancelled before
  CHECK(refusal("00") == decoder_stream_error);     // increment 0
  CHECK(refusal("3e") == decoder_stream_error);     // more than was inserted
  CHECK(refusal("ff ff ff ff ff ff ff ff ff 7f") == decoder_stream_error);
  CHECK(refusal("7f 80 80 80 80 80 80 80 80 80 80") == decoder_stream_error);
}

TEST_CASE("a cancellation for a stream that nobody knows is ignored", "[qpack]") {
  ends pair{table_use::aggressive};
  CHECK(pair.encoder.on_decoder_stream(hex("7f 00 7f 81 01")));
}

TEST_CASE("answers may be cut anywhere", "[qpack]") {
  ends pair{table_use::aggressive};
  for (std::uint64_t const stream : {4U, 400U, 40000U}) static_cast<void>(pair.encode(stream, request));
  for (auto const byte : hex("84 ff 91 02 ff c1 b7 02 7f 00")) REQUIRE(pair.encoder.on_decoder_stream({&byte, 1}));
  CHECK(pair.encoder.outstanding() == 0);
}

TEST_CASE("a peer that acknowledges nothing bounds what the encoder remembers", "[qpack]") {
  ends pair{table_use::aggressive, 4096, 100'000};
  // It has the entries, and never says that it has read a section.
  static_cast<void>(pair.encode(0, request));
  pair.deliver_instructions();
  pair.deliver_answers();
  for (std::uint64_t i = 1; i < 10'000; ++i) static_cast<void>(pair.encode(4 * i, request));
  CHECK(pair.encoder.outstanding() == qpack::outstanding_sections::most);
  CHECK(pair.encode(400'000, request)[0] == 0);
}

TEST_CASE("cancellations and acknowledgments mean the sections of their stream and no others", "[qpack]") {
  qpack::outstanding_sections all;
  std::vector<qpack::outstanding_section> plain;  // in the order in which they were encoded
  std::uint64_t seed = 1;
  auto const random = [&seed](std::uint64_t below) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (seed >> 33) % below;
  };
  auto const of = [](std::uint64_t stream) {
    return [stream](qpack::outstanding_section const& one) { return one.stream == stream; };
  };
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    auto const stream = 4 * random(40);
    auto const what = random(8);
    if (what < 4) {
      qpack::outstanding_section const one{stream, i, random(1000)};
      all.add(one);
      plain.push_back(one);
    } else if (what == 4) {
      all.forget(stream);
      std::erase_if(plain, of(stream));
    } else {
      auto const taken = all.take_earliest(stream);
      auto const first = std::find_if(plain.begin(), plain.end(), of(stream));
      REQUIRE(taken.has_value() == (first != plain.end()));
      if (!taken) continue;
      REQUIRE(taken->required_insert_count == first->required_insert_count);
      plain.erase(first);
    }
    REQUIRE(all.size() == plain.size());
    auto oldest = std::numeric_limits<std::uint64_t>::max();
    std::set<std::uint64_t> blocked;
    for (auto const& one : plain) {
      oldest = std::min(oldest, one.oldest_reference);
      if (one.required_insert_count > i / 2) blocked.insert(one.stream);
    }
    REQUIRE(all.oldest_reference() == oldest);
    auto const found = all.blocked_streams(stream, i / 2);
    REQUIRE(found.stream_itself == blocked.contains(stream));
    REQUIRE(found.others == blocked.size() - blocked.count(stream));
  }
}

// It takes seconds; looking through all sections for each, it would take longer than a test may.
TEST_CASE("a cancellation costs little, however many sections are outstanding", "[qpack]") {
  qpack::outstanding_sections all;
  while (!all.full()) all.add({4 * all.size(), 1, 0});
  for (int i = 0; i < 15'000'000; ++i) all.forget(4001);
  CHECK(all.full());
}

TEST_CASE("a peer that lets any number of streams be blocked has few of them blocked", "[qpack]") {
  ends pair{table_use::aggressive, 4096, 100'000};
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    static_cast<void>(pair.encode(4 * i, request));
    pair.encoder.sent(pair.encoder.pending().size());
  }
  CHECK(pair.encoder.outstanding() == qpack::outstanding_sections::most_blocked_streams);
  CHECK(pair.encode(400'000, request)[0] == 0);
}

TEST_CASE("a table gets its size once, before anything is in it", "[qpack]") {
  using kind = qpack::encoder_instruction::kind;
  ends pair{table_use::aggressive, 300};
  std::vector<kind> said;
  qpack::encoder_stream_reader reader{300};
  for (std::uint64_t i = 0; i < 200; ++i) {
    auto const section = pair.encode(4 * i, some_fields(i));
    REQUIRE(reader.read(pair.encoder.pending(), [&](qpack::encoder_instruction const& one) -> qpack::result<> {
      said.push_back(one.what);
      return {};
    }));
    pair.deliver_instructions();
    CHECK(decode(pair.decoder, 4 * i, section).whole());
    pair.deliver_answers();
  }
  CHECK(pair.encoder.table().insert_count() > 30);  // many times what it holds
  CHECK(said.front() == kind::set_capacity);
  CHECK(std::count(said.begin(), said.end(), kind::set_capacity) == 1);
}

TEST_CASE("no section has a negative Base", "[qpack]") {
  for (auto const use : {table_use::conservative, table_use::aggressive}) {
    ends pair{use, 300};
    int with_table = 0;
    for (std::uint64_t i = 0; i < 300; ++i) {
      auto const section = pair.encode(4 * i, some_fields(i));
      pair.deliver_instructions();
      CHECK(decode(pair.decoder, 4 * i, section).whole());
      if (i % 3 != 0) pair.deliver_answers();
      // RFC 9204 4.5.1: the Required Insert Count, which fits one byte here, then the sign and the Delta Base.
      REQUIRE(section.size() > 2);
      REQUIRE(section[0] <= 2 * (300 / 32));
      with_table += section[0] != 0 ? 1 : 0;
      CHECK((section[1] & 0x80) == 0);
    }
    CHECK(with_table > 20);
  }
}

TEST_CASE("instructions that may not be sent stop piling up", "[qpack]") {
  ends pair{table_use::conservative, 64 * 1024, 0};
  for (std::uint64_t i = 0; i < 3000; ++i) {
    static_cast<void>(pair.encode(4 * i, {{"x-" + std::to_string(i / 2), std::string(60, 'v')}}));
    static_cast<void>(pair.encoder.on_decoder_stream(hex("01")));
  }
  CHECK(pair.encoder.pending().size() < 20 * 1024);
}
