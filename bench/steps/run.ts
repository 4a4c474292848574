import { GatewayProcess } from '../../e2e/steps/gateway-process.ts'
import { type Aim, report } from './report.ts'
import { seededGateway } from './seeded-gateway.ts'

/** How a scenario is run: once and printed, or several times and in step with the same scenario over another build. */
export interface Run {
  /** The build's own: it knows what its database looks like. */
  readonly seededGateway: typeof seededGateway
  /** The build's own: it knows how its gateway is started. */
  readonly GatewayProcess: typeof GatewayProcess
  /** Then a scenario does only what is compared, and nothing that costs by itself, as a look from the inside does. */
  readonly compared: boolean
  /** Does what is measured as often as it is asked for. */
  rounds(work: () => Promise<void>): Promise<void>
  /** Resolves when the other build has come as far. */
  together(): Promise<void>
  /** A figure of this round. */
  report(what: string, value: number, unit: string, aim?: Aim): void
}

export const plainRun: Run = {
  ...{ seededGateway, GatewayProcess, compared: false, report },
  rounds: (work) => work(),
  together: async () => {},
}
