import { isNear } from './near-words.ts'
import type { Environment } from './read-config.ts'
import { namesSecretFile } from './secret-files.ts'
import { variables } from './variables.ts'

const known = Object.keys(variables.shape)
/** Nobody else's variables begin so. */
const ours = /^(SWITCHBOARD|WHATSAPP|WEBHOOKS?|SANDBOX)_/
/** Read by the sandbox's own command, and set by the installed program. */
const elsewhere = new Set(['SANDBOX_TOKEN', 'SWITCHBOARD_CALLED_AS'])
/** Kubernetes sets these for a service that is called `switchboard` (kubernetes.io/docs/concepts/services-networking/service, "Environment variables"). */
const byKubernetes = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/

const wordsOf = (name: string): string[] => name.toUpperCase().split(/[^A-Z0-9]+/)
const joined = (name: string): string => wordsOf(name).join('')

/** Two words or more of the setting, in its order, with one left out: `ADMIN_SECRET`, `DATASTORE_URI`. */
const isPartOf = (name: string, setting: string): boolean => {
  const [some, all] = [wordsOf(name), wordsOf(setting)]
  if (some.length < 2 || some.length !== all.length - 1) return false
  return all.some((_, left) => all.toSpliced(left, 1).join() === some.join())
}

const meant = (name: string): string | undefined => {
  const near = name.length < 12 ? 1 : 2
  return (
    known.find((setting) => joined(setting) === joined(name)) ??
    known.find((setting) => isNear(name.toUpperCase(), setting, near)) ??
    known.find((setting) => isPartOf(name, setting))
  )
}

const noteOn = (name: string, environment: Environment): string | undefined => {
  if (byKubernetes.test(name) || name.startsWith('npm_')) return undefined
  const suggestion = meant(name)
  // Programs that read `http_proxy` and others that read `HTTP_PROXY` are served by setting both.
  if (suggestion?.toUpperCase() === name.toUpperCase() && environment[suggestion]) return undefined
  if (suggestion) return `${name} is not a setting. Is ${suggestion} meant?`
  return ours.test(name) ? `${name} is not a setting of this version` : undefined
}

/** A line for each variable that looks like a setting and is none. Values are never shown. */
export const unknownVariables = (environment: Environment): string[] =>
  Object.keys(environment).flatMap((name) => {
    if (!environment[name]?.trim() || elsewhere.has(name) || known.includes(name) || namesSecretFile(name)) return []
    return noteOn(name, environment) ?? []
  })
