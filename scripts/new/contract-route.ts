import { readFileSync } from 'node:fs'
import { kebabCase } from '../names.ts'

export interface ContractField {
  readonly name: string
  readonly type: string
  readonly required?: boolean
  readonly default?: unknown
  readonly enum?: readonly (string | number)[]
}

/** What the contract says of one route: facts only. */
export interface ContractRoute {
  /** Its name in the contract. */
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Folder of `operations/`: its tag. */
  readonly folder: string
  readonly auth: 'none' | 'admin' | 'api_key' | 'device'
  readonly summary: string
  readonly query?: readonly ContractField[]
  readonly body?: readonly ContractField[]
  /** Takes forms as well as JSON. */
  readonly forms?: boolean
  readonly status?: number
  readonly answer?: { readonly type: string; readonly fields: readonly ContractField[] }
}

export const contractRoutes = JSON.parse(
  readFileSync(new URL('../contract/routes.json', import.meta.url), 'utf8'),
) as readonly ContractRoute[]

const shape = (text: string): string => text.replaceAll(/\{\w+\}/g, '{}').toUpperCase()

/** @param text such as `POST /groups`; parameters may have any name */
export const findRoute = (text: string): ContractRoute | undefined =>
  contractRoutes.find(({ method, path }) => shape(`${method} ${path}`) === shape(text.trim()))

/** The file name of a route within its folder, which need not say what the folder says: `createGroup` in `groups` is `create`. */
export const fileNameOf = ({ name, folder }: ContractRoute): string => {
  const one = folder.replace(/s$/, '')
  const said = new Set([folder, one, ...folder.split('-'), ...one.split('-')])
  const words = kebabCase(name).split('-')
  const kept = words.filter((word) => !said.has(word))
  return (kept.length > 0 ? kept : words).join('-')
}
