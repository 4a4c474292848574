import type { Operation } from './define-operation.ts'
import type { StreamOperation } from './define-stream.ts'
import type { UploadOperation } from './define-upload.ts'

/** An operation with the name that its place gives it: `operations/messaging/send-text.ts` is `messaging.sendText`. */
export interface RegisteredOperation {
  readonly id: string
  readonly operation: Operation | StreamOperation
}

export const isUpload = (operation: Operation | StreamOperation): operation is UploadOperation => 'upload' in operation

export const isStream = (operation: Operation | StreamOperation): operation is StreamOperation =>
  'kind' in operation && operation.kind === 'stream'

/** A live stream over a WebSocket. */
export const isSocket = (operation: Operation | StreamOperation): operation is StreamOperation =>
  isStream(operation) && operation.transport === 'websocket'
