import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { needsOf } from '../build/locked-packages.ts'
import { shippedPackages } from '../build/notices.ts'

// The form is CycloneDX 1.6: https://cyclonedx.org/docs/1.6/json/
// `npm sbom --omit dev` (11.19.1) leaves out what one package of a workspace needs when another has it among its devDependencies: zod, pg, ws …

interface Component {
  readonly type: 'application' | 'library'
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
  readonly licenses?: readonly ({ readonly license: { readonly id: string } } | { readonly expression: string })[]
}

const componentOf = (name: string, version: string, more: Partial<Component> = {}): Component => {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  return { type: 'library', 'bom-ref': purl, name, version, purl, ...more }
}

/** @param integrity as package-lock.json has it, `sha512-…` in base64 */
const hashesOf = (integrity = ''): Pick<Component, 'hashes'> => {
  const [, bits, digest] = /^sha(256|384|512)-(\S+)/.exec(integrity) ?? []
  return digest ? { hashes: [{ alg: `SHA-${bits}`, content: Buffer.from(digest, 'base64').toString('hex') }] } : {}
}

const licencesOf = (license?: string): Pick<Component, 'licenses'> =>
  license ? { licenses: [/[ (]/.test(license) ? { expression: license } : { license: { id: license } }] } : {}

/** What the gateway is made of, compiled in or installed with it: licences, checksums, and what needs what. */
export function createSbom(root: string) {
  const { version, license } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const gateway = componentOf('@switchboard/gateway', version, { type: 'application', ...licencesOf(license) })
  const shipped = shippedPackages(root)
  const byPlace = new Map(
    shipped.map((each) => [
      each.place,
      componentOf(each.name, each.version, { ...hashesOf(each.integrity), ...licencesOf(each.license) }),
    ]),
  )
  const refsAt = (place: string): string[] => [byPlace.get(place)?.['bom-ref'] ?? []].flat()
  // A package may be installed at several places in one version.
  const needs = new Map(shipped.map((each) => [refsAt(each.place)[0]!, needsOf(root, each).flatMap(refsAt)]))
  const needed = new Set([...needs.values()].flat())
  const first = [...needs.keys()].filter((ref) => !needed.has(ref))
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${randomUUID()}`,
    version: 1,
    metadata: { timestamp: new Date().toISOString(), component: gateway },
    components: [...new Map([...byPlace.values()].map((each) => [each['bom-ref'], each])).values()],
    dependencies: [[gateway['bom-ref'], first] as const, ...needs].map(([ref, on]) => ({
      ref,
      dependsOn: [...new Set(on)],
    })),
  }
}
