#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# In the runner's container: sets up the simulated network, waits for it, and becomes the endpoint.
set -euo pipefail
/setup.sh
if [[ $ROLE == client ]]; then /wait-for-it.sh sim:57832 -s -t 30; fi
exec /quoin/examples/interop/run_endpoint.sh
