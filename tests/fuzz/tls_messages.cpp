// SPDX-License-Identifier: BSL-1.0
// Handshake bytes in any pieces at any level: a handshake fails with a proper code and stays failed, and completes only
// with what an honest one knows.
#include <quoin/crypto/null/handshake.hpp>

#include "require.hpp"
#include "script.hpp"

#include <array>

namespace {

using namespace quoin;
using fuzz::require;

std::shared_ptr<null_handshake::config const> settings() {
  auto made = std::make_shared<null_handshake::config>();
  made->alpn = {"fuzz"};
  return made;
}

void drain(null_handshake& from, std::array<std::vector<std::uint8_t>, encryption_level_count>& sent) {
  while (auto const out = from.next())
    if (out->what == handshake_output::kind::send)
      sent[index_of(out->level)].insert(sent[index_of(out->level)].end(), out->bytes.begin(), out->bytes.end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::script input{data, size};
  auto const self = (input.byte() & 1) != 0 ? role::client : role::server;
  std::array<std::uint8_t, 4> const parameters{1, 2, 0x40, 0x64};
  null_handshake victim{settings(), {self, "fuzz.test", parameters}};
  null_handshake honest{settings(), {peer_of(self), "fuzz.test", parameters}};
  std::array<std::vector<std::uint8_t>, encryption_level_count> from_victim;
  std::array<std::vector<std::uint8_t>, encryption_level_count> from_honest;
  static_cast<void>(victim.begin());
  static_cast<void>(honest.begin());
  drain(victim, from_victim);
  drain(honest, from_honest);
  bool failed = false;
  constexpr std::array levels{encryption_level::initial, encryption_level::handshake, encryption_level::one_rtt};
  while (!input.empty()) {
    auto const what = input.byte();
    auto const level = levels[what % levels.size()];
    result<> outcome;
    if ((what & 0x10) != 0) {
      // Something honest first, so that the fuzzer gets beyond it.
      auto& said = from_victim[index_of(level)];
      static_cast<void>(honest.receive(level, said));
      said.clear();
      drain(honest, from_honest);
      auto& answer = from_honest[index_of(level)];
      if ((what & 0x20) != 0 && !answer.empty()) answer[input.number() % answer.size()] ^= input.byte();
      outcome = victim.receive(level, answer);
      answer.clear();
    } else {
      outcome = victim.receive(level, input.take(input.byte()));
    }
    if (!outcome) require(!outcome.error().reason.empty(), "every refusal has a reason");
    require(!failed || !outcome, "a handshake that failed stays failed");
    failed = !outcome;
    drain(victim, from_victim);
  }
  return 0;
}
