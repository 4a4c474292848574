import { type ForeignRow, type MovedDevice, parseJid, type WhatsmeowDevice } from '@switchboard/engine'
import { type DeviceCreds, newCreds, storedKeyPair } from '../credentials/device-creds.ts'
import { linkedAs } from './baileys-creds.ts'
import { type ForeignLink, Readings } from './foreign-link.ts'
import { bytesIn, countIn, pairIn, textIn } from './foreign-values.ts'
import { movedDevice } from './moved-device.ts'
import { signalAddressOf } from './signal-name.ts'
import { whatsmeowSenderKey } from './whatsmeow-sender-key.ts'
import { whatsmeowSession } from './whatsmeow-session.ts'

/** A link of a whatsmeow client, from its tables (seen in: whatsmeow 33cfac51 store/sqlstore/upgrades, store.go, schema versions 8 to 15). @throws NotMovable */
export function readWhatsmeow(stored: WhatsmeowDevice): MovedDevice {
  const { device, preKeys, sessions, senderKeys, appStateSyncKeys, privacyTokens, lidMap } = stored
  const readings = new Readings()
  const link: ForeignLink = {
    creds: credsOf(device),
    businessName: textIn(device['business_name']),
    preKeys: readings.all(preKeys, 'prekeys', (row) => {
      return { id: countIn(row['key_id'], 'id'), pair: pairIn(row['key'], 'prekey') }
    }),
    pairs: readings.all(lidMap, 'LIDs', ({ lid, pn }) => {
      const [hidden, phone] = [textIn(lid), textIn(pn)]
      return hidden && phone ? { lid: hidden, phone } : undefined
    }),
    sessions: readings.all(sessions, 'sessions', (row) => {
      const address = signalAddressOf(String(row['their_id']))
      return address ? whatsmeowSession(address, row['session']) : undefined
    }),
    senderKeys: readings.all(senderKeys, 'sender keys', senderKeyOf),
    appStateKeys: readings.all(appStateSyncKeys, 'app-state keys', (row) => {
      return { id: bytesIn(row['key_id'], 'id'), data: bytesIn(row['key_data'], 'app-state key') }
    }),
    tokens: readings.all(privacyTokens, 'privacy tokens', tokenOf),
    unreadable: readings.unreadable,
  }
  return movedDevice(link)
}

function credsOf(device: ForeignRow): DeviceCreds {
  const platform = textIn(device['platform'])
  return {
    ...newCreds(),
    noiseKey: storedKeyPair(pairIn(device['noise_key'], 'noise key')),
    signedIdentityKey: storedKeyPair(pairIn(device['identity_key'], 'identity key')),
    signedPreKey: {
      keyId: countIn(device['signed_pre_key_id'], 'signed prekey'),
      keyPair: storedKeyPair(pairIn(device['signed_pre_key'], 'signed prekey')),
      signature: bytesIn(device['signed_pre_key_sig'], 'signed prekey', 64),
    },
    registrationId: countIn(device['registration_id'], 'registration id'),
    advSecretKey: Buffer.from(bytesIn(device['adv_key'], 'ADV secret')).toString('base64'),
    me: linkedAs(textIn(device['jid']), textIn(device['lid']), textIn(device['push_name'])),
    account: {
      details: bytesIn(device['adv_details'], 'ADV details'),
      accountSignature: bytesIn(device['adv_account_sig'], 'ADV account signature', 64),
      accountSignatureKey: bytesIn(device['adv_account_sig_key'], 'ADV account key', 32),
      deviceSignature: bytesIn(device['adv_device_sig'], 'ADV device signature', 64),
    },
    registered: true,
    ...(platform && { platform }),
  }
}

function senderKeyOf(row: ForeignRow) {
  const group = String(row['chat_id'])
  const sender = signalAddressOf(String(row['sender_id']))
  return sender && parseJid(group) ? { group, sender, states: whatsmeowSenderKey(row['sender_key']) } : undefined
}

function tokenOf(row: ForeignRow) {
  const jid = String(row['their_jid'])
  const sentAt = row['sender_timestamp']
  const entry = {
    token: bytesIn(row['token'], 'token'),
    timestamp: String(countIn(row['timestamp'], 'time')),
    ...(sentAt !== undefined && sentAt !== null && { senderTimestamp: countIn(sentAt, 'time') }),
  }
  return parseJid(jid) ? { jid, entry } : undefined
}
