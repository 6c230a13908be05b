// SPDX-License-Identifier: BSL-1.0
/// \file
/// Runs a program of classic BPF as its documentation says, independently of who made it.
#pragma once

#include <quoin/base/bytes.hpp>

#include <linux/filter.h>

#include <span>
#include <stdexcept>

namespace classic_bpf {

/// A byte or a big-endian word; a program that reads beyond the packet returns 0.
struct beyond_the_packet {};

inline std::uint32_t load(quoin::byte_view packet, std::size_t at, std::size_t size) {
  if (at + size > packet.size()) throw beyond_the_packet{};
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | packet[at + i];
  return value;
}

inline std::uint32_t compute(int operation, std::uint32_t a, std::uint32_t b) {
  switch (operation) {
    case BPF_ADD: return a + b;
    case BPF_SUB: return a - b;
    case BPF_MUL: return a * b;
    case BPF_XOR: return a ^ b;
    case BPF_AND: return a & b;
    case BPF_RSH: return a >> b;
    case BPF_MOD:
      if (b == 0) throw beyond_the_packet{};
      return a % b;
    default: throw std::logic_error{"an operation that the interpreter does not know"};
  }
}

inline bool compare(int operation, std::uint32_t a, std::uint32_t b) {
  switch (operation) {
    case BPF_JEQ: return a == b;
    case BPF_JGT: return a > b;
    case BPF_JGE: return a >= b;
    case BPF_JSET: return (a & b) != 0;
    default: throw std::logic_error{"a comparison that the interpreter does not know"};
  }
}

inline std::uint32_t run(std::span<sock_filter const> program, quoin::byte_view packet) try {
  std::uint32_t a = 0;
  std::uint32_t x = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    auto const& line = program[at];
    auto const operand = BPF_SRC(line.code) == BPF_X ? x : line.k;
    auto const size = BPF_SIZE(line.code) == BPF_B ? std::size_t{1} : std::size_t{4};
    switch (BPF_CLASS(line.code)) {
      case BPF_LD:
        if (BPF_MODE(line.code) == BPF_LEN)
          a = static_cast<std::uint32_t>(packet.size());
        else if (BPF_MODE(line.code) == BPF_ABS)
          a = load(packet, line.k, size);
        else if (BPF_MODE(line.code) == BPF_IND)
          a = load(packet, std::size_t{x} + line.k, size);
        else
          throw std::logic_error{"a mode that the interpreter does not know"};
        break;
      case BPF_LDX:
        if (BPF_MODE(line.code) != BPF_IMM) throw std::logic_error{"a mode that the interpreter does not know"};
        x = line.k;
        break;
      case BPF_ALU: a = compute(BPF_OP(line.code), a, operand); break;
      case BPF_JMP:
        if (BPF_OP(line.code) == BPF_JA)
          at += line.k;
        else
          at += compare(BPF_OP(line.code), a, operand) ? line.jt : line.jf;
        break;
      case BPF_RET: return BPF_RVAL(line.code) == BPF_A ? a : line.k;
      case BPF_MISC: (BPF_MISCOP(line.code) == BPF_TAX ? x : a) = BPF_MISCOP(line.code) == BPF_TAX ? a : x; break;
      default: throw std::logic_error{"a class that the interpreter does not know"};
    }
  }
  throw std::logic_error{"the program has no end"};
} catch (beyond_the_packet const&) {
  return 0;
}

}  // namespace classic_bpf
