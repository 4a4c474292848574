import { createControlHandler } from './control/control-handler.ts'
import { Sandbox as Driver, type SandboxOptions } from './driver/sandbox.ts'

export type { NewPhone, SandboxOptions } from './driver/sandbox.ts'

/** A whole WhatsApp in this process, with its control API. */
export type Sandbox = Driver

export const Sandbox = {
  /** Starts a world and listens. */
  start: (options: SandboxOptions = {}): Promise<Sandbox> => Driver.start(options, createControlHandler),
}
