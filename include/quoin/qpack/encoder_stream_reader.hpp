// SPDX-License-Identifier: BSL-1.0
/// \file
/// Cuts an encoder stream into instructions (RFC 9204 4.2, 4.3).
#pragma once

#include <quoin/qpack/error.hpp>
#include <quoin/qpack/field.hpp>
#include <quoin/qpack/instructions.hpp>

#include <algorithm>
#include <vector>

namespace quoin::qpack {

/// Keeps the beginning of an instruction whose end has not come. That is never more than an instruction can have whose
/// strings fit the table, for longer strings are refused when their length is known.
class encoder_stream_reader {
 public:
  explicit encoder_stream_reader(std::uint32_t max_capacity) noexcept
      : longest_(max_capacity > field_overhead ? max_capacity - field_overhead : 0) {}

  /// Calls `apply` with each instruction that is complete; it may refuse one.
  template <class Apply>
  result<> read(byte_view bytes, Apply&& apply) {
    while (!bytes.empty() && !kept_.empty()) {
      auto const taken = std::min<std::size_t>(bytes.size(), 128);
      auto const before = kept_.size();
      kept_.insert(kept_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
      byte_reader reader{kept_};
      QUOIN_TRY(read_all(reader, apply));
      auto const used = reader.position();
      if (used == 0) {
        bytes = bytes.subspan(taken);
        continue;
      }
      // What was kept is complete, so that more than it has been read; what follows is read where it lies.
      bytes = bytes.subspan(used - before);
      kept_.clear();
    }
    byte_reader reader{bytes};
    QUOIN_TRY(read_all(reader, apply));
    auto const rest = reader.rest();
    kept_.insert(kept_.end(), rest.begin(), rest.end());
    return {};
  }

 private:
  template <class Apply>
  result<> read_all(byte_reader& reader, Apply& apply) {
    while (!reader.empty()) {
      auto const one = read_encoder_instruction(reader, longest_);
      if (!one && one.error() == incomplete::truncated) return {};
      if (!one) return fail(error_code::encoder_stream_error, "QPACK: an encoder instruction is broken or too long");
      QUOIN_TRY(apply(*one));
    }
    return {};
  }

  std::uint64_t longest_;
  std::vector<std::uint8_t> kept_;
};

}  // namespace quoin::qpack
