// SPDX-License-Identifier: BSL-1.0
/// \file
/// Where the heads of answers are printed: `--include` and `--dump-header`.
#pragma once

#include <quoin/http3/message/field_list.hpp>

#include <cstdio>
#include <filesystem>

namespace tool::fetch {

class head_file {
 public:
  /// "-": standard output. Throws `failure` (unwritable).
  explicit head_file(std::filesystem::path const& path);
  head_file(head_file const&) = delete;
  head_file& operator=(head_file const&) = delete;
  ~head_file();

  void print(unsigned status, quoin::http3::field_list const& fields);

 private:
  std::FILE* file_;
};

}  // namespace tool::fetch
