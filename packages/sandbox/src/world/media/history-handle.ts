import { createHash, randomBytes } from 'node:crypto'
import type { Account } from '../account.ts'

/** The nonce with which an account's companions remove history; made when it is needed first. */
export function historyNonce({ person }: Account): string {
  person.historyNonce ??= randomBytes(16).toString('base64url')
  return person.historyNonce
}

/** What names a file of history to those who may remove it. What WhatsApp puts there is not known: clients pass it on as it is (whatsmeow upload.go DeleteMedia). */
export function historyHandle(account: Account, hash: string): string {
  return createHash('sha256')
    .update(`${historyNonce(account)} ${hash}`)
    .digest('base64url')
}
