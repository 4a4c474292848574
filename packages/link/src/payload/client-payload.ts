import { createHash } from 'node:crypto'
import type { DeviceKeys } from '../device-keys.ts'
import { bigEndian } from '../nodes/contents.ts'
import { readJid } from '../nodes/jid.ts'
import { ClientPayload, DeviceProps } from '../proto/messages.ts'

/** What a client says of itself. */
export interface ClientDescription {
  /** Of WhatsApp Web, three numbers. */
  readonly version: readonly [number, number, number]
  /** How the phone lists the device: as a system. */
  readonly name: string
}

/** Numbers of enums in the public schema (seen in: baileys WAProto.proto, whatsmeow waWa6, waCompanionReg). */
const platforms = { web: 14 } as const
const [wifiUnknown, userActivated, release, webBrowser] = [1, 1, 0, 0]

/** What the phone takes a companion for: a Chrome (`DeviceProps.PlatformType` in the public schema). */
export const deviceType = 1

/** Says that keys are of Curve25519 (seen in: baileys Defaults `KEY_BUNDLE_TYPE`, whatsmeow store/clientpayload.go). */
const keyType = Uint8Array.of(5)

/** What both payloads begin with: a Chrome on no system in particular (seen in: baileys validate-connection.js). */
const common = ({ version: [primary, secondary, tertiary] }: ClientDescription) => ({
  connectType: wifiUnknown,
  connectReason: userActivated,
  userAgent: {
    appVersion: { primary, secondary, tertiary },
    platform: platforms.web,
    releaseChannel: release,
    osVersion: '0.1',
    device: 'Desktop',
    osBuildNumber: '0.1',
    localeLanguageIso6391: 'en',
    mnc: '000',
    mcc: '000',
    localeCountryIso31661Alpha2: 'US',
  },
  webInfo: { webSubPlatform: webBrowser },
})

/** The payload of a device that is linked. @param jid its own, `number:device@s.whatsapp.net` */
export function loginPayload(jid: string, client: ClientDescription): Uint8Array {
  const own = readJid(jid)
  return ClientPayload.encode({
    ...common(client),
    passive: true,
    pull: true,
    username: Number(own?.user),
    device: own?.kind === 'device' ? own.device : undefined,
    lidDbMigrated: false,
  })
}

/** The payload of a device that wants to be linked. */
export function registrationPayload(keys: DeviceKeys, client: ClientDescription): Uint8Array {
  const { identityKey, registrationId, signedPreKey } = keys
  return ClientPayload.encode({
    ...common(client),
    passive: false,
    pull: false,
    devicePairingData: {
      buildHash: createHash('md5').update(client.version.join('.')).digest(),
      deviceProps: deviceProps(client.name),
      eRegid: bigEndian(registrationId, 4),
      eKeytype: keyType,
      eIdent: identityKey.publicKey,
      eSkeyId: bigEndian(signedPreKey.keyId, 3),
      eSkeyVal: signedPreKey.keyPair.publicKey,
      eSkeySig: signedPreKey.signature,
    },
  })
}

/** What the phone reads of a companion: how it lists it, and which history it sends (seen in: baileys validate-connection.js). */
const deviceProps = (os: string): Uint8Array =>
  DeviceProps.encode({
    os,
    platformType: deviceType,
    requireFullSync: false,
    historySyncConfig: {
      storageQuotaMb: 10_240,
      inlineInitialPayloadInE2EeMsg: true,
      supportCallLogHistory: false,
      supportBotUserAgentChatHistory: true,
      supportCagReactionsAndPolls: true,
      supportBizHostedMsg: true,
      supportRecentSyncChunkMessageCountTuning: true,
      supportHostedGroupMsg: true,
      supportFbidBotChatHistory: true,
      supportMessageAssociation: true,
      supportGroupHistory: false,
    },
    version: { primary: 10, secondary: 15, tertiary: 7 },
  })
