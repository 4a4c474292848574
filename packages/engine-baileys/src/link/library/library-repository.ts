import { parseJid } from '@switchboard/engine'
import { hasOpenSession } from '@switchboard/signal'
import type { LIDMapping, SocketConfig } from 'baileys'
import type { DeviceStore } from '../../credentials/device-store.ts'
import type { AddressBook } from '../../signal/address-book.ts'
import type { DeviceRatchets } from '../../signal/device-ratchets.ts'

type MakeRepository = SocketConfig['makeSignalRepository']

const refuse = async (): Promise<never> => {
  throw new Error('the protocol library must not encrypt or decrypt')
}

/**
 * The Signal side that the library sees. Addresses and sessions can be looked up; encrypting and decrypting is refused, since only our
 * own pipelines may step a ratchet. It also spares the library's own address cache, which has no bound and a timer for each contact.
 */
export function libraryRepository(signal: DeviceRatchets, store: DeviceStore): MakeRepository {
  const repository = {
    decryptGroupMessage: refuse,
    processSenderKeyDistributionMessage: refuse,
    decryptMessage: refuse,
    encryptMessage: refuse,
    encryptGroupMessage: refuse,
    getSenderKeyDistributionMessage: refuse,
    injectE2ESession: refuse,
    hasSenderKey: async () => false,
    getSessionInfo: async () => null,
    // Ratchets move by themselves when they are next used.
    migrateSession: async () => ({ migrated: 0, skipped: 0, total: 0 }),
    validateSession: async (jid: string) => ({ exists: await hasSession(jid, signal) }),
    deleteSession: (jids: string[]) => signal.deleteSessions(jids, store),
    jidToSignalProtocolAddress: (jid: string) => jid,
    lidMapping: addressLookup(signal.book, store),
    close: () => {},
  }
  return () => repository as unknown as ReturnType<MakeRepository>
}

async function hasSession(jid: string, signal: DeviceRatchets): Promise<boolean> {
  const address = await signal.address(jid)
  const record = await signal.locked([], (steps) => steps.session(address))
  return record !== undefined && hasOpenSession(record)
}

function addressLookup(book: AddressBook, store: DeviceStore) {
  const lidOf = async (pn: string) => {
    const lid = await book.lidOf(parseJid(pn)?.user ?? '')
    return lid ? `${lid}@lid` : null
  }
  const phoneOf = async (lid: string) => {
    const phone = await book.phoneOf(parseJid(lid)?.user ?? '')
    return phone ? `${phone}@s.whatsapp.net` : null
  }
  return {
    getLIDForPN: lidOf,
    getPNForLID: phoneOf,
    getLIDsForPNs: (pns: string[]) => pairs(pns, async (pn) => ({ pn, lid: await lidOf(pn) })),
    getPNsForLIDs: (lids: string[]) => pairs(lids, async (lid) => ({ lid, pn: await phoneOf(lid) })),
    storeLIDPNMappings: async (mappings: LIDMapping[]) => {
      for (const { pn, lid } of mappings) {
        const [phone, other] = [parseJid(pn), parseJid(lid)]
        if (phone && other) await store.save(await book.learn(phone.user, other.user))
      }
    },
    close: () => {},
  }
}

async function pairs<T extends { pn: string | null; lid: string | null }>(
  jids: string[],
  find: (jid: string) => Promise<T>,
): Promise<T[] | null> {
  const found = (await Promise.all(jids.map(find))).filter(({ pn, lid }) => pn && lid)
  return found.length > 0 ? found : null
}
