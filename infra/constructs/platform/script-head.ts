/**
 * How the script of every host begins. Scripts run once, when a host starts, and may run again: a host may be rebooted
 * at any moment.
 */
export const SCRIPT_HEAD = `#!/bin/bash
set -euo pipefail
# A step that fails ends the script; the host stays unhealthy and is replaced.
retry() {
  local attempt
  for attempt in 1 2 3 4 5; do
    "$@" && return 0
    sleep $((attempt * 5))
  done
  return 1
}`;
