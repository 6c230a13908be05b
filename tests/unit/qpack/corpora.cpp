// SPDX-License-Identifier: BSL-1.0
// The offline interop files: field lists (.qif), and what other encoders made of them. A file of encodings is a row of
// blocks: stream (8 bytes), length (4), bytes; stream 0 is the encoder stream.
#include <quoin/base/byte_reader.hpp>
#include <quoin/qpack/encoder.hpp>

#include "fields.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

using qpack_test::decode;
using qpack_test::field_list;
using qpack_test::views_of;
namespace fs = std::filesystem;
namespace qpack = quoin::qpack;

namespace {

fs::path const corpora{QUOIN_QPACK_CORPORA};

std::vector<field_list> read_qif(fs::path const& path) {
  std::ifstream file{path};
  std::vector<field_list> lists;
  field_list list;
  auto const finish = [&] {
    if (!list.empty()) lists.push_back(std::exchange(list, {}));
  };
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) finish();
    if (line.empty() || line[0] == '#') continue;
    auto const tab = line.find('\t');
    list.emplace_back(line.substr(0, tab), line.substr(tab + 1));
  }
  finish();
  return lists;
}

std::vector<std::uint8_t> read_bytes(fs::path const& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// How a file was made: name.out.CAPACITY.BLOCKED.ACKNOWLEDGED.
struct conditions {
  std::uint32_t capacity = 4096;
  std::uint32_t blocked = 100;
};

conditions conditions_of(fs::path const& path) {
  auto const name = path.filename().string();
  auto const at = name.find(".out.");
  if (at == std::string::npos) return {};
  auto const numbers = name.substr(at + 5);
  return {static_cast<std::uint32_t>(std::stoul(numbers)),
          static_cast<std::uint32_t>(std::stoul(numbers.substr(numbers.find('.') + 1)))};
}

void set_capacity(qpack::decoder& decoder, std::uint32_t capacity) {
  std::array<std::uint8_t, 16> room{};
  quoin::byte_writer writer{room};
  qpack::write_prefixed(writer, 0x20, 5, capacity);
  REQUIRE(decoder.on_encoder_stream(writer.written()));
}

/// The lists of a file in the order of their streams, or nothing when an error is found.
std::optional<std::vector<field_list>> decode_file(fs::path const& path) {
  auto const bytes = read_bytes(path);
  auto const made_for = conditions_of(path);
  qpack::decoder decoder{{made_for.capacity, made_for.blocked, 1 << 20}};
  // Most of these encoders take the capacity for agreed upon.
  if (made_for.capacity > 0) set_capacity(decoder, made_for.capacity);
  std::map<std::uint64_t, quoin::byte_view> held;
  std::map<std::uint64_t, field_list> done;
  auto const take_section = [&](std::uint64_t stream, quoin::byte_view section) {
    auto got = decode(decoder, stream, section);
    if (!got.outcome) return false;
    if (got.whole())
      done[stream] = std::move(got.fields);
    else
      held[stream] = section;
    return true;
  };
  for (quoin::byte_reader reader{bytes}; !reader.empty();) {
    auto const stream = reader.u64();
    auto const block = reader.bytes(reader.u32().value_or(0));
    if (!stream || !block) return std::nullopt;
    if (*stream != 0) {
      if (!take_section(*stream, *block)) return std::nullopt;
      continue;
    }
    if (!decoder.on_encoder_stream(*block)) return std::nullopt;
    while (auto const ready = decoder.next_unblocked())
      if (!take_section(*ready, held.extract(*ready).mapped())) return std::nullopt;
    decoder.sent(decoder.pending().size());
  }
  if (!held.empty()) return std::nullopt;
  std::vector<field_list> lists;
  for (auto& [stream, list] : done) lists.push_back(std::move(list));
  return lists;
}

std::size_t encoded_size(fs::path const& path) {
  auto const bytes = read_bytes(path);
  std::size_t size = 0;
  for (quoin::byte_reader reader{bytes}; !reader.empty();) {
    reader.u64();
    size += reader.bytes(reader.u32().value_or(0)).value_or(quoin::byte_view{}).size();
  }
  return size;
}

/// What our encoder makes of the lists, which are decoded and compared on the way. The capacity's instruction is not
/// counted, as the others' files have none.
std::size_t our_size(std::vector<field_list> const& lists, conditions const& made_for, bool acknowledged) {
  qpack::encoder encoder{{qpack::table_use::aggressive, made_for.capacity}, {1, 2}};
  qpack::decoder decoder{{made_for.capacity, made_for.blocked, 1 << 20}};
  encoder.on_peer_settings(made_for.capacity, made_for.blocked);
  REQUIRE(decoder.on_encoder_stream(encoder.pending()));
  encoder.sent(encoder.pending().size());
  std::size_t size = 0;
  std::uint64_t stream = 0;
  for (auto const& list : lists) {
    std::vector<std::uint8_t> section;
    encoder.encode(++stream, views_of(list), section);
    size += section.size() + encoder.pending().size();
    REQUIRE(decoder.on_encoder_stream(encoder.pending()));
    encoder.sent(encoder.pending().size());
    REQUIRE(decode(decoder, stream, section).fields == list);
    if (acknowledged) REQUIRE(encoder.on_decoder_stream(decoder.pending()));
    decoder.sent(decoder.pending().size());
  }
  return size;
}

void need_corpora() {
  if (!fs::exists(corpora)) SKIP("no QPACK offline interop files at " << corpora);
}

}  // namespace

TEST_CASE("what other encoders made is decoded to what they were given", "[qpack]") {
  need_corpora();
  for (auto const& entry : fs::recursive_directory_iterator{corpora / "encoded"}) {
    if (!entry.is_regular_file()) continue;
    auto const name = entry.path().filename().string();
    INFO(entry.path());
    auto const expected = read_qif(corpora / (name.substr(0, name.find(".out")) + ".qif"));
    CHECK(decode_file(entry.path()) == expected);
  }
}

TEST_CASE("the files with errors are refused", "[qpack]") {
  need_corpora();
  for (auto const& entry : fs::directory_iterator{corpora / "errors"}) {
    auto const name = entry.path().filename().string();
    // These two name the entries 0 and 62 of a static table that counted from 1 to 61; in RFC 9204 both exist.
    bool const valid_by_now = name == "err9" || name == "err10";
    INFO(entry.path());
    CHECK(decode_file(entry.path()).has_value() == valid_by_now);
  }
}

TEST_CASE("our encodings are no larger than those of ls-qpack and nghttp3 under the same conditions", "[qpack]") {
  need_corpora();
  for (auto const* const other : {"ls-qpack", "nghttp3"})
    for (auto const& entry : fs::directory_iterator{corpora / "encoded" / other}) {
      auto const name = entry.path().filename().string();
      INFO(entry.path());
      auto const lists = read_qif(corpora / (name.substr(0, name.find(".out")) + ".qif"));
      auto const ours = our_size(lists, conditions_of(entry.path()), name.back() == '1');
      // One file of 860 bytes is a single byte better there.
      CHECK(ours <= encoded_size(entry.path()) + (name.starts_with("netbsd") ? 1 : 0));
    }
}
