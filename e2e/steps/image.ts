import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Copy, DockerfileParser, type Instruction, type JSONInstruction } from 'dockerfile-ast'
import { root } from './code-blocks.ts'

/** What an image is, as its Dockerfile says. */
export interface Image {
  /** Where its files are on this machine. */
  readonly folder: string
  /** Where its programs begin, on this machine. */
  readonly workdir: string
  readonly env: Readonly<Record<string, string>>
  readonly user: string
  readonly volumes: readonly string[]
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly healthcheck: readonly string[]
}

const patterns = (): string[] =>
  readFileSync(path.join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

/** Whether a file stays out of the image: what the last line says that is about it, or about a folder above it. */
const ignores = (lines: readonly string[], file: string): boolean => {
  const above = file.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))
  return lines.reduce((ignored, line) => {
    const pattern = line.replace(/^!/, '')
    const isMeant = above.some((place) => path.matchesGlob(place, pattern))
    return isMeant ? !line.startsWith('!') : ignored
  }, false)
}

const stringsOf = (instruction: Instruction): string[] =>
  (instruction as JSONInstruction).getJSONStrings().map((text) => text.getJSONValue())

/** Does on this machine what a Dockerfile does in a container, without one: its folders are folders, and it runs npm and Node. What it installs for the system
 *  is taken as it is here. */
export class ImageBuilder {
  readonly folder: string
  readonly #lines = patterns()
  readonly #stages = new Map<string, string>()
  /** What was run, and what was left out. */
  readonly ran: string[] = []
  readonly leftOut: string[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  build(): Image {
    const dockerfile = DockerfileParser.parse(readFileSync(path.join(root, 'Dockerfile'), 'utf8'))
    const [env, volumes]: [Record<string, string>, string[]] = [{}, []]
    let [stage, workdir, user]: string[] = ['', '/', 'root']
    let [entrypoint, command, healthcheck]: string[][] = [[], [], []]
    for (const instruction of dockerfile.getInstructions()) {
      const words = instruction.getArguments().map((argument) => argument.getValue())
      switch (instruction.getKeyword()) {
        case 'FROM':
          stage = this.#stage(words[0]!, words[2]!)
          break
        case 'WORKDIR':
          workdir = words[0]!
          mkdirSync(path.join(stage!, workdir), { recursive: true })
          break
        case 'COPY':
          this.#copy(instruction as Copy, words, path.join(stage!, workdir!))
          break
        case 'RUN':
          this.#run(instruction.getRawArgumentsContent() ?? '', path.join(stage!, workdir!))
          break
        case 'ENV':
          for (const word of words) env[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1)
          break
        case 'USER':
          user = words[0]!
          break
        case 'VOLUME':
          volumes.push(...stringsOf(instruction))
          break
        case 'ENTRYPOINT':
          entrypoint = stringsOf(instruction)
          break
        case 'CMD':
          command = stringsOf(instruction)
          break
        case 'HEALTHCHECK':
          healthcheck = JSON.parse(/CMD (\[.*\])$/.exec(instruction.getRawArgumentsContent() ?? '')?.[1] ?? '[]')
          break
        case 'EXPOSE':
        case 'LABEL':
          break
        default:
          throw new Error(`${instruction.getKeyword()} is not known here`)
      }
    }
    const folder = stage!
    return {
      ...{ folder, workdir: path.join(folder, workdir!), env, user: user!, volumes },
      ...{ entrypoint: entrypoint!, command: command!, healthcheck: healthcheck! },
    }
  }

  /** A stage that begins with an earlier one continues it: nothing here is made of the earlier one again. */
  #stage(base: string, name: string): string {
    const begun = this.#stages.get(base)
    const stage = begun ?? path.join(this.folder, name)
    this.#stages.set(name, stage)
    if (begun === undefined) mkdirSync(stage)
    return stage
  }

  #copy(instruction: Copy, words: readonly string[], workdir: string): void {
    const from = instruction.getFromFlag()?.getValue()
    const sources = words.slice(0, -1)
    const target = path.resolve(workdir, words.at(-1)!)
    for (const source of sources) {
      const place = from ? path.join(this.#stages.get(from)!, source) : path.join(root, source)
      const isFolder = statSync(place).isDirectory()
      // A folder's content, or a file into a folder.
      const to = isFolder || !words.at(-1)!.endsWith('/') ? target : path.join(target, path.basename(source))
      const filter = (file: string) => from !== undefined || !ignores(this.#lines, path.relative(root, file))
      // A folder is looked into although it is ignored itself: something below may not be.
      cpSync(place, to, {
        recursive: true,
        verbatimSymlinks: true,
        filter: (file) => (statSync(file, { throwIfNoEntry: false })?.isDirectory() && file === place) || filter(file),
      })
      if (!existsSync(to)) throw new Error(`.dockerignore leaves ${source} out`)
    }
  }

  #run(line: string, cwd: string): void {
    if (/^(npm|node|rm) /.test(line)) {
      this.ran.push(line)
      // What npm has fetched before need not come again.
      const env = { ...process.env, npm_config_prefer_offline: 'true' }
      execFileSync('sh', ['-c', line], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
    } else this.leftOut.push(line)
  }
}

/** Nobody but its owner changes a file in it, and everybody may read it. */
export const openToAll = (folder: string): void => chmodSync(folder, 0o755)

/** A copy of this Node that every user may run. */
export const nodeFor = (folder: string): string => {
  mkdirSync(folder, { recursive: true })
  const copy = path.join(folder, 'node')
  copyFileSync(process.execPath, copy)
  chmodSync(copy, 0o755)
  return copy
}
