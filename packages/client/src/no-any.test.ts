import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import ts from 'typescript'

const folder = import.meta.dirname
const index = path.join(folder, 'index.ts')

/** Finds where `any` is in the types that a user can reach; types of the platform are its own business. */
class Walk {
  readonly found: string[] = []
  readonly #seen = new Set<ts.Type>()
  readonly #checker: ts.TypeChecker
  readonly #place: ts.Node

  constructor(checker: ts.TypeChecker, place: ts.Node) {
    this.#checker = checker
    this.#place = place
  }

  get size(): number {
    return this.#seen.size
  }

  visit(type: ts.Type, at: string): void {
    if (type.flags & ts.TypeFlags.Any) this.found.push(at)
    if (this.#seen.has(type)) return
    this.#seen.add(type)
    if (type.isUnionOrIntersection()) for (const part of type.types) this.visit(part, at)
    const given = this.#checker.getTypeArguments(type as ts.TypeReference) ?? []
    // What an iterable of the platform returns at its end is `any` in its own declaration.
    const own = /^(Async)?(Iterable|Iterator|Generator)$/.test(type.symbol?.name ?? '') ? given.slice(0, 1) : given
    for (const argument of own) this.visit(argument, `${at}<>`)
    for (const argument of type.aliasTypeArguments ?? []) this.visit(argument, `${at}<>`)
    if (!this.#isOurs(type)) return
    for (const property of type.getProperties())
      if (property.name !== 'prototype' && !property.name.includes('#') && this.#isOursSymbol(property))
        this.visit(this.#checker.getTypeOfSymbolAtLocation(property, this.#place), `${at}.${property.name}`)
    for (const info of this.#checker.getIndexInfosOfType(type)) this.visit(info.type, `${at}[]`)
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) this.#call(signature, at)
  }

  #call(signature: ts.Signature, at: string): void {
    for (const parameter of signature.parameters)
      this.visit(this.#checker.getTypeOfSymbolAtLocation(parameter, this.#place), `${at}(${parameter.name})`)
    this.visit(signature.getReturnType(), `${at}()`)
  }

  #isOurs(type: ts.Type): boolean {
    const symbol = type.aliasSymbol ?? type.symbol
    return symbol === undefined || this.#isOursSymbol(symbol)
  }

  #isOursSymbol(symbol: ts.Symbol): boolean {
    const declared = symbol.declarations ?? []
    return declared.length === 0 || declared.some((node) => node.getSourceFile().fileName.startsWith(folder))
  }
}

describe('the types of the client', () => {
  it('have no `any` that a user can reach', () => {
    const options = ts.getParsedCommandLineOfConfigFile(
      path.join(folder, '../tsconfig.json'),
      {},
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
    )!.options
    const program = ts.createProgram([index], { ...options, noEmit: true })
    const checker = program.getTypeChecker()
    const source = program.getSourceFile(index)!
    const walk = new Walk(checker, source)
    const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)
    for (const symbol of exported) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
      if (target.flags & ts.SymbolFlags.Type) walk.visit(checker.getDeclaredTypeOfSymbol(target), symbol.name)
      if (target.flags & ts.SymbolFlags.Value)
        walk.visit(checker.getTypeOfSymbolAtLocation(target, source), `typeof ${symbol.name}`)
    }
    assert.deepEqual(walk.found, [])
    assert.ok(walk.size > 2000, `${walk.size} types were seen`)
  })
})
