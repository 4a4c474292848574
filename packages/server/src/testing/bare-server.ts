import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import { readConfig } from '../config/read-config.ts'
import { buildServer } from '../http/build-server.ts'
import { type RegisteredOperation, routeOf } from '../kit/registered.ts'
import { HealthRecord, type Phase } from '../observe/health.ts'
import { createLogger } from '../observe/logging.ts'
import { createMetrics } from '../observe/metrics.ts'
import { testSecrets } from './test-secrets.ts'

/** The HTTP side alone, without any part behind it: only operations marked `always` answer. */
export const bareServer = (options: {
  operations: readonly RegisteredOperation[]
  environment?: Record<string, string>
  phase?: Phase
}): Promise<FastifyInstance> => {
  const config: Config = {
    ...readConfig(options.environment ?? {}),
    secrets: testSecrets,
    log: { level: 'silent', format: 'json' },
  }
  const health = new HealthRecord('0.0.0-test')
  health.phase = options.phase ?? 'starting'
  return buildServer({
    config,
    health,
    metrics: createMetrics({ version: '0.0.0-test', database: 'none' }),
    log: createLogger(config),
    services: () => undefined,
    routes: options.operations.map(routeOf),
    draining: new AbortController().signal,
  })
}
