import type { INodeProperties } from 'n8n-workflow'
import { type Operation, operations } from './operations'

const resources = ['chat', 'device', 'message'] as const
const places = ['path', 'query', 'body'] as const
const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)
const shown = ({ resource, value }: Operation) => ({ show: { resource: [resource], operation: [value] } })

const firstOf = ([first]: readonly Operation[]): string => first?.value ?? ''

const choices = resources.map((resource): INodeProperties => {
  const own = operations.filter((operation) => operation.resource === resource)
  return {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [resource] } },
    options: own.map(({ name, value, action }) => ({ name, value, action })),
    default: firstOf(own),
  }
})

const fieldsOf = (operation: Operation): INodeProperties[] =>
  places
    .flatMap((place) => operation.fields[place] ?? [])
    .map((field) => ({ ...field, displayOptions: shown(operation) }))

const binaryField = (operation: Operation): INodeProperties => ({
  displayName: operation.binary === 'in' ? 'Input Binary Field' : 'Put Output in Field',
  name: 'binaryField',
  type: 'string',
  default: 'data',
  required: true,
  displayOptions: shown(operation),
  description: 'The name of the binary field that holds the file',
})

/** What the editor of n8n asks for, made from the operations. */
export const properties: INodeProperties[] = [
  {
    displayName: 'Resource',
    name: 'resource',
    type: 'options',
    noDataExpression: true,
    options: resources.map((value) => ({ name: titleOf(value), value })),
    default: 'message',
  },
  ...choices,
  ...operations.flatMap((operation) => [...fieldsOf(operation), ...(operation.binary ? [binaryField(operation)] : [])]),
]
