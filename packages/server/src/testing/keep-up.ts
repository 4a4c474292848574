import type { TestGateway } from './start-test-gateway.ts'

/** Upkeep of files, as the gateway does it every hour. */
export const keepUp = async ({ services: { media, retentions } }: TestGateway, now: number): Promise<void> =>
  media.upkeep(now, await retentions.cutoffs('media', now), new AbortController().signal)
