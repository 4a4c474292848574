import { type SettingDetails, settingDetails } from '../../packages/server/src/config/setting.ts'
import { variables } from '../../packages/server/src/config/variables.ts'
import { note } from './reference.ts'

const shownDefault = ({ default: value, secret }: SettingDetails): string => {
  if (secret) return 'A secret.'
  return value ? `Default: \`${value}\`.` : 'No default.'
}

const describe = (name: string, details: SettingDetails): string =>
  `### ${name}\n\n${details.description}\n\nAllowed: ${details.allowed}. ${shownDefault(details)}`

/** Every setting with what it means: the same as .env.example, as a page. */
export const settingsPage = (): string => {
  const settings = Object.entries(variables.shape).map(([name, schema]) => ({
    name,
    details: settingDetails.get(schema)!,
  }))
  const sections = [...Map.groupBy(settings, ({ details }) => details.section)].map(
    ([title, entries]) => `## ${title}\n\n${entries.map(({ name, details }) => describe(name, details)).join('\n\n')}`,
  )
  const intro =
    'A setting is a variable of the environment, or a line in the file `.env` of the working directory; the environment wins. An empty value counts as absent. Values that are not allowed stop the start, with a line for each. Every secret may be in a file instead, which `<NAME>_FILE` names. `npm run config check` shows what is set, and from where.'
  return `${[note, '# Settings', intro, ...sections].join('\n\n')}\n`
}
