import { NotMovable, parseJid } from '@switchboard/engine'
import { type DeviceCreds, newCreds, type SignedDeviceIdentity, storedKeyPair } from '../credentials/device-creds.ts'
import { bytesIfAny, bytesIn, countIn, objectIn, pairIn, textIn } from './foreign-values.ts'

/** The credentials of a Baileys client (seen in: baileys Types/Auth.d.ts `AuthenticationCreds`). @throws NotMovable */
export function baileysCreds(stored: unknown): DeviceCreds {
  const creds = objectIn(stored, 'credentials')
  const fresh = newCreds()
  const pair = (name: string) => storedKeyPair(pairIn(objectIn(creds[name], name)['private'], name))
  const signed = objectIn(creds['signedPreKey'], 'signedPreKey')
  const { private: signedPrivate } = objectIn(signed['keyPair'], 'signedPreKey')
  const nextPreKeyId = Math.max(1, countIn(creds['nextPreKeyId'] ?? 1, 'nextPreKeyId'))
  const platform = textIn(creds['platform'])
  return {
    ...fresh,
    ...{ noiseKey: pair('noiseKey'), signedIdentityKey: pair('signedIdentityKey') },
    signedPreKey: {
      keyId: countIn(signed['keyId'], 'signedPreKey'),
      keyPair: storedKeyPair(pairIn(signedPrivate, 'signedPreKey')),
      signature: bytesIn(signed['signature'], 'signedPreKey', 64),
    },
    registrationId: countIn(creds['registrationId'], 'registrationId'),
    advSecretKey: textIn(creds['advSecretKey']) ?? fresh.advSecretKey,
    me: meIn(creds['me']),
    account: accountIn(creds['account']),
    nextPreKeyId,
    firstUnuploadedPreKeyId: nextPreKeyId,
    registered: true,
    ...(platform && { platform }),
  }
}

function meIn(stored: unknown): NonNullable<DeviceCreds['me']> {
  const me = objectIn(stored ?? undefined, 'account: it was never linked, or it is logged out')
  return linkedAs(textIn(me['id']), textIn(me['lid']), textIn(me['name']))
}

/** Who a link belongs to, in the form of our own. @throws NotMovable */
export function linkedAs(
  jid: string | undefined,
  lid: string | undefined,
  name: string | undefined,
): NonNullable<DeviceCreds['me']> {
  const [own, hidden] = [parseJid(withoutAgent(jid)), parseJid(withoutAgent(lid))]
  if (own?.server !== 's.whatsapp.net' || own.device === 0) throw new NotMovable('no address of a linked device')
  return {
    id: `${own.user}:${own.device}@${own.server}`,
    ...(hidden?.server === 'lid' && { lid: `${hidden.user}:${own.device}@lid` }),
    ...(name && { name }),
  }
}

/** `123.0:7@…` is how `123:7@…` was written before. */
const withoutAgent = (jid = ''): string => jid.replace(/^(\d+)\.\d+:/, '$1:')

function accountIn(stored: unknown): SignedDeviceIdentity {
  const account = objectIn(
    stored ?? undefined,
    'proof of the phone (account): it was never linked, or it is logged out',
  )
  const accountSignatureKey = bytesIfAny(account['accountSignatureKey'])
  return {
    details: bytesIn(account['details'], 'account.details'),
    accountSignature: bytesIn(account['accountSignature'], 'account.accountSignature', 64),
    deviceSignature: bytesIn(account['deviceSignature'], 'account.deviceSignature', 64),
    ...(accountSignatureKey?.length === 32 && { accountSignatureKey }),
  }
}
