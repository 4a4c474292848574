import { createHash } from 'node:crypto'
import type { IDataObject, IExecuteFunctions, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow'
import { baseUrlOf } from '../base-url'
import { multipart } from './multipart'
import type { Operation, Place } from './operations'

const valuesOf = (context: IExecuteFunctions, index: number, operation: Operation, place: Place): IDataObject => {
  const values: IDataObject = {}
  for (const field of operation.fields[place] ?? []) {
    const value = context.getNodeParameter(field.name, index, field.default) as string | number | boolean
    // Nothing was entered. For the emoji of a reaction the server takes that as taking it back.
    if (value !== '' || field.required) values[field.name] = value
  }
  return values
}

/** The same for every try of this item in this run of the node, so that "Retry On Fail" never sends twice. */
const idempotencyKey = (context: IExecuteFunctions, index: number): string => {
  const run = context.evaluateExpression('{{$runIndex}}', index)
  const parts = [context.getWorkflow().id, context.getExecutionId(), context.getNode().id, run, index]
  return `n8n-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

const pathOf = ({ path }: Operation, values: IDataObject): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))

const fileOf = async (context: IExecuteFunctions, index: number) => {
  const field = context.getNodeParameter('binaryField', index) as string
  const { fileName, mimeType } = context.helpers.assertBinaryData(index, field)
  const bytes = await context.helpers.getBinaryDataBuffer(index, field)
  return { bytes, name: fileName ?? 'file', type: mimeType }
}

const requestOf = async (
  context: IExecuteFunctions,
  index: number,
  operation: Operation,
): Promise<IHttpRequestOptions> => {
  const { baseUrl } = await context.getCredentials('switchboardApi', index)
  const request: IHttpRequestOptions = {
    method: operation.method,
    url: `${baseUrlOf(baseUrl)}${pathOf(operation, valuesOf(context, index, operation, 'path'))}`,
    qs: valuesOf(context, index, operation, 'query'),
    headers: operation.sends ? { 'Idempotency-Key': idempotencyKey(context, index) } : {},
  }
  if (operation.binary === 'out') return { ...request, encoding: 'arraybuffer', returnFullResponse: true }
  if (operation.method === 'GET') return { ...request, json: true }
  const values = valuesOf(context, index, operation, 'body')
  if (operation.binary !== 'in') return { ...request, json: true, body: values }
  const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  const { type, body } = multipart(texts, await fileOf(context, index))
  return { ...request, headers: { ...request.headers, 'Content-Type': type, Accept: 'application/json' }, body }
}

/** `filename*=UTF-8''…` or `filename="…"`. Source: RFC 6266. */
const fileNameOf = (disposition: unknown): string | undefined => {
  const text = String(disposition ?? '')
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(text)?.[1]
  return extended ? decodeURIComponent(extended) : /filename="([^"]*)"/i.exec(text)?.[1]
}

const itemOfFile = async (
  context: IExecuteFunctions,
  index: number,
  answer: { readonly body: Buffer; readonly headers: IDataObject },
): Promise<INodeExecutionData> => {
  const field = context.getNodeParameter('binaryField', index) as string
  const type = String(answer.headers['content-type'] ?? 'application/octet-stream')
  const name = fileNameOf(answer.headers['content-disposition'])
  const binary = await context.helpers.prepareBinaryData(Buffer.from(answer.body), name, type)
  const message_id = context.getNodeParameter('message_id', index) as string
  return { json: { message_id }, binary: { [field]: binary }, pairedItem: { item: index } }
}

/** Calls the API for one item; gives the items that come of it. */
export const runOperation = async (
  context: IExecuteFunctions,
  index: number,
  operation: Operation,
): Promise<INodeExecutionData[]> => {
  const request = await requestOf(context, index, operation)
  const answer = await context.helpers.httpRequestWithAuthentication.call(context, 'switchboardApi', request)
  if (operation.binary === 'out') return [await itemOfFile(context, index, answer)]
  const { data = {} } = (typeof answer === 'string' ? JSON.parse(answer) : answer) as { data?: IDataObject }
  const pairedItem = { item: index }
  if (!operation.list) return [{ json: data, pairedItem }]
  const list = data[operation.list] as IDataObject[]
  // The cursor stands on the last item, because a list has no other place for it.
  return list.map((json, place) => ({
    json: place === list.length - 1 && data.next_cursor ? { ...json, next_cursor: data.next_cursor } : json,
    pairedItem,
  }))
}
