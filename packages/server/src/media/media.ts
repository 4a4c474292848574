import type { MessageView } from '@switchboard/engine'
import type { MediaEffect } from '../inbound/effect.ts'
import type { Cutoffs } from '../storage/cutoffs.ts'
import type { DownloadOptions } from './download-file.ts'
import type { MediaContext, MediaReference } from './media-context.ts'
import type { MediaPolicy } from './policy.ts'
import type { ServedFile } from './served-file.ts'
import type { StoreState } from './store/watched-store.ts'
import type { Picture } from './thumbnail.ts'

/** A message as it is stored. */
export interface MediaOf {
  readonly chat: string
  readonly id: string
  readonly view: MessageView | undefined
}

/** The files of messages: where they are, and how to get at them. */
export interface Media {
  /** Continues with what was due. */
  start(): Promise<void>
  /** This node has these devices from now on. */
  take(deviceIds: readonly string[]): Promise<void>
  /** What planners and events of a device need to know. */
  context(deviceId: string): MediaContext
  /** What is known of the files of messages; nothing of one without a file. */
  references(deviceId: string, messages: readonly MediaOf[]): Promise<(message: MediaOf) => MediaReference | undefined>
  /** The file of a message. @param chats addresses under which its chat may be stored
   *  @throws AppError media_not_found | media_deleted */
  file(deviceId: string, messageId: string, chats: readonly string[], options: DownloadOptions): Promise<ServedFile>
  /** The file that a signed link opens. @param ends Unix seconds @throws AppError media_not_found | media_link_expired | media_deleted */
  linkedFile(mediaId: string, ends: number, signature: string, options: DownloadOptions): Promise<ServedFile>
  /** The device that a file is of. */
  deviceOf(mediaId: string): Promise<string | undefined>
  /** @throws AppError media_not_found | whatsapp_error | whatsapp_timeout | device_not_… */
  thumbnail(deviceId: string, messageId: string, chats: readonly string[], signal: AbortSignal): Promise<Picture>
  /** Asks the phone to store the file at WhatsApp again; its answer comes as an event.
   *  @param mediaKey must be the key of the file. @throws AppError media_not_found | media_deleted | invalid_request | device_not_… */
  askPhone(deviceId: string, messageId: string, chats: readonly string[], mediaKey?: Uint8Array): Promise<void>
  /** Addresses under which a chat may be stored. */
  chatsOf(deviceId: string, chat: string): Promise<string[]>
  policy(deviceId: string): MediaPolicy & { readonly own: boolean }
  setPolicy(deviceId: string, change: Partial<MediaPolicy>): Promise<void>
  /** The device follows the server again. */
  resetPolicy(deviceId: string): Promise<void>
  /** The device is connected. */
  opened(deviceId: string): void
  effect(deviceId: string, effect: MediaEffect): void
  /** Lets go of what is old, and removes what nobody has. @param now the time by which things are old @param stored from when on a file is */
  upkeep(now: number, stored: Cutoffs, signal: AbortSignal): Promise<void>
  /** Removes files that no message has any more: those that are named, and all that are older than an instant. @returns how many */
  removeUnused(
    files: readonly { readonly apiKeyId: number; readonly sha256: string }[],
    madeBefore: number,
    signal: AbortSignal,
  ): Promise<number>
  /** A file that is kept for an API key; undefined when it is not there. */
  keptFile(apiKeyId: number, sha256: string): Promise<AsyncIterable<Uint8Array> | undefined>
  /** Whether files can be stored and read, as far as the last attempt tells. */
  storeState(): StoreState
  stop(): Promise<void>
}
