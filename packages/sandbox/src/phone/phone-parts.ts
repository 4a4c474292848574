import type { Device } from '../world/account.ts'
import type { Addressing } from '../world/address.ts'
import type { World } from '../world/world.ts'
import { AppStateBook } from './app-state/app-state-book.ts'
import { PhoneAppState } from './app-state/phone-app-state.ts'
import { PhoneCalls } from './calls/phone-calls.ts'
import { PhoneChannels } from './channels/phone-channels.ts'
import { CompanionCare } from './companion-care.ts'
import { DirectChats } from './direct-chats.ts'
import { DirectOutbox } from './direct-outbox.ts'
import { PhoneGroups } from './groups/phone-groups.ts'
import { Inbox } from './inbox.ts'
import { Intake } from './intake.ts'
import { makePhoneContext } from './make-phone-context.ts'
import type { PhoneContext, Violation } from './phone-context.ts'
import type { PhoneKeys } from './phone-keys.ts'
import { PhoneLine } from './phone-line.ts'
import type { PhoneStorage } from './phone-storage.ts'
import { PhoneWaits } from './phone-waits.ts'
import { RetryAnswers } from './retry-answers.ts'
import { RetryRequests } from './retry-requests.ts'
import { PhoneStatus } from './status/phone-status.ts'
import { stockPreKeys } from './stock-pre-keys.ts'

export interface PhoneWish {
  readonly world: World
  readonly device: Device
  readonly keys: PhoneKeys
  readonly storage: PhoneStorage
  readonly addressing: Addressing
  readonly violations: Violation[]
}

export type PhoneParts = ReturnType<typeof makePhoneParts>

/** What a phone is made of, each part knowing those that it needs. Nothing is sent before the line is opened. */
export function makePhoneParts({ world, device, keys, storage, addressing, violations }: PhoneWish) {
  const isOn = (): boolean => line.isOpen
  const submit: PhoneContext['submit'] = (node) => line.submit(node)
  const ctx = makePhoneContext({ world, device, keys, storage, violations, submit })
  const outbox = new DirectOutbox(ctx)
  const care = new CompanionCare(ctx, outbox)
  const retryRequests = new RetryRequests(ctx)
  const inbox = new Inbox(ctx, care, retryRequests)
  const appStateBook = new AppStateBook(ctx)
  care.recover = (collection) => appStateBook.recovery(collection)
  const appState = new PhoneAppState(ctx, appStateBook)
  const until = new PhoneWaits(world.log, ctx.chats, device.account)
  const direct = new DirectChats(ctx, { outbox, addressing, isOn })
  const shared = { inbox, outbox, retryRequests, isOn }
  const calls = new PhoneCalls(ctx, outbox)
  const status = new PhoneStatus(ctx, { ...shared, appState })
  const sendTo: PhoneGroups['parts']['sendTo'] = (who, message) => direct.sendMessage(direct.person(who), message)
  const groups = new PhoneGroups(ctx, { ...shared, until, sendTo })
  const channels = new PhoneChannels(ctx, {
    newId: () => outbox.newId(),
    sendTo: (who, message) => direct.sendMessage(who, message),
    isOn,
  })
  const end = new Intake(ctx, {
    ...{ inbox, appState: appStateBook, groups, calls, channels, status },
    retryAnswers: new RetryAnswers(ctx, outbox),
    stockPreKeys: () => stockPreKeys(ctx),
  })
  const line: PhoneLine = new PhoneLine(world, device, end)
  return { ctx, inbox, care, appStateBook, appState, until, direct, calls, status, groups, channels, line }
}
