// SPDX-License-Identifier: BSL-1.0
/// \file
/// An application, event loop and router at once, that calls anything at any time, at both ends of a connection, and
/// knows what each call has to answer. Everything is drawn from a seed.
#pragma once

#include "invariants.hpp"
#include "loose_ends.hpp"

#include "world/seal_ledger.hpp"

#include <quoin/sim/random.hpp>

#include <map>
#include <set>
#include <span>
#include <string>

namespace quoin::property {

/// Where a connection is in its life, as its calls see it.
enum class life : std::uint8_t { handshaking, open, closing, draining, gone };
inline constexpr std::size_t life_count = 5;
std::string_view name_of(life stage);

/// What is known of the sending part of a stream, at the end that sends.
struct said_stream {
  std::uint64_t written = 0;
  bool finished = false;
  bool cut = false;  ///< reset, wholly or in part
  bool reset = false;
};

/// The same of the receiving part, at the end that receives.
struct heard_stream {
  std::uint64_t taken = 0;
  bool ended = false;
  bool stopped = false;
};

/// What an end knows of what it did.
struct caller_end {
  std::map<std::uint64_t, said_stream> said;
  std::map<std::uint64_t, heard_stream> heard;
  std::optional<close_info> asked;  ///< the end that was asked for, if it was this end that began it
  bool gave_up = false;
  bool abandoned = false;  ///< one of several paths
  bool told_closed = false;
  bool told_after_closed = false;
  std::set<std::string> ids;  ///< that lead here, by the changes that were told
  std::vector<std::string> reset_tokens;
  std::uint64_t token_revision = 0;
  std::vector<std::vector<std::uint8_t>> tokens;  ///< that a server has offered
  byte_count lent = 0;                            ///< bytes written without a copy
  std::uint64_t datagrams = 0;
  std::uint8_t tiny_datagrams = 0;  ///< which of the sizes that cannot be told apart were sent
  unsigned refusals = 0;            ///< of datagrams of the smallest size
  int context = 0;
};

class caller {
 public:
  /// `also` is told what the checkers are told.
  explicit caller(std::uint64_t seed, checker* also = nullptr);

  /// Makes random calls until both ends are gone, and some more; says what went wrong, in sentences.
  std::string go();

  // ---- for the calls
  [[nodiscard]] loose_connection& at(role side) { return *ends_->at(side); }
  [[nodiscard]] loose_ends& ends() noexcept { return *ends_; }
  [[nodiscard]] caller_end& of(role side) noexcept { return known_[index_of(side)]; }
  [[nodiscard]] sim::random& chance() noexcept { return chance_; }
  [[nodiscard]] loose_options const& options() const noexcept { return options_; }
  [[nodiscard]] loose_end const& made_from(role side) const noexcept { return options_.ends[index_of(side)]; }
  [[nodiscard]] instant now() const noexcept { return ends_->now(); }
  [[nodiscard]] life stage(role side);
  [[nodiscard]] bool is_over(role side) { return stage(side) > life::open; }
  /// Whether this run is one in which an end may give up, which is no way for an honest end to go.
  [[nodiscard]] bool may_give_up() const noexcept { return may_give_up_; }

  /// Mostly one of few streams, so that calls meet; sometimes one that cannot be.
  stream_id some_stream();
  stream_direction some_direction();
  std::uint64_t some_code();
  socket_address some_address(role side);
  /// Byte `offset` of what `writer` says on a stream.
  static std::uint8_t pattern(role writer, stream_id id, std::uint64_t offset);
  std::vector<std::uint8_t> next_bytes(role side, stream_id id, std::size_t size);
  /// Bytes that the application at `side` takes, in order.
  void take(role side, stream_id id, byte_view bytes);

  void expect(bool holds, std::string_view sentence);
  template <class Result, class Error>
  void expect_error(Result const& outcome, Error only, std::string_view call) {
    expect(!outcome && outcome.error() == only,
           std::string{call} + " does not say " + std::string{name_of(only)} + " but " +
               (outcome ? std::string{"yes"} : std::string{name_of(outcome.error())}));
  }
  /// A value, or one of these reasons.
  template <class Result, class Error>
  void expect_one_of(Result const& outcome, std::string_view call, std::initializer_list<Error> reasons) {
    if (outcome || std::find(reasons.begin(), reasons.end(), outcome.error()) != reasons.end()) return;
    expect(false, std::string{call} + " says " + std::string{name_of(outcome.error())});
  }

  [[nodiscard]] std::string const& trace() const { return ends_->trace(); }

 private:
  void draw();
  void watch();
  std::optional<client_session> earlier_session() const;
  void some_calls(std::uint64_t count, double quick);
  void call_something();
  void pass_time(double quick);
  void close_some();
  void look();
  seen_end look_at(role side);
  void check_ends();
  [[nodiscard]] std::string unasked(std::string complaints) const;
  [[nodiscard]] bool is_out_of_paths(close_info const& why) const;
  void on_event(role side, connection_event const& event);
  std::size_t offer(role side, stream_id id, byte_view bytes, bool fin);

  sim::random chance_;
  loose_options options_;
  bool may_give_up_ = false;
  bool takes_views_ = false;
  scenario::seal_ledger ledger_;
  invariants checks_;
  amplification_guard guard_;
  std::array<caller_end, 2> known_;
  std::string problems_;
  std::unique_ptr<loose_ends> ends_;
};

/// One way to call a connection.
struct call {
  std::string_view name;  ///< of the function, or of several that were called for one draw
  unsigned weight;
  void (*make)(caller&, role);
};

std::span<call const> stream_calls();
std::span<call const> early_calls();
std::span<call const> extension_calls();
std::span<call const> path_calls();
std::span<call const> ending_calls();
std::span<call const> standing_calls();
std::span<call const> loop_calls();

/// All of them, in an order that does not change.
std::vector<call> const& all_calls();

/// How often each call was made in each stage of life, in all runs of this program.
using call_counts = std::vector<std::array<std::uint64_t, life_count>>;
call_counts& calls_made();

}  // namespace quoin::property
