// SPDX-License-Identifier: BSL-1.0
/// \file
/// Documents that were asked for lately, so that the next one who asks costs no call of the system.
#pragma once

#include "document.hpp"

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace tool::site {

struct store_limits {
  std::size_t documents = 4096;
  std::size_t bytes = 64 * 1024 * 1024;  ///< of small files
  std::size_t open_files = 256;          ///< large ones, which stay open
  std::chrono::milliseconds trusted_for{1000};
  document_limits document{};
};

/// Keeps what it has loaded for a moment, and then looks again; who asked last goes last when there is too much.
/// Several threads may use it.
class store {
 public:
  using time = std::chrono::steady_clock::time_point;

  /// `folder` must outlive it.
  explicit store(served_folder const& folder, store_limits limits = {}) : folder_(folder), limits_(limits) {}

  open_outcome find(std::string const& path, time now, std::shared_ptr<document const>& out);

  [[nodiscard]] std::size_t size() const {
    std::scoped_lock const lock{mutex_};
    return kept_.size();
  }
  [[nodiscard]] served_folder const& folder() const { return folder_; }

 private:
  struct entry {
    std::string path;
    std::shared_ptr<document const> found;
    time loaded;
    std::size_t bytes = 0;
    std::size_t open_files = 0;
  };
  using place = std::list<entry>::iterator;

  std::shared_ptr<document const> fresh(std::string const& path, time now);
  void keep(std::string const& path, std::shared_ptr<document const> const& found, time now);
  void drop(place at);
  [[nodiscard]] bool too_much() const;

  served_folder const& folder_;
  store_limits limits_;
  mutable std::mutex mutex_;
  std::list<entry> kept_;  ///< who was asked for last, first
  std::unordered_map<std::string_view, place> by_path_;
  std::size_t bytes_ = 0;
  std::size_t open_files_ = 0;
};

}  // namespace tool::site
