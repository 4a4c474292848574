import { AppError } from '../../../errors/app-error.ts'
import type { ErrorCode } from '../../../errors/catalogue.ts'
import { encodeOpus } from './encode-opus.ts'
import { listenToOpus } from './listen-to-opus.ts'
import { readPdf } from './pdf.ts'
import { remux } from './remux.ts'
import { readTracks } from './tracks.ts'

/** What runs in a worker thread: each takes and gives what can be copied between threads. */
const tasks = { readPdf, readTracks, remux, encodeOpus, listenToOpus }

export type Tasks = typeof tasks
export type TaskName = keyof Tasks

export interface Asked {
  readonly name: TaskName
  readonly given: readonly unknown[]
}

/** An error loses its class and its fields on the way to another thread. */
export type Answered =
  | { readonly result: unknown }
  | {
      readonly refused: {
        readonly code: ErrorCode
        readonly message: string
        readonly details: Readonly<Record<string, unknown>> | undefined
      }
    }

// Libraries warn on the console of what they cannot read; the log of a gateway may be JSON, and who sends a file has no say in it.
for (const name of ['debug', 'log', 'info', 'warn', 'error'] as const) console[name] = () => {}

/** What the pool calls. */
export default async ({ name, given }: Asked): Promise<Answered> => {
  try {
    return { result: await (tasks[name] as (...given: readonly unknown[]) => Promise<unknown>)(...given) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message, details } = error
    return { refused: { code, message, details } }
  }
}
