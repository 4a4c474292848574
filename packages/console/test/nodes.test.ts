import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import pg from 'pg'
import { testCluster } from '../../server/src/storage/testing/embedded-postgres.ts'
import { startNats, type TestNats, withoutNats } from '../../server/src/testing/start-nats.ts'
import { startTestGateway, type TestGateway } from '../../server/src/testing/start-test-gateway.ts'
import { until } from '../../server/src/testing/until.ts'
import {
  assertAccessible,
  assertFits,
  type ConsoleStory,
  describeInBrowser,
  openConsole,
  picture,
} from './open-console.ts'

describeInBrowser('the gateways that work together in the console', () => {
  const shared = mkdtempSync(path.join(tmpdir(), 'switchboard-console-'))
  let nats: TestNats | undefined
  let sandbox: Sandbox
  let story: ConsoleStory
  let second: TestGateway

  before(async () => {
    if (withoutNats) return
    const postgres = await testCluster()
    const client = new pg.Client({ connectionString: postgres.uri('postgres') })
    await client.connect()
    await client.query('create database console_nodes')
    await client.end()
    ;[nats, sandbox] = await Promise.all([startNats(), Sandbox.start({ seed: 9 })])
    const environment = {
      WHATSAPP_DATASTORE_URI: postgres.uri('console_nodes'),
      SWITCHBOARD_NATS_URL: nats.url,
      SWITCHBOARD_SHARED_DIR: shared,
    }
    story = await openConsole(environment, sandbox)
    second = await startTestGateway({ sandbox, environment })
    for (const _ of [1, 2]) await story.gateway.linkDevice()
    const connected = ({ services }: TestGateway) => services.sessions.counts()['open'] ?? 0
    await until('each has one', () => [story.gateway, second].every((each) => connected(each) === 1))
  })
  after(async () => {
    await second?.stop()
    await story?.stop()
    await sandbox?.stop()
    await nats?.stop()
    rmSync(shared, { recursive: true, force: true })
    story?.assertNoFaults()
  })

  it('shows each with its devices, and empties one', { skip: withoutNats }, async () => {
    const page = await story.openAs(story.adminSecret, 'system')
    const { cluster } = second.services
    const line = (url: string) =>
      page.getByRole('list', { name: 'Nodes' }).getByRole('listitem').filter({ hasText: url })
    const [own, other] = [line(story.gateway.services.cluster.url), line(cluster.url)]
    await own.getByText('1 linked of 1 devices').waitFor()
    await own.getByText('answers this page').waitFor()
    await other.getByText('1 linked of 1 devices').waitFor()
    await other.getByText('active').waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'nodes')
    await other.getByRole('button', { name: 'Drain' }).click()
    await page.getByRole('dialog').getByText(`${cluster.url} gives its devices to the other nodes`).waitFor()
    await assertAccessible(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click()
    await other.getByText('draining').waitFor()
    await other.getByText('0 linked of 0 devices').waitFor()
    await own.getByText('2 linked of 2 devices').waitFor()
    assert.equal(await other.getByRole('button', { name: 'Drain' }).count(), 0)
    await picture(page, 'nodes-drained')
    await second.halt()
    await other.waitFor({ state: 'detached' })
  })

  it('says it in German, and on a phone', { skip: withoutNats }, async () => {
    const page = await story.openAs(story.adminSecret, 'system', { language: 'de-DE', width: 360, colorScheme: 'dark' })
    const list = page.getByRole('list', { name: 'Knoten' })
    await list.getByText('2 verbunden von 2 Geräten').waitFor()
    await list.getByText('beantwortet diese Seite').waitFor()
    await list.getByRole('button', { name: 'Leeren' }).waitFor()
    await assertAccessible(page)
    await assertFits(page)
    await picture(page, 'nodes-de')
  })
})
