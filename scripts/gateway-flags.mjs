/** A flag would win against the operator's choice. */
const chosen = /--max[-_]semi[-_]space[-_]size/.test(process.env.NODE_OPTIONS ?? '')

/** How often something is called before V8 compiles it to machine code. A start calls some small functions thousands of times, and never again: to compile them
 *  takes 12 MB of memory, most of it the compiler. A gateway that has something to do goes back to V8's own numbers (packages/server/src/process/spare-memory.ts). */
const tierUps = {
  'invocation-count-for-maglev': 100_000,
  'invocation-count-for-maglev-osr': 100_000,
  'invocation-count-for-turbofan': 300_000,
  'invocation-count-for-osr': 300_000,
}

/** How Node runs a gateway. A young generation of 16 MiB a semi-space costs 1 to 7 % less CPU a message than one of 8 (`npm run bench -- send`), and up to 75 MiB
 *  of memory while 1000 sessions are busy. What of it is not used is given back when the gateway has nothing to do, for which it asks the collector itself. */
export const gatewayFlags = [
  ...(chosen ? [] : ['--max-semi-space-size=16']),
  '--expose-gc',
  ...Object.entries(tierUps).map(([name, times]) => `--${name}=${times}`),
]

/** glibc gives each thread a heap of its own, and gives little of it back. Two are enough for threads that wait most of the time. */
export const gatewayEnvironment = { MALLOC_ARENA_MAX: '2' }
