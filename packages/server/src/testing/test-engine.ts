const threads = process.env['TEST_ENGINE_THREADS']

/** TEST_ENGINE_THREADS=2 runs gateways of tests with their devices in threads. */
export const engineThreadsOfTests: Readonly<Record<string, string>> =
  threads === undefined ? {} : { SWITCHBOARD_ENGINE_THREADS: threads }
