import assert from 'node:assert/strict'
import { it } from 'node:test'
import { EngineError } from '../errors.ts'
import type { GroupChange } from '../inbound.ts'
import type { EngineHarness } from './harness.ts'
import { linked } from './steps.ts'

/** What a session does with groups. */
export function groupsContract(harness: () => EngineHarness): void {
  it('renames a group for everybody in it', async () => {
    const { session, phone } = await linked(harness(), 'Greta')
    const bob = await harness().phone('Bob')
    const group = await bob.groups.create('Team', [phone.jid])
    await session.use('groups').rename(group, 'Team "Ärger" & Söhne')
    await bob.groups.showsName(group, 'Team "Ärger" & Söhne')
    await phone.groups.showsName(group, 'Team "Ärger" & Söhne')
    await session.close()
  })

  it('learns what others change about a group, who did it, and who comes and goes', async () => {
    const { host, session, phone } = await linked(harness(), 'Gudrun')
    const [bob, cid] = [await harness().phone('Bob'), await harness().phone('Cid')]
    const group = await bob.groups.create('Before', [phone.jid])
    const change = (type: GroupChange['type']) =>
      host.untilItem('group_change', (item) => item.group === group && item.change.type === type)
    await bob.groups.rename(group, 'After')
    const renamed = await change('name')
    assert.deepEqual([renamed.by?.jid, renamed.change], [bob.jid, { type: 'name', name: 'After' }])
    await bob.groups.setTimer(group, 86_400)
    assert.deepEqual((await change('ephemeral')).change, { type: 'ephemeral', seconds: 86_400 })
    await bob.groups.add(group, cid.jid)
    assert.deepEqual((await change('joined')).change, { type: 'joined', people: [{ jid: cid.jid, lid: cid.lid }] })
    await bob.groups.remove(group, cid.jid)
    await change('left')
    await session.close()
  })

  it('says with its code that WhatsApp does not let it rename a group', async () => {
    const { session, phone } = await linked(harness(), 'Guido')
    const bob = await harness().phone('Bob')
    const group = await bob.groups.create('Closed', [phone.jid], { locked: true })
    const refused = (code: number) => (error: unknown) =>
      error instanceof EngineError && error.code === 'refused' && error.remoteCode === code
    await assert.rejects(session.use('groups').rename(group, 'Open'), refused(403))
    await assert.rejects(session.use('groups').rename('120363000000000000@g.us', 'Open'), refused(404))
    await assert.rejects(session.use('groups').rename(bob.jid, 'Open'), { code: 'invalid_argument' })
    await session.close()
    await assert.rejects(session.use('groups').rename(group, 'Open'), { code: 'not_connected' })
  })
}
