import { globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type LockedPackage, withTheirNeeds } from './locked-packages.ts'

const licenceFile = /^(licen[cs]e|copying|notice)/i

/** What the programs are compiled of: what our own packages need to run. */
export const shippedPackages = (root: string): LockedPackage[] => {
  const found = new Map<string, LockedPackage>()
  for (const file of globSync('packages/*/package.json', { cwd: root }).sort()) {
    const names = Object.keys(JSON.parse(readFileSync(path.join(root, file), 'utf8')).dependencies ?? {})
    const folder = path.dirname(file).replaceAll(path.sep, '/')
    for (const each of withTheirNeeds(root, names, folder)) found.set(each.place, each)
  }
  return [...found.values()].filter(({ name, version }) => version !== undefined && !name.startsWith('@switchboard/'))
}

const textOf = (root: string, { name, version, place }: LockedPackage): string => {
  const folder = path.join(root, place)
  const { license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { license?: string }
  const texts = readdirSync(folder)
    .filter((file) => licenceFile.test(file) && !/\.(js|ts)$/.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim())
  return [
    `## ${name} ${version}`,
    `Licence: ${license ?? 'see below'}`,
    ...texts.map((text) => `\`\`\`\n${text}\n\`\`\``),
  ].join('\n\n')
}

/** The licences of what the compiled programs contain, as most of them ask for. */
export const notices = (root: string): string =>
  `${['# What this package contains of others', ...shippedPackages(root).map((each) => textOf(root, each))].join('\n\n')}\n`
