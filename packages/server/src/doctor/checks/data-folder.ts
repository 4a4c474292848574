import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { calledAs } from '../../process/called-as.ts'
import { type WorldName, wantedWorld, worldOf } from '../../process/claim-data-dir.ts'
import { type Check, type ConfiguredInstallation, type Finding, fail, inWords, ok, reasonOf, warn } from '../check.ts'

const mib = 1024 ** 2
const tooLittleBytes = 200 * mib
const littleBytes = 2048 * mib
/** NFS, SMB and CIFS, by `f_type` of statfs(2): their locks do not keep two gateways apart. */
const networkFileSystems = new Set([0x6969, 0xfe534d42, 0xff534d42, 0x517b])

const exists = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined

/** The folder itself, or the nearest one above it that is there: where it would be made. */
const nearest = (folder: string): string => (exists(folder) ? folder : nearest(path.dirname(folder)))

const whoAmI = (): string => `user ${process.getuid?.() ?? process.env['USERNAME'] ?? 'unknown'}`

/** Access rights do not say everything: read-only mounts and quotas are met by writing alone. */
const writes = (dataDir: string, folder: string): Finding => {
  const probe = path.join(folder, `.doctor-${process.pid}`)
  try {
    writeFileSync(probe, 'x', { flag: 'wx' })
    rmSync(probe)
    return ok(
      folder === dataDir
        ? `${dataDir} can be written by ${whoAmI()}`
        : `${dataDir} is not there yet, and can be made in ${folder}`,
    )
  } catch (error) {
    const { uid } = statSync(folder)
    return fail(
      `${folder} cannot be written by ${whoAmI()} (${reasonOf(error)}); it belongs to user ${uid}`,
      'Give the folder to the user of the gateway (chown), mount the volume for writing, or name another folder in SWITCHBOARD_DATA_DIR (SWITCHBOARD_SHARED_DIR)',
    )
  }
}

const room = async (folder: string, isSqlite: boolean): Promise<Finding[]> => {
  const { bavail, bsize, type } = await statfs(folder)
  const free = bavail * bsize
  const says = `${inWords(free)} are free`
  const advice = 'Make room: the gateway takes no messages when it cannot store them'
  const findings = [free < tooLittleBytes ? fail(says, advice) : free < littleBytes ? warn(says, advice) : ok(says)]
  if (isSqlite && networkFileSystems.has(type))
    findings.push(
      fail(`${folder} is on a network file system`, 'Keep SQLite on a disk of this machine, or use PostgreSQL'),
    )
  return findings
}

const world = (dataDir: string, wanted: WorldName): Finding[] => {
  const owner = worldOf(dataDir)
  if (owner === undefined || owner === wanted) return []
  return [
    fail(
      `the devices in it live in the world "${owner}", and these settings are for "${wanted}"`,
      owner === 'sandbox'
        ? `To look at a sandbox: ${calledAs('npm run doctor --')} --sandbox. For anything else name another folder in SWITCHBOARD_DATA_DIR`
        : 'Name another folder in SWITCHBOARD_DATA_DIR, or remove SWITCHBOARD_SANDBOX_URL',
    ),
  ]
}

const openSecrets = (dataDir: string): Finding[] => {
  const folder = path.join(dataDir, 'secrets')
  if (process.platform === 'win32' || !exists(folder)) return []
  const open = readdirSync(folder).filter((name) => (statSync(path.join(folder, name)).mode & 0o077) !== 0)
  if (open.length === 0) return []
  return [warn(`others may read ${open.join(', ')} in ${folder}`, `chmod 600 ${path.join(folder, '*')}`)]
}

/** The folder of the embedded database, generated secrets and files of messages. */
export const dataFolderCheck: Check = {
  name: 'Data folder',
  async run({ sandbox: isSandbox, config }: ConfiguredInstallation) {
    const { storage } = config
    const { dataDir, sharedDir } = storage
    const folder = nearest(dataDir)
    try {
      return [
        writes(dataDir, folder),
        ...(await room(folder, storage.type === 'sqlite')),
        ...world(dataDir, isSandbox ? 'sandbox' : wantedWorld(config)),
        ...openSecrets(dataDir),
        ...(sharedDir === dataDir ? [] : [writes(sharedDir, nearest(sharedDir))]),
      ]
    } catch (error) {
      const advice = `Let ${whoAmI()} read and write it`
      return [fail(`${dataDir} cannot be read (${reasonOf(error)})`, advice)]
    }
  },
}
