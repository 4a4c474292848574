import { version } from '../../process/version.ts'
import { type Finding, fail, ok } from '../check.ts'

/** The code is compiled for it (`target` in scripts/build/bundle.ts). */
const leastMajor = 26

export const nodeFinding = (): Finding => {
  const says = `Switchboard ${version} on Node ${process.versions.node}, ${process.platform} ${process.arch}`
  if (Number.parseInt(process.versions.node, 10) >= leastMajor) return ok(says)
  return fail(says, `Use Node ${leastMajor} or newer; \`switchboard\` and \`npm start\` bring it along`)
}
