/** A flag would win against the operator's choice. */
const chosen = /--max[-_]semi[-_]space[-_]size/.test(process.env.NODE_OPTIONS ?? '')

/** The start calls some small functions thousands of times, and never again: to compile them to machine code takes 12 MB of memory, most of it the compiler. No
 *  function is small enough until the gateway is ready (packages/server/src/process/spare-memory.ts). V8 counts calls as usual meanwhile: with larger
 *  counts instead, what was called at the start kept them, and a text cost a sixth more CPU for its first thousands (`npm run bench -- compare`). */
const leanStart = '--max-optimized-bytecode-size=1'

/** How Node runs a gateway. A young generation of 16 MiB a semi-space costs 1 to 7 % less CPU a message than one of 8 (`npm run bench -- send`), and up to 75 MiB
 *  of memory while 1000 sessions are busy. What of it is not used is given back when the gateway has nothing to do, for which it asks the collector itself. */
export const gatewayFlags = [...(chosen ? [] : ['--max-semi-space-size=16']), '--expose-gc', leanStart]

/** glibc gives each thread a heap of its own, and gives little of it back. Two are enough for threads that wait most of the time. */
export const gatewayEnvironment = { MALLOC_ARENA_MAX: '2' }
