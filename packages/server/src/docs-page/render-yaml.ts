import { setImmediate as othersTurn } from 'node:timers/promises'
import { stringify } from 'yaml'

const pretty = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false })

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')

const isLarge = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0

/** An object as YAML. Rendering a large one takes most of a second: so it is done in parts, down to some level, and others get a turn between them. */
export const renderYaml = async (document: object, levels = 3): Promise<string> => {
  let text = ''
  for (const [name, value] of Object.entries(document)) {
    if (levels > 1 && isLarge(value)) {
      text += `${stringify(name, { lineWidth: 0 }).trimEnd()}:\n${indented(await renderYaml(value, levels - 1))}`
    } else {
      text += pretty({ [name]: value })
      await othersTurn()
    }
  }
  return text
}
