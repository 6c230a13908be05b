// SPDX-License-Identifier: BSL-1.0
#include "fetch/head_file.hpp"

#include "failure.hpp"

#include <cerrno>
#include <string>

namespace tool::fetch {

head_file::head_file(std::filesystem::path const& path) : file_(path == "-" ? stdout : std::fopen(path.c_str(), "we")) {
  if (file_ == nullptr)
    throw failure("cannot write '" + path.string() + "': " + reason_of(errno), exit_code::unwritable);
}

head_file::~head_file() {
  if (file_ != stdout) std::fclose(file_);
}

void head_file::print(unsigned status, quoin::http3::field_list const& fields) {
  std::fprintf(file_, "HTTP/3 %u\n", status);
  for (auto const& line : fields)
    if (!line.name.starts_with(':'))
      std::fprintf(file_, "%s: %s\n", std::string{line.name}.c_str(), std::string{line.value}.c_str());
  std::fputc('\n', file_);
  // Content goes to the same place by another way.
  std::fflush(file_);
}

}  // namespace tool::fetch
