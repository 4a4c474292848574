import type { AuthKind } from './context.ts'
import type { Operation } from './define-operation.ts'
import type { StreamOperation } from './define-stream.ts'
import type { UploadOperation } from './define-upload.ts'

/** An operation with the name that its place gives it: `operations/messaging/send-text.ts` is `messaging.sendText`. */
export interface RegisteredOperation {
  readonly id: string
  readonly operation: Operation | StreamOperation
}

/** What has to be known of an operation before anybody calls it. */
export interface RouteFacts {
  readonly method: Operation['method']
  readonly path: string
  readonly auth: AuthKind
  readonly always?: true
  /** Takes a body, and of which kinds. */
  readonly body?: true
  readonly forms?: true
  readonly upload?: true
  /** As {@link Operation.heedsPolicy}. */
  readonly heedsPolicy?: true
  /** Answers with a file. */
  readonly file?: true
  /** A live stream, and what carries it. */
  readonly stream?: 'events' | 'websocket'
}

/** A route, and the operation behind it, which is loaded when somebody asks for it first. */
export interface Route extends RouteFacts {
  /** As {@link RegisteredOperation} has it. */
  readonly id: string
  load(): Promise<Operation | StreamOperation>
}

export const isUpload = (operation: Operation | StreamOperation): operation is UploadOperation => 'upload' in operation

export const isStream = (operation: Operation | StreamOperation): operation is StreamOperation =>
  'kind' in operation && operation.kind === 'stream'

export const factsOf = (operation: Operation | StreamOperation): RouteFacts => {
  const { method, path, auth } = operation
  if (isStream(operation)) return { method, path, auth, stream: operation.transport ?? 'events' }
  return {
    ...{ method, path, auth },
    ...(operation.always && { always: true }),
    ...(operation.body && { body: true }),
    ...(operation.forms && { forms: true }),
    ...(isUpload(operation) && { upload: true }),
    ...(operation.heedsPolicy && { heedsPolicy: true }),
    ...(operation.raw?.['*/*'] !== undefined && { file: true }),
  }
}

/** The route of an operation that is here already. */
export const routeOf = ({ id, operation }: RegisteredOperation): Route => ({
  id,
  ...factsOf(operation),
  load: async () => operation,
})

/** A live stream over a WebSocket. */
export const isSocket = (operation: Operation | StreamOperation): operation is StreamOperation =>
  isStream(operation) && operation.transport === 'websocket'
