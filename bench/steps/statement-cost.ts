import { createQueryId, type KyselyPlugin, type QueryResult, type RootOperationNode, type UnknownRow } from 'kysely'
import type pg from 'pg'
import type { Database } from '../../packages/server/src/storage/database.ts'

/** What PostgreSQL did for statements. */
export interface StatementCost {
  /** Blocks of 8 KiB that were looked at, in memory or on the disk. */
  readonly blocks: number
  readonly executionMs: number
  readonly planningMs: number
}

interface Plan {
  readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number }
  readonly 'Planning Time': number
  readonly 'Execution Time': number
}

/** Notes what is read through a database. */
class Recorder implements KyselyPlugin {
  readonly nodes: RootOperationNode[] = []
  transformQuery({ node }: { node: RootOperationNode }): RootOperationNode {
    this.nodes.push(node)
    return node
  }
  async transformResult({ result }: { result: QueryResult<UnknownRow> }) {
    return result
  }
}

/** Does something that reads, and explains each of its statements. */
export async function costOfReads(
  database: Database,
  client: pg.Client,
  read: (database: Database) => Promise<unknown>,
): Promise<StatementCost> {
  const recorder = new Recorder()
  await read({ ...database, query: database.query.withPlugin(recorder) })
  const executor = database.query.getExecutor()
  const costs: StatementCost[] = []
  for (const node of recorder.nodes) {
    const { sql, parameters } = executor.compileQuery(node, createQueryId())
    // Statements that change something are only built here.
    if (sql.startsWith('select')) costs.push(await explained(client, sql, parameters))
  }
  return sum(costs)
}

/** Does what a unit would do, explains each of its statements, and takes everything back. */
export async function costOfUnit(
  client: pg.Client,
  unit: readonly { readonly query: { readonly sql: string; readonly parameters: readonly unknown[] } }[],
): Promise<StatementCost> {
  await client.query('begin')
  const costs: StatementCost[] = []
  for (const { query } of unit) costs.push(await explained(client, query.sql, query.parameters))
  await client.query('rollback')
  return sum(costs)
}

async function explained(client: pg.Client, text: string, values: readonly unknown[]): Promise<StatementCost> {
  const { rows } = await client.query(`explain (analyze, buffers, format json) ${text}`, [...values])
  const [plan] = rows[0]['QUERY PLAN'] as [Plan]
  return {
    blocks: plan.Plan['Shared Hit Blocks'] + plan.Plan['Shared Read Blocks'],
    executionMs: plan['Execution Time'],
    planningMs: plan['Planning Time'],
  }
}

const sum = (costs: readonly StatementCost[]): StatementCost =>
  costs.reduce(
    (total, { blocks, executionMs, planningMs }) => ({
      blocks: total.blocks + blocks,
      executionMs: total.executionMs + executionMs,
      planningMs: total.planningMs + planningMs,
    }),
    { blocks: 0, executionMs: 0, planningMs: 0 },
  )
