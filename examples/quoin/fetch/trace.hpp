// SPDX-License-Identifier: BSL-1.0
/// \file
/// `--verbose`: what was agreed on, asked and answered, on standard error.
#pragma once

#include "port.hpp"

#include <quoin/http3/message/field_list.hpp>

#include <span>
#include <string>
#include <string_view>

namespace tool::fetch {

struct field_line;

class trace {
 public:
  /// "* " and a line.
  void note(std::string const& line) const;
  void connected(connection_facts const& facts, std::string const& address) const;
  void asked(std::string_view method, std::string_view target, std::string_view authority,
             std::span<field_line const> fields) const;
  void answered(unsigned status, quoin::http3::field_list const& fields) const;
};

/// One line each: whom a certificate is for, who vouches for it, until when. Nothing of one that cannot be read.
struct certificate_text {
  std::string subject;
  std::string issuer;
  std::string expiry;
};
certificate_text described(quoin::byte_view der);

}  // namespace tool::fetch
