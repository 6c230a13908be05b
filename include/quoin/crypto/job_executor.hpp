// SPDX-License-Identifier: BSL-1.0
/// \file
/// Who does work that would keep an endpoint's thread from its other connections.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <utility>

namespace quoin {

/// `post(job)` has `job` run once, on another thread, at some time; or it says false, and whoever asked does the work
/// himself. Any thread may call it. A job does not throw. It keeps alive all that it needs, the configuration that names
/// the executor among it, so an executor that will not run a job has to let go of it.
/// Models: `worker_pool`.
template <class E>
concept job_executor = requires(E& executor, std::function<void()> job) {
  { executor.post(std::move(job)) } -> std::same_as<bool>;
};

/// An executor as a configuration takes it; an empty one leaves all work where it comes up.
using job_poster = std::function<bool(std::function<void()> job)>;

template <job_executor E>
job_poster post_to(std::shared_ptr<E> executor) {
  return [executor = std::move(executor)](std::function<void()> job) { return executor->post(std::move(job)); };
}

}  // namespace quoin
