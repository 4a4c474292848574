import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type JsonObject,
  NodeApiError,
  NodeConnectionTypes,
  NodeOperationError,
} from 'n8n-workflow'
import { operations } from './operations'
import { properties } from './properties'
import { runOperation } from './run-operation'

export class Switchboard implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Switchboard',
    name: 'switchboard',
    icon: { light: 'file:../../icons/switchboard.svg', dark: 'file:../../icons/switchboard.dark.svg' },
    group: ['output'],
    version: 1,
    subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
    description: 'Send and read WhatsApp messages',
    defaults: { name: 'Switchboard' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    credentials: [{ name: 'switchboardApi', required: true }],
    properties,
  }

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const items: INodeExecutionData[] = []
    for (let index = 0; index < this.getInputData().length; index++) {
      const resource = this.getNodeParameter('resource', index) as string
      const value = this.getNodeParameter('operation', index) as string
      const operation = operations.find((each) => each.resource === resource && each.value === value)
      if (!operation)
        throw new NodeOperationError(this.getNode(), `Unknown operation: ${resource} ${value}`, { itemIndex: index })
      try {
        items.push(...(await runOperation(this, index, operation)))
      } catch (error) {
        if (!this.continueOnFail()) throw new NodeApiError(this.getNode(), error as JsonObject, { itemIndex: index })
        items.push({ json: { error: (error as Error).message }, pairedItem: { item: index } })
      }
    }
    return [items]
  }
}
