import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { generateSignedPreKey } from '@switchboard/signal'
import {
  DEFAULT_CONNECTION_CONFIG,
  generateLoginNode,
  generateRegistrationNode,
  initAuthCreds,
  proto,
  type SocketConfig,
} from 'baileys-stock'
import fc from 'fast-check'
import { libraryPair, newDeviceKeys } from '../testing/device-keys.ts'
import { loginPayload, registrationPayload } from './client-payload.ts'

const configOf = (version: [number, number, number], name: string) =>
  ({ ...DEFAULT_CONNECTION_CONFIG, version, browser: [name, 'Chrome', ''], syncFullHistory: false }) as SocketConfig

const version = fc.tuple(fc.nat(), fc.nat(), fc.nat())
const name = fc.string({ maxLength: 60, unit: 'grapheme' })

describe('loginPayload', () => {
  it('has the bytes of the library', () => {
    const number = fc.stringMatching(/^[1-9]\d{4,14}$/)
    fc.assert(
      fc.property(number, fc.option(fc.nat(99)), version, name, (user, device, numbers, system) => {
        const jid = device === null ? `${user}@s.whatsapp.net` : `${user}:${device}@s.whatsapp.net`
        const theirs = proto.ClientPayload.encode(generateLoginNode(jid, configOf(numbers, system))).finish()
        assert.deepEqual(Buffer.from(loginPayload(jid, { version: numbers, name: system })), Buffer.from(theirs))
      }),
    )
  })
})

describe('registrationPayload', () => {
  it('has the bytes of the library', () => {
    fc.assert(
      fc.property(version, name, fc.integer({ min: 1, max: 0xff_ff_ff }), (numbers, system, keyId) => {
        const fresh = newDeviceKeys()
        const keys = { ...fresh, signedPreKey: generateSignedPreKey(fresh.identityKey, keyId) }
        const { registrationId, identityKey, signedPreKey } = keys
        const creds = {
          ...initAuthCreds(),
          registrationId,
          signedIdentityKey: libraryPair(identityKey),
          signedPreKey: { ...signedPreKey, keyPair: libraryPair(signedPreKey.keyPair) },
        }
        const theirs = proto.ClientPayload.encode(generateRegistrationNode(creds, configOf(numbers, system))).finish()
        assert.deepEqual(
          Buffer.from(registrationPayload(keys, { version: numbers, name: system })),
          Buffer.from(theirs),
        )
      }),
      { numRuns: 20 },
    )
  })
})
