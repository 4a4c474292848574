import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { DatabaseTarget } from '../open-database.ts'
import type { FreshTarget, OpenTestDatabase } from '../testing/with-databases.ts'

const script = fileURLToPath(new URL('../testing/commit-until-killed.ts', import.meta.url))

/** Starts a process that commits, kills it once it has told of `count` commits, and returns the names that it told of. */
async function commitAndKill(target: DatabaseTarget, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, JSON.stringify(target)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const told: string[] = []
  for await (const line of createInterface(child.stdout)) {
    told.push(line)
    if (told.length === count) child.kill('SIGKILL')
  }
  return told
}

/** An answered commit survives whatever happens to the process. */
export function durabilityContract(open: OpenTestDatabase, freshTarget: FreshTarget): void {
  it('has every answered unit, whole, after the process was killed without warning', { timeout: 30_000 }, async () => {
    const target = await freshTarget()
    const told = [...(await commitAndKill(target, 40)), ...(await commitAndKill(target, 150))]
    assert.ok(told.length >= 190)
    const database = await open(target)
    const rows = await database.query
      .selectFrom('api_key')
      .select((count) => ['customer_name', count.fn.countAll<number>().as('n')])
      .groupBy('customer_name')
      .execute()
    const found = new Map(rows.map((row) => [row.customer_name, row.n]))
    const expected = Map.groupBy(told, (name) => name)
    for (const [name, answers] of expected) {
      assert.ok((found.get(name) ?? 0) >= 2 * answers.length, `unit ${name} was answered and is not there`)
    }
    for (const [name, n] of found) assert.equal(n % 2, 0, `half of unit ${name} is there`)
  })
}
