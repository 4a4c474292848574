import path from 'node:path'
import type { Engine, Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { OwnDevices } from '../cluster/own-devices.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import { refusedField } from '../errors/refused-field.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { MediaEffect } from '../inbound/effect.ts'
import { type Addresses, formsOf } from '../people/addresses.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { partsOf } from '../storage/cutoffs.ts'
import type { Database } from '../storage/database.ts'
import { MessageMediaStore } from '../storage/message-media-store.ts'
import { MessageStore } from '../storage/message-store.ts'
import { AskPhone } from './ask-phone.ts'
import { DownloadFile } from './download-file.ts'
import { DueDownloads } from './due-downloads.ts'
import { findFile, findNamed } from './find-file.ts'
import { KeepFiles } from './keep-files.ts'
import { MediaLinks, mediaIdOf, newMedia } from './links.ts'
import type { Media, MediaOf } from './media.ts'
import { linkTo, type MediaReference, mediaContext } from './media-context.ts'
import type { MediaParts, MessageFile } from './media-parts.ts'
import { MediaPolicies } from './policy.ts'
import { ServeFile } from './serve-file.ts'
import { DiskStore } from './store/disk-store.ts'
import { Scratch } from './store/scratch.ts'
import { WatchedStore } from './store/watched-store.ts'
import { thumbnailOf } from './thumbnail.ts'

interface MediaDependencies {
  readonly database: Database
  readonly engine: Engine
  readonly sessions: Sessions
  readonly eventLog: EventLog
  readonly addresses: Addresses
  readonly config: Pick<Config, 'media' | 'storage' | 'secrets' | 'http'>
  readonly clock: Clock
  readonly own: Pick<OwnDevices, 'isShared'>
  readonly logger: Logger
}

const hourMs = 60 * 60 * 1000
/** Rows of one step of upkeep. */
const rowsAtOnce = 500

/** Builds the owner of the files of messages. */
export async function createMedia(dependencies: MediaDependencies): Promise<Media> {
  const { database, config, clock } = dependencies
  const folder = path.join(config.storage.dataDir, 'media')
  const policies = new MediaPolicies(database, config.media)
  const links = new MediaLinks({
    masterKey: config.secrets.masterKey,
    lifeMs: config.media.linkLifeMs,
    publicUrl: config.http.publicUrl,
    basePath: config.http.basePath,
    clock,
  })
  const objects = new WatchedStore(
    config.media.s3
      ? new (await import('./store/s3-store.ts')).S3Store(config.media.s3)
      : await DiskStore.open(path.join(config.storage.sharedDir, 'media', 'kept')),
    dependencies.logger,
  )
  const parts: MediaParts = {
    ...dependencies,
    config: config.media,
    messages: new MessageStore(database),
    media: new MessageMediaStore(database),
    links,
    policies,
    files: new KeepFiles({ database, clock, quotaBytes: config.media.quotaBytes, objects }),
    scratch: await Scratch.open(path.join(folder, 'fetching')),
  }
  const phone = new AskPhone(parts)
  const download = new DownloadFile(parts, phone)
  const serve = new ServeFile(parts, download)
  const due = new DueDownloads(parts, download)

  const reference = (
    deviceId: string,
    chat: string,
    messageId: string,
    known: MessageFile['known'],
  ): MediaReference => {
    const id = known?.id ?? mediaIdOf(deviceId, chat, messageId)
    const { state = 'remote', reason } = known ?? {}
    return { id, state, ...(reason && { reason }), ...linkTo(links, deviceId, id) }
  }

  /** A file gets the row under which its link finds it: what was stored before there were any has none. */
  const named = async (deviceId: string, messages: readonly MediaOf[]): Promise<void> => {
    const rows = messages.map(({ chat, id }) => newMedia(deviceId, chat, id))
    if (rows.length === 0) return
    await database.commit(parts.media.insert(rows, clock.now()), { lane: deviceId }).catch((error: unknown) => {
      parts.logger.warn(
        { device: deviceId, err: error },
        'files could not be given a name; their links lead nowhere yet',
      )
    })
  }

  /** @throws AppError media_not_found | media_link_expired */
  const linked = async (mediaId: string, ends: number, signature: string): Promise<MessageFile> => {
    const file = await findNamed(parts, mediaId)
    const found = links.check(file.deviceId, mediaId, ends, signature)
    if (found === 'wrong') throw new AppError('media_not_found')
    if (found === 'ended') throw new AppError('media_link_expired')
    return file
  }

  return {
    async start() {
      if (!dependencies.own.isShared) await policies.load()
      due.start()
    },

    take: (deviceIds) => policies.load(deviceIds),

    context: (deviceId) => mediaContext(deviceId, links, policies),

    async references(deviceId, places) {
      const withFile = places.filter(({ view }) => view?.media)
      const [chats, ids] = [withFile.map(({ chat }) => chat), withFile.map(({ id }) => id)]
      const rows = withFile.length === 0 ? [] : await parts.media.find(deviceId, [...new Set(chats)], ids)
      const missing = withFile.filter(({ chat, id }) => !rows.some((row) => row.chat === chat && row.message_id === id))
      await named(deviceId, missing)
      return ({ chat, id, view }) =>
        view?.media &&
        reference(
          deviceId,
          chat,
          id,
          rows.find((row) => row.chat === chat && row.message_id === id),
        )
    },

    file: async (deviceId, messageId, chats, options) =>
      serve.serve(await findFile(parts, deviceId, messageId, chats), options),

    deviceOf: (mediaId) =>
      findNamed(parts, mediaId).then(
        ({ deviceId }) => deviceId,
        () => undefined,
      ),

    linkedFile: async (mediaId, ends, signature, options) =>
      serve.serve(await linked(mediaId, ends, signature), options),

    thumbnail: async (deviceId, messageId, chats, signal) =>
      thumbnailOf(parts, await findFile(parts, deviceId, messageId, chats), signal),

    async askPhone(deviceId, messageId, chats, mediaKey) {
      const file = await findFile(parts, deviceId, messageId, chats)
      if (mediaKey && !Buffer.from(file.files.file?.key ?? []).equals(mediaKey)) {
        throw refusedField('body.media_key', 'is not the key of this file')
      }
      await phone.request(file)
    },

    async chatsOf(deviceId, chat) {
      return formsOf(
        (await dependencies.addresses.lookUp(deviceId, [chat], dependencies.sessions.account(deviceId)))(chat),
      )
    },

    policy: (deviceId) => policies.of(deviceId),
    setPolicy: (deviceId, change) => policies.set(deviceId, change, clock.now()),
    resetPolicy: (deviceId) => policies.reset(deviceId, clock.now()),

    opened: (deviceId) => due.wake(deviceId),

    effect(deviceId: string, effect: MediaEffect) {
      if (effect.kind === 'media_due') due.wake(deviceId)
      else phone.answered(deviceId, effect.chat, effect.messageId, effect.answer)
    },

    async upkeep(now, stored, signal) {
      const steps = [
        () => parts.media.forgetDeleted(rowsAtOnce),
        ...[...partsOf(stored)].map(
          ({ before, of }) =>
            () =>
              parts.media.release(before, rowsAtOnce, clock.now(), of),
        ),
      ]
      for (const step of steps) while (!signal.aborted && (await step()) === rowsAtOnce);
      await parts.files.sweep(now - hourMs, signal)
    },

    removeUnused: async (files, madeBefore, signal) =>
      (await parts.files.removeUnused(files)) + (await parts.files.sweep(madeBefore, signal)),

    keptFile: (apiKeyId, sha256) => parts.files.open({ apiKeyId, sha256 }),

    storeState: () => objects.state,

    stop: () => due.stop(),
  }
}
