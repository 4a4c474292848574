import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import ts from 'typescript'

const sources = path.resolve(import.meta.dirname, '..')

/** Units that stand in no lane, by the file that hands them over: how many, and why another node may have the device by then. What is not named here stands
 *  in the lane of its device, where the database of a node puts the fence in front. */
const withoutLane: Readonly<Record<string, readonly [units: number, why: string]>> = {
  'backup/run-restore.ts': [2, 'a program of its own: no gateway has the database'],
  'chatwoot/chatwoot.ts': [
    2,
    'what an agent did comes to any node, and is put down for the node of the device: each time once',
  ],
  'erasure/eraser.ts': [1, 'of erasures'],
  'erasure/erasures.ts': [1, 'of erasures'],
  'erasure/run-erasures.ts': [3, 'of erasures'],
  'http/act-ledger.ts': [
    1,
    'what was done at WhatsApp is true whoever has the device by now; its beginning has a lane',
  ],
  'http/idempotency.ts': [1, 'the answer of what was done; the key is claimed in the lane'],
  'media/file-sweeper.ts': [1, 'only files that have expired and nothing needs'],
  'media/keep-files.ts': [2, 'rows of contents, which devices share'],
  'moving/importer.ts': [1, 'a program of its own: no gateway has the database'],
  'moving/tenant-import.ts': [2, 'a program of its own: no gateway has the database'],
  'storage/act-store.ts': [1, 'deletes what is old'],
  'storage/call-store.ts': [1, 'deletes what is old'],
  'storage/change-store.ts': [1, 'deletes what is old'],
  'storage/chatwoot-store.ts': [1, 'deletes what is old'],
  'storage/delivery-log.ts': [1, 'deletes what is old'],
  'storage/delivery-requests.ts': [4, 'a person asks any node; the row of the device is held while it is put down'],
  'storage/delivery-store.ts': [1, 'opens what is missing: each time the same'],
  'storage/delivery-upkeep.ts': [4, 'ends and deletes what is old'],
  'storage/device-lease-store.ts': [2, 'claims and gives back: this is where ownership comes from'],
  'storage/due-send-store.ts': [1, 'deletes what is old'],
  'storage/idempotency-store.ts': [1, 'deletes what is old'],
  'storage/lease-store.ts': [1, 'of the server'],
  'storage/message-media-store.ts': [2, 'deletes what is old'],
  'storage/node-store.ts': [5, 'of the nodes'],
  'storage/proposal-store.ts': [1, 'ends what is old'],
  'storage/prove-write.ts': [1, 'of the server'],
  'storage/request-window-store.ts': [1, 'of API keys'],
  'storage/sealing/content-keys.ts': [1, 'gives a device its key once'],
  'storage/sealing/keyring.ts': [1, 'gives a device its key once'],
  'storage/sealing/rewrap-data-keys.ts': [1, 'at the start, with another master key: no other gateway works'],
  'storage/send-limit-store.ts': [1, 'deletes what is old'],
  'storage/status-audience-store.ts': [1, 'deletes what is old'],
  'storage/taken-stanza-store.ts': [1, 'deletes what is old'],
  'storage/ticket-store.ts': [2, 'of readers'],
  'storage/webhook-store.ts': [5, 'a person changes a webhook at any node; its row is held'],
  'tenants/access-keys.ts': [1, 'of access keys'],
  'tenants/acted-for.ts': [1, 'of the audit'],
  'tenants/api-keys.ts': [1, 'of API keys'],
  'tenants/console-sessions.ts': [2, 'of sessions of the console'],
  'webhooks/attempt-store.ts': [
    1,
    'what an endpoint answered is true whoever has the device; only the row that was read is changed',
  ],
  'webhooks/deliverer.ts': [2, 'what an endpoint got is true whoever has the device; positions only rise'],
  'webhooks/progress-writer.ts': [1, 'what endpoints got is true whoever has the devices; positions only rise'],
}

/** What has the method: `commit` of a session, which is called without a database, adds its lane itself. */
const takesUnits = /(database|Database)\s*$/

const isTest = (file: string): boolean =>
  /\.test\.ts$|(^|\/)testing[/-]|testing\.ts$|\/contract\/|-until-killed\.ts$/.test(file)

const unitsWithoutLane = (file: string): number => {
  const text = readFileSync(path.join(sources, file), 'utf8')
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  let count = 0
  const visit = (node: ts.Node): void => {
    const callee = ts.isCallExpression(node) ? node.expression : undefined
    if (callee && ts.isPropertyAccessExpression(callee) && callee.name.text === 'commit') {
      const isDatabase = takesUnits.test(callee.expression.getText(tree))
      if (isDatabase && (node as ts.CallExpression).arguments.length < 2) count++
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return count
}

describe('a unit that writes for a device', () => {
  it('stands in the lane of the device, where the fence is, or is named with the reason why not', () => {
    const files = globSync('**/*.ts', { cwd: sources }).filter((file) => !isTest(file))
    const found = files.flatMap((file) => {
      const units = unitsWithoutLane(file)
      return units === 0 ? [] : [[file, units] as const]
    })
    const expected = Object.entries(withoutLane).map(([file, [units]]) => [file, units] as const)
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected))
  })
})
