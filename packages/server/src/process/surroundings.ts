import { loadEnvironment, logFormatOf } from '../config/load-environment.ts'
import type { Environment } from '../config/read-config.ts'
import { createVoice, type Voice } from './voice.ts'

export interface Surroundings {
  readonly environment: Environment
  readonly voice: Voice
  /** Why the environment could not be read whole: what is there is that of the process alone. */
  readonly problem?: unknown
}

/** What LOG_FORMAT says counts from the first word on, also when the rest cannot be read. */
export const surroundings = (): Surroundings => {
  try {
    const environment = loadEnvironment()
    return { environment, voice: createVoice(logFormatOf(environment)) }
  } catch (problem) {
    return { environment: process.env, voice: createVoice(logFormatOf(process.env)), problem }
  }
}
