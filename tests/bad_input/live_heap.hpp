// SPDX-License-Identifier: BSL-1.0
/// \file
/// The heap as it is: how much this program's `operator new` has given out and not got back, in all and by whom it was
/// taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace quoin::testing {

std::size_t live_heap_bytes() noexcept;

struct heap_books;

/// What was taken from the heap in its name, until it is given back, whoever does that and when.
class heap_account {
  struct ledger;

 public:
  heap_account();
  heap_account(heap_account&& other) noexcept : ledger_(std::exchange(other.ledger_, nullptr)) {}
  heap_account& operator=(heap_account&& other) noexcept {
    std::swap(ledger_, other.ledger_);
    return *this;
  }
  ~heap_account();

  [[nodiscard]] std::size_t live_bytes() const noexcept;
  /// How often something was taken.
  [[nodiscard]] std::uint64_t takings() const noexcept;

  /// While it lives, what its thread takes is in the account's name.
  class [[nodiscard]] scope {
   public:
    explicit scope(heap_account const& account) noexcept;
    scope(scope const&) = delete;
    scope& operator=(scope const&) = delete;
    ~scope();

   private:
    ledger* before_;
  };

 private:
  friend heap_books;
  ledger* ledger_;
};

}  // namespace quoin::testing
