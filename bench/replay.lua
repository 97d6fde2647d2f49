-- wrk replays the requests of a file, one after the other, and tells what came of it as one line of JSON.
local queries, at = {}, 0
for line in io.lines(os.getenv("REQUESTS")) do queries[#queries + 1] = line end
local threads = 0

function setup(thread)
  thread:set("start", threads * 7919)
  threads = threads + 1
end

function init()
  at = start or 0
  wrk.headers["Accept"] = os.getenv("ACCEPT")
end

function request()
  at = at + 1
  return wrk.format("GET", os.getenv("TARGET") .. queries[(at - 1) % #queries + 1])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "seconds": %.3f, "bytes": %d, "failed": %d, "p50": %.3f, "p99": %.3f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
