import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import ts from 'typescript'

const sources = path.resolve(import.meta.dirname, '..')

/** Files that hand units over which stand in no lane, and why another node may have the device by then. What is not named here stands in the lane of its
 *  device, where the database of a node puts the fence in front. */
const withoutLane: Readonly<Record<string, string>> = {
  'backup/run-restore.ts': 'a program of its own: no gateway has the database',
  'chatwoot/chatwoot.ts':
    'what an agent did comes to any node, and is put down for the node of the device: each time once',
  'erasure/eraser.ts': 'of erasures',
  'erasure/erasures.ts': 'of erasures',
  'erasure/run-erasures.ts': 'of erasures',
  'gateway/content-keeper.ts': 'of passes over tables',
  'http/act-ledger.ts': 'what was done at WhatsApp is true whoever has the device by now; its beginning has a lane',
  'http/idempotency.ts': 'the answer of what was done; the key is claimed in the lane',
  'media/file-sweeper.ts': 'only files that have expired and nothing needs',
  'media/keep-files.ts': 'rows of contents, which devices share',
  'moving/importer.ts': 'a program of its own: no gateway has the database',
  'moving/tenant-import.ts': 'a program of its own: no gateway has the database',
  'retention/retentions.ts': 'of API keys',
  'storage/act-store.ts': 'deletes what is old',
  'storage/call-store.ts': 'deletes what is old',
  'storage/change-store.ts': 'deletes what is old',
  'storage/chatwoot-store.ts': 'deletes what is old',
  'storage/content/reseal.ts': 'seals what is stored: only the value that was read',
  'storage/delivery-log.ts': 'deletes what is old',
  'storage/delivery-requests.ts': 'a person asks any node; the row of the device is held while it is put down',
  'storage/delivery-store.ts': 'opens what is missing: each time the same',
  'storage/delivery-upkeep.ts': 'ends and deletes what is old',
  'storage/device-lease-store.ts': 'claims and gives back: this is where ownership comes from',
  'storage/due-send-store.ts': 'deletes what is old',
  'storage/idempotency-store.ts': 'deletes what is old',
  'storage/lease-store.ts': 'of the server',
  'storage/message-media-store.ts': 'deletes what is old',
  'storage/node-store.ts': 'of the nodes',
  'storage/proposal-store.ts': 'ends what is old',
  'storage/prove-write.ts': 'of the server',
  'storage/request-window-store.ts': 'of API keys',
  'storage/retention-store.ts': 'deletes what is old',
  'storage/sealing/content-keys.ts': 'gives a device its key once',
  'storage/sealing/keyring.ts': 'gives a device its key once',
  'storage/sealing/rewrap-data-keys.ts': 'at the start, with another master key: no other gateway works',
  'storage/send-limit-store.ts': 'deletes what is old',
  'storage/status-audience-store.ts': 'deletes what is old',
  'storage/taken-stanza-store.ts': 'deletes what is old',
  'storage/ticket-store.ts': 'of readers',
  'storage/webhook-store.ts': 'a person changes a webhook at any node; its row is held',
  'tenants/access-keys.ts': 'of access keys',
  'tenants/acted-for.ts': 'of the audit',
  'tenants/api-keys.ts': 'of API keys',
  'tenants/console-sessions.ts': 'of sessions of the console',
  'webhooks/attempt-store.ts':
    'what an endpoint answered is true whoever has the device; only the row that was read is changed',
  'webhooks/deliverer.ts': 'what an endpoint got is true whoever has the device; positions only rise',
  'webhooks/progress-writer.ts': 'what endpoints got is true whoever has the devices; positions only rise',
}

/** What has the method: `commit` of a session, which is called without a database, adds its lane itself. */
const takesUnits = /(database|Database)\s*$/

const isTest = (file: string): boolean =>
  /\.test\.ts$|(^|\/)testing[/-]|testing\.ts$|\/contract\/|-until-killed\.ts$/.test(file)

/** How many units a file hands over in a lane, and in none. */
const unitsOf = (file: string): { inLane: number; inNone: number } => {
  const text = readFileSync(path.join(sources, file), 'utf8')
  const count = { inLane: 0, inNone: 0 }
  if (!/\bcommit\(/.test(text)) return count
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression
      const isUnit = name.text === 'commit' && takesUnits.test(expression.getText(tree))
      if (isUnit) count[node.arguments.length < 2 ? 'inNone' : 'inLane']++
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return count
}

describe('a unit that writes for a device', () => {
  it('stands in the lane of the device, where the fence is, or its file is named with the reason why not', (context) => {
    const files = globSync('**/*.ts', { cwd: sources }).filter((file) => !isTest(file))
    const counted = files.map((file) => [file, unitsOf(file)] as const).filter(([, { inNone }]) => inNone > 0)
    const unnamed = counted.filter(([file]) => !Object.hasOwn(withoutLane, file))
    // One that knows no lanes may be of something else than devices.
    for (const [file, { inLane }] of unnamed) if (inLane === 0) context.diagnostic(`${file} has units in no lane`)
    assert.deepEqual(
      unnamed.filter(([, { inLane }]) => inLane > 0).map(([file]) => file),
      [],
    )
    const found = new Set(counted.map(([file]) => file))
    assert.deepEqual(
      Object.keys(withoutLane).filter((file) => !found.has(file)),
      [],
      'what has its lane by now is named no more',
    )
  })
})
