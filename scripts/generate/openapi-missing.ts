import { operations } from '../../packages/server/src/generated/operations.ts'
import { missingRoutes } from '../../packages/server/src/schemas/missing-routes.ts'
import { answersOfMissing } from './openapi-answers.ts'

type Json = Record<string, unknown>

/** The group under which the document lists what is not there yet. */
export const missingTag = 'Not supported yet'

const namesIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)

const idOf = (method: string, path: string): string =>
  ['missing', method.toLowerCase(), ...path.split('/').filter(Boolean)].join('.').replaceAll(/[{}]/g, '')

const describe = (method: string, path: string): Json => ({
  operationId: idOf(method, path),
  tags: [missingTag],
  summary: 'Answers 501 until it does what the contract says',
  'x-unsupported': true,
  security: [],
  ...(path.includes('{') && {
    parameters: namesIn(path).map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
  }),
  responses: answersOfMissing(),
})

/** Paths of the contract that no operation serves, marked as such. Two that differ only in the names of their parameters are one path. */
export const missingPaths = (): [path: string, method: string, described: Json][] => {
  const spelled = new Map<string, string>()
  return missingRoutes(operations.map(({ operation }) => operation)).map(({ method, path }) => {
    const shape = path.replaceAll(/\{\w+\}/g, '{}')
    const first = spelled.get(shape) ?? path
    spelled.set(shape, first)
    return [first, method.toLowerCase(), describe(method, first)]
  })
}
