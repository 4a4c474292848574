import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import { readConfig } from '../config/read-config.ts'
import { HealthRecord } from '../health.ts'
import { buildServer } from '../http/build-server.ts'
import { createLogger } from '../logging.ts'
import { createMetrics } from '../metrics.ts'
import type { RegisteredOperation } from '../operations/registered.ts'
import { testSecrets } from './test-secrets.ts'

/** The HTTP side alone, without any part behind it: only operations marked `always` answer. */
export const bareServer = (options: {
  operations: readonly RegisteredOperation[]
  environment?: Record<string, string>
}): Promise<FastifyInstance> => {
  const config: Config = {
    ...readConfig(options.environment ?? {}),
    secrets: testSecrets,
    log: { level: 'silent', format: 'json' },
  }
  return buildServer({
    config,
    health: new HealthRecord('0.0.0-test'),
    metrics: createMetrics(),
    log: createLogger(config),
    services: () => undefined,
    operations: options.operations,
    draining: new AbortController().signal,
  })
}
