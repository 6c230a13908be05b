// SPDX-License-Identifier: BSL-1.0
/// \file
/// The paths of one connection: the one in use and a few others (RFC 9000 9).
#pragma once

#include <quoin/path/path_record.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace quoin {

/// The path in use is at hand; the others take no memory until there are some, and never more than `limits::paths - 1`.
class path_table {
 public:
  explicit path_table(network_path const& first, path_id name = 0) : next_id_(name) {
    active_.id = name;
    active_.addresses = first;
  }

  /// Where packets go unless they are meant for another path.
  [[nodiscard]] path_record& active() noexcept { return active_; }
  [[nodiscard]] path_record const& active() const noexcept { return active_; }

  [[nodiscard]] std::size_t size() const noexcept { return 1 + others_.size(); }

  /// Any path by its name; null when it is gone.
  [[nodiscard]] path_record* find(path_id id) noexcept {
    return find_if([&](path_record const& path) { return path.id == id; });
  }

  /// The path that a datagram came on, or is to leave on; null for one that is not known.
  [[nodiscard]] path_record* find(network_path const& addresses) noexcept {
    return find_if([&](path_record const& path) { return is_same(path.addresses, addresses); });
  }

  /// The path in use first.
  template <class Predicate>
  [[nodiscard]] path_record* find_if(Predicate matches) noexcept {
    if (matches(active_)) return &active_;
    auto const at = std::find_if(others_.begin(), others_.end(), matches);
    return at == others_.end() ? nullptr : &*at;
  }

  template <class F>
  void for_each(F&& f) {
    f(active_);
    for (auto& other : others_) f(other);
  }

  /// The other path that was validated last; null when none was.
  [[nodiscard]] path_record* last_validated() noexcept {
    path_record* last = nullptr;
    for (auto& other : others_)
      if (other.validated && (last == nullptr || other.validated_at >= last->validated_at)) last = &other;
    return last;
  }

  /// Where the peer was last known to be: the only address that is worth showing (RFC 9000 9.3).
  [[nodiscard]] network_path const& trusted() const noexcept {
    auto const* const last = active_.validated ? nullptr : const_cast<path_table&>(*this).last_validated();
    return last == nullptr ? active_.addresses : last->addresses;
  }

  // ---- more of them and less

  /// Whether another path would take the place of one that is known.
  [[nodiscard]] bool full() const noexcept { return others_.size() == limits::paths - 1; }

  /// Whether all names for paths are used up.
  [[nodiscard]] bool exhausted() const noexcept { return next_id_ == 0xffff; }

  /// The path that should give way to another: the oldest that is not validated, or else the oldest. What a failed
  /// validation would fall back to stays.
  [[nodiscard]] path_id expendable() noexcept {
    QUOIN_ASSERT(!others_.empty());
    auto const* const refuge = active_.validated ? nullptr : last_validated();
    auto const worse = [&](path_record const& a, path_record const& b) {
      auto const rank = [&](path_record const& p) { return &p == refuge ? 2 : p.validated ? 1 : 0; };
      return rank(a) != rank(b) ? rank(a) < rank(b) : a.id < b.id;
    };
    return std::min_element(others_.begin(), others_.end(), worse)->id;
  }

  /// A name for a path in another table of the same connection; only when not `exhausted()`.
  path_id take_name() noexcept {
    QUOIN_ASSERT(!exhausted());
    return ++next_id_;
  }
  /// Names that the other table has given are not given again.
  void continue_names(path_table const& other) noexcept { next_id_ = std::max(next_id_, other.next_id_); }

  /// A path that is not `full()` or `exhausted()` for; the reference is good until the next one or `close`.
  path_record& open(network_path const& addresses) {
    QUOIN_ASSERT(!full() && !exhausted());
    others_.reserve(limits::paths - 1);
    auto& path = others_.emplace_back();
    path.id = ++next_id_;
    path.addresses = addresses;
    return path;
  }

  void close(path_id id) {
    std::erase_if(others_, [&](path_record const& other) { return other.id == id; });
  }

  /// Makes another path the one in use.
  void use(path_id id) {
    auto* const next = find(id);
    QUOIN_ASSERT(next != nullptr);
    if (next != &active_) std::swap(active_, *next);
  }

  // ---- what is due

  [[nodiscard]] bool challenge_due() const noexcept {
    return active_.validation.challenge_due() ||
           std::any_of(others_.begin(), others_.end(), [](auto const& p) { return p.validation.challenge_due(); });
  }

  [[nodiscard]] instant deadline() const noexcept {
    auto due = active_.validation.deadline();
    for (auto const& other : others_) due = std::min({due, other.validation.deadline(), other.forget_at});
    return due;
  }

  // ---- how often it went wrong

  /// A path has been given up without being validated. After `limits::path_failures` in a row nobody is followed for
  /// `limits::path_pause`, so that who sends from ever new addresses costs little (RFC 9000 21.9).
  void on_failed(instant now) noexcept {
    if (++failures_ < limits::path_failures) return;
    failures_ = 0;
    paused_until_ = saturating_add(now, limits::path_pause);
  }
  void on_validated() noexcept { failures_ = 0; }
  [[nodiscard]] bool paused(instant now) const noexcept { return now < paused_until_; }

 private:
  /// A socket that is bound to every address of the machine does not say which of them it sends from.
  static bool is_same(network_path const& known, network_path const& seen) noexcept {
    return known.remote == seen.remote && (known.local == seen.local || (known.local.port == seen.local.port &&
                                                                         known.local.ip == decltype(known.local.ip){}));
  }

  path_record active_;
  std::vector<path_record> others_;
  path_id next_id_ = 0;
  unsigned failures_ = 0;
  instant paused_until_{};
};

}  // namespace quoin
