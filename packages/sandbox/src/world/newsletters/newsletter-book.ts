import type { Jid } from '../../wire/node.ts'
import type { Account } from '../account.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { WorldClock } from '../world-clock.ts'
import type { Newsletter, NewsletterText } from './newsletter.ts'

/** What new channels and texts take of their world. */
interface Maker {
  readonly clock: WorldClock
  readonly random: SeededRandom
}

/** All channels of a world, and who accepted which terms. Its fields are plain data, all of them public, so that a world can be captured. */
export class NewsletterBook {
  /** By id. */
  readonly all = new Map<string, Newsletter>()
  /** Ids of accepted notices by user part of the LID. */
  readonly accepted = new Map<string, Set<string>>()

  /** @param id JID of either form, or its user part */
  get(id: string | Jid): Newsletter | undefined {
    const name = typeof id === 'string' ? id.replace(/@newsletter$/, '') : id.server === 'newsletter' ? id.user : ''
    return this.all.get(name)
  }

  /** @param code invite code, or the whole link */
  byCode(code: string): Newsletter | undefined {
    const bare = code.replace(/^https:\/\/(www\.)?whatsapp\.com\/channel\//, '')
    return this.list().find(({ inviteCode }) => inviteCode === bare)
  }

  list(): Newsletter[] {
    return [...this.all.values()]
  }

  /** Channels that a person follows or runs. */
  of(account: Account): Newsletter[] {
    return this.list().filter(({ members }) => members.has(account.lid))
  }

  /** Opens a channel. */
  create(world: Maker, owner: Account, what: { name: string; description: string }): Newsletter {
    const now = world.clock.now()
    const newsletter: Newsletter = {
      id: this.unusedId(world),
      createdAt: now,
      name: makeText(world, what.name),
      description: makeText(world, what.description),
      picture: undefined,
      inviteCode: `0029Va${world.random.hex(9)}`,
      verified: false,
      reactionCodes: 'ALL',
      members: new Map([[owner.lid, { role: 'owner', since: now, muted: false }]]),
      adminInvites: new Map(),
      messages: new Map(),
      liveUntil: new Map(),
      nextServerId: 100,
    }
    this.all.set(newsletter.id, newsletter)
    return newsletter
  }

  remove(newsletter: Newsletter): void {
    this.all.delete(newsletter.id)
  }

  accept(account: Account, notice: string): void {
    const known = this.accepted.get(account.lid) ?? new Set()
    this.accepted.set(account.lid, known.add(notice))
  }

  hasAccepted(account: Account, notice: string): boolean {
    return this.accepted.get(account.lid)?.has(notice) ?? false
  }

  /** A person is no more: what it owned ends with it. */
  forget(account: Account): void {
    this.accepted.delete(account.lid)
    for (const newsletter of this.list()) {
      const member = newsletter.members.get(account.lid)
      newsletter.members.delete(account.lid)
      newsletter.adminInvites.delete(account.lid)
      if (member?.role === 'owner') this.remove(newsletter)
    }
  }

  private unusedId(world: Maker): string {
    for (;;) {
      const id = `12036${world.random.digits(13)}`
      if (!this.all.has(id)) return id
    }
  }
}

export function makeText(world: Maker, text: string): NewsletterText {
  return { text, id: world.random.digits(16), at: world.clock.now() }
}
