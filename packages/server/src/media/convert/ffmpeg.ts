import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { AppError } from '../../errors/app-error.ts'
import { findProgram } from '../../process/find-program.ts'
import { Gate } from '../../sessions/gate.ts'
import { ChildPrograms } from './child-programs.ts'
import type { WithFile } from './new-file.ts'
import type { Probed } from './types.ts'

/** The demuxer that ffmpeg is held to, by what was found out about the file: others read playlists and lists of files, and with them whatever they name. */
const demuxers: Readonly<Record<string, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/3gpp': 'mov',
  'video/3gpp2': 'mov',
  'audio/mp4': 'mov',
  'video/webm': 'matroska',
  'audio/webm': 'matroska',
  'video/x-matroska': 'matroska',
  'audio/x-matroska': 'matroska',
  'video/ogg': 'ogg',
  'audio/ogg': 'ogg',
  'audio/ogg; codecs=opus': 'ogg',
  'video/mp2t': 'mpegts',
  'video/mpeg': 'mpeg',
  'video/MP2P': 'mpeg',
  'video/MP1S': 'mpeg',
  'video/vnd.avi': 'avi',
  'video/x-flv': 'flv',
  'video/x-ms-asf': 'asf',
  'audio/x-ms-asf': 'asf',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/aiff': 'aiff',
  'audio/x-caf': 'caf',
  'audio/ape': 'ape',
  'audio/wavpack': 'wv',
  'image/gif': 'gif',
}

/** Longer edge of a video that is encoded. */
const videoEdge = 1280

/** The ffmpeg of the system, as a child process: only the file that it is given, in a forced format, two at once. */
export class Ffmpeg {
  readonly #setting: string
  readonly #limitMs: number
  readonly #scratch: WithFile
  readonly #gate = new Gate(2)
  readonly #programs = new ChildPrograms()
  #program: string | undefined
  #version: Promise<string | null> | undefined
  #closed = false

  constructor(options: { program: string; limitMs: number; scratch: WithFile }) {
    this.#setting = options.program
    this.#limitMs = options.limitMs
    this.#scratch = options.scratch
  }

  /** Asked of the program once. Null when there is none, or it does not work. */
  version(): Promise<string | null> {
    this.#version ??= new Promise((resolve) => {
      this.#program = this.#setting === 'off' ? undefined : findProgram(this.#setting)
      if (!this.#program) return resolve(null)
      execFile(this.#program, ['-version'], { env: {}, timeout: 10_000 }, (error, said) => {
        resolve(error ? null : (/^ffmpeg version (\d+(?:\.\d+)*|\S+)/.exec(said)?.[1] ?? null))
      })
    })
    return this.#version
  }

  /** Whether it is known how to open a file of this type. */
  opens(probed: Probed): boolean {
    return probed.mimetype in demuxers
  }

  /** One picture of it, as large as a preview needs. */
  async frame(file: string, probed: Probed): Promise<Buffer> {
    const filter = 'scale=400:400:force_original_aspect_ratio=decrease'
    return this.#convert(file, probed, [
      '-an',
      '-frames:v',
      '1',
      '-vf',
      filter,
      '-c:v',
      'png',
      '-f',
      'image2pipe',
      'pipe:1',
    ])
  }

  /** Sound alone, as a WAV of 16 kHz and one channel. */
  async toWav(file: string, probed: Probed, to: string): Promise<void> {
    const sound = ['-vn', '-map', '0:a:0', '-ac', '1', '-ar', '16000', '-c:a', 'pcm_s16le', '-map_metadata', '-1']
    await this.#convert(file, probed, [...sound, '-f', 'wav', '-y', `file:${to}`])
  }

  /** Sound alone, as AAC in an MP4. */
  async toM4a(file: string, probed: Probed, to: string): Promise<void> {
    const sound = ['-vn', '-map', '0:a:0', '-ac', '2', '-c:a', 'aac', '-b:a', '128k', '-map_metadata', '-1']
    await this.#convert(file, probed, [...sound, '-movflags', '+faststart', '-f', 'mp4', '-y', `file:${to}`])
  }

  /** H.264 and AAC in an MP4 that plays while it loads. */
  async toMp4(
    file: string,
    probed: Probed,
    to: string,
    wish: { silent: boolean; square: boolean; keepPicture: boolean },
  ): Promise<void> {
    const crop = wish.square ? "crop='min(iw,ih)':'min(iw,ih)'," : ''
    const within = `scale='min(${videoEdge},iw)':'min(${videoEdge},ih)':force_original_aspect_ratio=decrease`
    // The encoder takes even sizes only.
    const even = 'scale=trunc(iw/2)*2:trunc(ih/2)*2,setsar=1'
    const picture = wish.keepPicture
      ? ['-c:v', 'copy']
      : [
          ...['-vf', `${crop}${within},${even}`, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '24'],
          ...['-profile:v', 'high', '-pix_fmt', 'yuv420p', '-threads', '2'],
        ]
    const sound = wish.silent ? ['-an'] : ['-map', '0:a:0?', '-c:a', 'aac', '-b:a', '128k', '-ac', '2']
    const file4 = [
      '-map_metadata',
      '-1',
      '-map_chapters',
      '-1',
      '-movflags',
      '+faststart',
      '-f',
      'mp4',
      '-y',
      `file:${to}`,
    ]
    await this.#convert(file, probed, ['-map', '0:v:0', ...sound, '-sn', '-dn', ...picture, ...file4])
  }

  /** An animated WebP of 512 × 512, padded with transparency: the first try that is small enough, or the last. */
  async toSticker(file: string, probed: Probed, mostBytes: number): Promise<Buffer> {
    const tries = [
      [80, 15],
      [60, 15],
      [40, 12],
      [30, 10],
      [20, 8],
    ] as const
    return this.#scratch(async (to) => {
      for (const [quality, rate] of tries) {
        const filter = `fps=${rate},scale=512:512:force_original_aspect_ratio=decrease,format=yuva420p,pad=512:512:-1:-1:color=0x00000000`
        const webp = ['-c:v', 'libwebp_anim', '-quality', String(quality), '-loop', '0', '-map_metadata', '-1']
        await this.#convert(file, probed, [
          '-map',
          '0:v:0',
          '-an',
          '-vf',
          filter,
          ...webp,
          '-f',
          'webp',
          '-y',
          `file:${to}`,
        ])
        if ((await stat(to)).size <= mostBytes) break
      }
      return readFile(to)
    })
  }

  /** Ends what runs. */
  close(): void {
    this.#closed = true
    this.#programs.close()
  }

  async #convert(file: string, probed: Probed, output: readonly string[]): Promise<Buffer> {
    await this.version()
    const leave = await this.#gate.enter()
    try {
      if (this.#closed || !this.#program) throw new AppError('shutting_down')
      const usual = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'file,pipe']
      const input = ['-f', demuxers[probed.mimetype]!, '-i', `file:${file}`]
      const {
        code,
        late,
        said,
        output: piped,
      } = await this.#programs.run(this.#program, [...usual, ...input, ...output], this.#limitMs)
      if (late)
        throw new AppError('media_unreadable', `The file takes longer than ${this.#limitMs / 1000} s to convert`, {
          cause: new Error(said),
        })
      if (code !== 0)
        throw new AppError('media_unreadable', 'ffmpeg cannot convert the file', { cause: new Error(said) })
      return piped
    } finally {
      leave()
    }
  }
}
