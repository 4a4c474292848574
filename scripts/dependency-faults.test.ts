import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dependencyFaults } from './dependency-faults.ts'

const decisions = '| yaml | ISC | OpenAPI as YAML |\n| @types/pg, @types/ws | MIT | Types |\n'
const facts = { locked: {}, manifests: {}, decisions, nvmrc: '24\n' }

describe('dependencyFaults', () => {
  it('finds nothing where all is pinned, explained and free to ship', () => {
    const locked = {
      'node_modules/yaml': { license: 'ISC' },
      'node_modules/libsignal': { link: true },
      'node_modules/libsignal-stock': { license: 'GPL-3.0', dev: true },
    }
    const manifests = {
      'package.json': { dependencies: { yaml: '2.9.1' }, devDependencies: { '@types/ws': 'npm:ws-types@8.1.0-rc.1' } },
    }
    assert.deepEqual(dependencyFaults({ ...facts, locked, manifests }), [])
  })

  it('names what would ship under another licence, wherever it is nested', () => {
    const locked = {
      'node_modules/baileys/node_modules/libsignal': { license: 'GPL-3.0' },
      'node_modules/nameless': {},
    }
    assert.deepEqual(dependencyFaults({ ...facts, locked }), [
      'node_modules/baileys/node_modules/libsignal would ship under GPL-3.0',
      'node_modules/nameless would ship under no licence',
    ])
  })

  it('lets a package that anybody may replace ship, and only under the licence that was weighed', () => {
    const of = (license: string) => ({ locked: { 'node_modules/mediabunny': { license } } })
    assert.deepEqual(dependencyFaults({ ...facts, ...of('MPL-2.0') }), [])
    assert.deepEqual(dependencyFaults({ ...facts, ...of('AGPL-3.0') }), [
      'node_modules/mediabunny would ship under AGPL-3.0',
    ])
  })

  it('names two Nodes that differ', () => {
    const of = (node: string) => ({ 'package.json': { dependencies: { node } } })
    const known = { ...facts, decisions: '| node | MIT | runs it |' }
    assert.deepEqual(dependencyFaults({ ...known, manifests: of('24.21.0') }), [])
    assert.deepEqual(dependencyFaults({ ...known, manifests: of('26.1.0') }), [
      '.nvmrc says 24, and node is pinned to 26',
    ])
  })

  it('names what may move, and what nobody gave a reason for', () => {
    const manifests = { 'package.json': { dependencies: { yaml: '^2.9.1' }, devDependencies: { '@types/p': '1.0.0' } } }
    assert.deepEqual(dependencyFaults({ ...facts, manifests }), [
      'package.json asks for yaml ^2.9.1: pin it exactly',
      'package.json asks for @types/p, and docs/decisions/dependencies.md does not say why',
    ])
  })
})
