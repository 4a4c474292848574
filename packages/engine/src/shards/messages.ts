import type { PackedError } from './errors.ts'
import type { Packed } from './packing.ts'

/** What two ends say to each other. `ref` is of something that the one who sends has lent, except in `pull` and `drop`, where the other one has. */
export type PeerMessage =
  | { readonly kind: 'call'; readonly id: number; readonly to: number; readonly method: string; readonly args: Packed }
  | { readonly kind: 'tell'; readonly to: number; readonly method: string; readonly args: Packed }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Packed }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PackedError }
  | { readonly kind: 'kept'; readonly ref: number; readonly value: Packed }
  | { readonly kind: 'broken'; readonly ref: number; readonly error: PackedError }
  | { readonly kind: 'abort'; readonly ref: number; readonly reason: PackedError }
  | { readonly kind: 'release'; readonly ref: number }
  | { readonly kind: 'pull'; readonly ref: number; readonly count: number }
  | { readonly kind: 'drop'; readonly ref: number }
  | { readonly kind: 'chunk'; readonly ref: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly ref: number; readonly error?: PackedError }

export type MessageOf<Kind extends PeerMessage['kind']> = Extract<PeerMessage, { readonly kind: Kind }>

/** Sends a message with those of the same turn. @param gifts buffers in it that go away from here */
export type Say = (message: PeerMessage, gifts?: readonly ArrayBuffer[]) => void
