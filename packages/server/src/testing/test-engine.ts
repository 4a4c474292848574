/** Gateways of tests have their devices in the main thread; TEST_ENGINE_THREADS=2 runs the same tests with threads. */
export const engineThreadsOfTests = { SWITCHBOARD_ENGINE_THREADS: process.env['TEST_ENGINE_THREADS'] ?? '0' }
