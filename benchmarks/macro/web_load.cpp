// SPDX-License-Identifier: BSL-1.0
/// \file
/// Asks an HTTP/3 server for one resource over and over and says how often it answered; the same client for every
/// server, so that servers can be set side by side (benchmarks/web_against_peers).
#include <quoin/crypto/botan/config.hpp>
#include <quoin/http3/client.hpp>
#include <quoin/stacks/default.hpp>

#include <CLI/CLI.hpp>

#include <sys/resource.h>

#include <iostream>

namespace h3 = quoin::http3;

namespace {

struct wishes {
  std::string host = "localhost";
  std::uint16_t port = 4433;
  std::string path = "/";
  std::string authorities;
  std::size_t in_flight = 64;
  double seconds = 5;
  bool connection_each = false;
};

wishes read(int count, char** arguments) {
  wishes asked;
  CLI::App line{"Load an HTTP/3 server on this machine with GET requests and print what came of it as JSON"};
  line.add_option("port", asked.port, "The server's UDP port on 127.0.0.1")->required();
  line.add_option("path", asked.path, "What is asked for")->required();
  line.add_option("--host", asked.host, "The name in the server's certificate")->capture_default_str();
  line.add_option("--ca", asked.authorities, "Trust the certificates in this PEM file")->required();
  line.add_option("--in-flight", asked.in_flight, "Requests under way at once")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  line.add_option("--seconds", asked.seconds, "How long")->check(CLI::Range(0.1, 3600.0))->capture_default_str();
  line.add_flag("--connection-each", asked.connection_each,
                "A new connection, with a full handshake, for each request");
  try {
    line.parse(count, arguments);
  } catch (CLI::ParseError const& problem) {
    std::exit(line.exit(problem));
  }
  return asked;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  auto const in_seconds = [](timeval const& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

h3::client_config<quoin::default_stack> config_for(wishes const& asked) {
  quoin::botan_settings tls;
  tls.alpn = {"h3"};
  tls.ca_file = asked.authorities;
  tls.system_trust = false;
  h3::client_config<quoin::default_stack> config;
  config.endpoint.crypto = quoin::make_botan_config(tls).value();
  config.endpoint.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  return config;
}

class load {
 public:
  explicit load(wishes asked) : asked_(std::move(asked)), client_(config_for(asked_)) {}

  void run() {
    using clock = std::chrono::steady_clock;
    auto const start = clock::now();
    auto const until =
        start + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>{asked_.seconds});
    auto const cpu = cpu_seconds();
    if (!asked_.connection_each) site_ = &connect();
    for (std::size_t i = 0; i < asked_.in_flight; ++i) ask();
    while (clock::now() < until && failed_ < 100) {
      client_.turn(std::chrono::milliseconds{10});
      for (; due_ > 0; --due_) ask();
    }
    seconds_ = std::chrono::duration<double>(clock::now() - start).count();
    cpu_ = cpu_seconds() - cpu;
  }

  void print() const {
    std::cout << "{\"requests\": " << done_ << ", \"failed\": " << failed_ << ", \"bytes\": " << bytes_
              << ", \"seconds\": " << seconds_ << ", \"requests_per_second\": " << static_cast<double>(done_) / seconds_
              << ", \"client_cpu_seconds\": " << cpu_ << "}\n";
  }
  [[nodiscard]] bool failed() const noexcept { return failed_ > 0 || done_ == 0; }

 private:
  h3::origin& connect() {
    // full handshakes: what an earlier connection was given is not used
    client_.endpoint().sessions() = {};
    return client_.connect(quoin::socket_address::v4(127, 0, 0, 1, asked_.port),
                           asked_.host + ":" + std::to_string(asked_.port));
  }

  void ask() {
    auto& site = asked_.connection_each ? connect() : *site_;
    site.get(asked_.path, [this, &site](h3::client_response& response) {
      if (response.failure() || response.status() != 200) return note(false);
      response.on_failure([this](h3::error_code) { note(false); });
      response.read_all(1 << 20, [this, &site](std::string_view content) {
        bytes_ += content.size();
        if (asked_.connection_each) site.shutdown();
        note(true);
      });
    });
  }

  /// The next request is made between turns, so that a slow server does not fill the stack.
  void note(bool answered) {
    ++(answered ? done_ : failed_);
    ++due_;
  }

  wishes asked_;
  h3::client<quoin::default_stack> client_;
  h3::origin* site_ = nullptr;
  std::size_t due_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t bytes_ = 0;
  double seconds_ = 0;
  double cpu_ = 0;
};

}  // namespace

int main(int count, char** arguments) try {
  load one{read(count, arguments)};
  one.run();
  one.print();
  return one.failed() ? 1 : 0;
} catch (std::exception const& problem) {
  std::cerr << "web_load: " << problem.what() << '\n';
  return 1;
}
