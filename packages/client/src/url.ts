import type { AnyRequest } from './call.ts'

/** The fields that are given. */
export const entriesOf = (fields: object | undefined): [string, unknown][] =>
  Object.entries(fields ?? {}).filter(([, value]) => value !== undefined && value !== null)

/** The address of a request. @throws TypeError when a part of its path is missing */
export const urlOf = (base: string, route: string, { path, query }: AnyRequest): string => {
  const values = new Map(entriesOf(path))
  const filled = route.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(values.get(name) ?? '')
    // An empty part, or one of dots, would be the address of something else.
    if (/^\.{0,2}$/.test(value)) throw new TypeError(`path.${name} is missing`)
    return encodeURIComponent(value)
  })
  const search = new URLSearchParams(entriesOf(query).map(([name, value]): [string, string] => [name, String(value)]))
  return `${base.replace(/\/+$/, '')}${filled}${search.size > 0 ? `?${search}` : ''}`
}
