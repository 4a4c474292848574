import type { z } from 'zod'
import type { Context } from '../kit/context.ts'
import type { Given } from '../kit/define-operation.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'

/** Who calls a tool, and with what. */
export type ToolContext = Context<DevicePrincipal>

/** A file that goes to the model together with what a tool says about it. */
export interface ToolFile {
  readonly mimetype: string
  readonly bytes: Uint8Array
}

/** What a tool answers when a file comes with it. */
export class WithFile<Data> {
  readonly data: Data
  readonly file: ToolFile

  constructor(data: Data, file: ToolFile) {
    this.data = data
    this.file = file
  }
}

type Answered<Output extends z.ZodType> = unknown | WithFile<z.input<Output>>

/** One tool of the MCP endpoint as data, with its behaviour last. It asks operations and does nothing by itself. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly name: string
  readonly title: string
  readonly description: string
  /** It only looks at what is there. */
  readonly readOnly: boolean
  /** Other people get or see something that cannot be taken back. */
  readonly destructive?: boolean
  /** Doing it twice is the same as doing it once. */
  readonly idempotent?: boolean
  /** Strict: an unknown argument is refused. */
  readonly input: Input
  /** What `run` answers is cut down to this. */
  readonly output: Output
  /** @throws AppError */
  run(context: ToolContext, given: Given<Input>): Promise<Answered<Output>>
}

/** Types `run` by the schemas of the same definition. */
export const defineTool = <Input extends z.ZodObject, Output extends z.ZodObject>(tool: Tool<Input, Output>): Tool =>
  tool as unknown as Tool
