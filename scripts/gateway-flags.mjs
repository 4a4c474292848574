/** A flag would win against the operator's choice. */
const chosen = /--max[-_]semi[-_]space[-_]size/.test(process.env.NODE_OPTIONS ?? '')

/** How Node runs a gateway. A young generation of 16 MiB a semi-space costs 1 to 7 % less CPU a message than one of 8 (`npm run bench -- send`), and up to 75 MiB
 *  of memory while 1000 sessions are busy. What of it is not used is given back when the gateway has nothing to do, for which it asks the collector itself.
 *  V8 compiles what is called often from the first moment on. To forbid it that until the start is over saves 12 MiB, but what the start has called often is never
 *  compiled well then: a text cost 1.5 times as much CPU. */
export const gatewayFlags = [...(chosen ? [] : ['--max-semi-space-size=16']), '--expose-gc']

/** glibc gives each thread a heap of its own, and gives little of it back. Two are enough for threads that wait most of the time. */
export const gatewayEnvironment = { MALLOC_ARENA_MAX: '2' }
