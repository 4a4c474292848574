import { sql } from 'kysely'
import { countOf, isOneOf, type Removal, rowsAtOnce, type Scene } from './removal.ts'
import { type Mentions, userOf } from './subject.ts'

/** Ratchets, sender keys, tokens and addresses of a person. Whatever comes from that person later begins anew. */
export async function* removeKeys({ database, deviceId }: Scene, mentions: Mentions): AsyncGenerator<Removal> {
  const rows = await database.query
    .selectFrom('credential')
    .select(['kind', 'key'])
    .where('device_id', '=', deviceId)
    .execute()
  const own = rows.filter(({ key }) => mentions.inText(key))
  if (own.length === 0) return
  const statements = own.map(({ kind, key }) => {
    const remove = database.query
      .deleteFrom('credential')
      .where('device_id', '=', deviceId)
      .where('kind', '=', kind)
      .where('key', '=', key)
    return { query: remove.compile() }
  })
  yield { counts: { credential: own.length }, statements }
}

/** Takes a person out of the audiences of posts. */
export async function* removeFromAudiences({ database, deviceId, subject }: Scene): AsyncGenerator<Removal> {
  const rows = await database.query
    .selectFrom('status_audience')
    .select(['message_id', 'people'])
    .where('device_id', '=', deviceId)
    .execute()
  const changed = rows.flatMap(({ message_id, people }) => {
    const all = JSON.parse(people) as string[]
    const others = all.filter((jid) => !subject.addresses.includes(jid))
    return others.length < all.length ? [{ message_id, people: JSON.stringify(others) }] : []
  })
  if (changed.length === 0) return
  const statements = changed.map(({ message_id, people }) => {
    const change = database.query
      .updateTable('status_audience')
      .set({ people })
      .where('device_id', '=', deviceId)
      .where('message_id', '=', message_id)
    return { query: change.compile() }
  })
  yield { counts: { status_audience: changed.length }, statements }
}

/** Takes a person out of the lists of whom credentials may write to. A list stays one when nobody is left on it. */
export async function* removeFromPolicies({ database, deviceId, subject }: Scene): AsyncGenerator<Removal> {
  const users = new Set(subject.addresses.map(userOf))
  const rows = await database.query
    .selectFrom('send_policy')
    .select(['holder', 'recipients'])
    .where('api_key_id', '=', (of) => of.selectFrom('device').select('api_key_id').where('id', '=', deviceId))
    .where('recipients', 'is not', null)
    .execute()
  const changed = rows.flatMap(({ holder, recipients }) => {
    const all = JSON.parse(recipients!) as string[]
    const others = all.filter((named) => !users.has(named.includes('@') ? userOf(named) : named))
    return others.length < all.length ? [{ holder, recipients: JSON.stringify(others) }] : []
  })
  if (changed.length === 0) return
  const statements = changed.map(({ holder, recipients }) => ({
    query: database.query.updateTable('send_policy').set({ recipients }).where('holder', '=', holder).compile(),
  }))
  yield { counts: { send_policy: changed.length }, statements }
}

/** What agents of Chatwoot did in the conversations of the subject. */
export async function* removeAgentSends({ database, deviceId, subject }: Scene): AsyncGenerator<Removal> {
  const theirs = sql`from chatwoot_send where device_id = ${deviceId} and conversation_id in (select c.conversation_id
    from chatwoot_chat c where c.device_id = ${deviceId}
    and (${isOneOf('c.jid', subject.addresses)} or ${isOneOf('c.lid', subject.addresses)}))`
  const count = await countOf(database, theirs)
  if (count === 0) return
  yield { counts: { chatwoot_send: count }, statements: [{ query: sql`delete ${theirs}`.compile(database.query) }] }
}

/** Takes the numbers of a person out of what the audit says. */
export async function* redactAudit({ database, deviceId }: Scene, mentions: Mentions): AsyncGenerator<Removal> {
  for (let after = 0; ; ) {
    const rows = await database.query
      .selectFrom('audit')
      .select(['id', 'target', 'detail'])
      .where('api_key_id', '=', (of) => of.selectFrom('device').select('api_key_id').where('id', '=', deviceId))
      .where('id', '>', after)
      .orderBy('id')
      .limit(rowsAtOnce)
      .execute()
    const named = rows.filter(({ target, detail }) => mentions.inText(target) || (detail && mentions.inText(detail)))
    if (named.length > 0) {
      const statements = named.map(({ id, target, detail }) => {
        const set = { target: mentions.without(target), detail: detail && mentions.without(detail) }
        return { query: database.query.updateTable('audit').set(set).where('id', '=', id).compile() }
      })
      yield { counts: { audit_redacted: named.length }, statements }
    }
    if (rows.length < rowsAtOnce) return
    after = Number(rows.at(-1)!.id)
  }
}
