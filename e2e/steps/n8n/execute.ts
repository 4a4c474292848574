import { hostOf, type Item, type Values } from './host.ts'
import { listed, loadListed } from './load-package.ts'

interface ActionNode {
  execute(): Promise<Item[][]>
}

interface Run {
  /** Of the execution: the same when a node is tried again. */
  readonly executionId?: string
  readonly continueOnFail?: boolean
  readonly items?: readonly Item[]
}

let executions = 0

/** Runs the node Switchboard once, with these parameters for each item; gives the items of its output. */
export const execute = async (credentials: Values, parameters: Values, run: Run = {}): Promise<Item[]> => {
  const { executionId = String(++executions), continueOnFail = false, items = [{ json: {} }] } = run
  const host = hostOf(credentials)
  const fileOf = (index: number, field: string) => {
    const file = items[index]?.binary?.[field]
    if (!file) throw new Error(`item ${index} has no file ${field}`)
    return file
  }
  const context = {
    ...host,
    getInputData: () => items,
    getNodeParameter: (name: string, _index: number, fallback?: unknown) => parameters[name] ?? fallback,
    getExecutionId: () => executionId,
    getWorkflow: () => ({ id: 'workflow-1' }),
    evaluateExpression: () => 0,
    continueOnFail: () => continueOnFail,
    helpers: {
      ...host.helpers,
      assertBinaryData: fileOf,
      getBinaryDataBuffer: async (index: number, field: string) => fileOf(index, field).bytes,
    },
  }
  const [output = []] = await loadListed<ActionNode>(listed.nodes[0]!).execute.call(context)
  return output
}
