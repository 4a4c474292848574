import { addTransactionCapability, initAuthCreds, DEFAULT_CONNECTION_CONFIG as ours } from 'baileys'
import { Curve, DEFAULT_CONNECTION_CONFIG as stock } from 'baileys-stock'

const logger = { child: () => logger, level: 'silent', trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const CONFIGS = { baileys: ours, 'baileys-stock': stock }
let devices = 0

/** A device with the Signal repository that `flavour` brings by default: on this package, or on npm libsignal. */
export function makeRepository(flavour) {
  const creds = initAuthCreds()
  const store = makeStore()
  const keys = addTransactionCapability(store, logger, { maxCommitRetries: 1, delayBetweenTriesMs: 1 })
  const preKey = Curve.generateKeyPair()
  store.set({ 'pre-key': { 1: preKey } })
  const repository = CONFIGS[flavour].makeSignalRepository({ creds, keys }, logger)
  return { repository, creds, preKey, store, jid: `${1000 + ++devices}@lid` }
}

/** What the device would publish, as baileys hands it to `injectE2ESession`. */
export function bundleOf({ creds, preKey }) {
  const prefixed = (key) => Buffer.concat([Buffer.of(5), key])
  const { keyId, keyPair, signature } = creds.signedPreKey
  return {
    registrationId: creds.registrationId,
    identityKey: prefixed(creds.signedIdentityKey.public),
    signedPreKey: { keyId, publicKey: prefixed(keyPair.public), signature: Buffer.from(signature) },
    preKey: { keyId: 1, publicKey: prefixed(preKey.public) },
  }
}

function makeStore() {
  const rows = new Map()
  return {
    get: async (type, ids) =>
      Object.fromEntries(ids.flatMap((id) => (rows.has(`${type} ${id}`) ? [[id, rows.get(`${type} ${id}`)]] : []))),
    set: async (data) => {
      for (const [type, values] of Object.entries(data)) {
        for (const [id, value] of Object.entries(values)) {
          if (value === null) rows.delete(`${type} ${id}`)
          else rows.set(`${type} ${id}`, value)
        }
      }
    },
    rows,
  }
}
