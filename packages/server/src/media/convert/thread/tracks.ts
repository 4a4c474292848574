import type { Input } from 'mediabunny'

/** What a container holds. */
export interface Tracks {
  /** Of the container, without codecs; `audio/…` when there is no picture. */
  readonly mimetype: string
  readonly video?: {
    readonly codec: string | null
    /** Such as `avc1.64001f`: codec, profile and level. */
    readonly profile: string | null
    readonly width: number
    readonly height: number
  }
  readonly audio?: { readonly codec: string | null; readonly channels: number; readonly sampleRate: number }
  /** Fractional, from the first picture or sound on. */
  readonly seconds: number
}

/** Opens a file for reading; the caller disposes of it. Playlists are not among the formats: they name other files. */
export const openInput = async (path: string): Promise<Input> => {
  const bunny = await import('mediabunny')
  const { MP4, QTFF, MATROSKA, WEBM, OGG, MP3, ADTS, WAVE, FLAC, MPEG_TS } = bunny
  return new bunny.Input({
    source: new bunny.FilePathSource(path, { maxCacheSize: 2 * 1024 * 1024 }),
    formats: [MP4, QTFF, MATROSKA, WEBM, OGG, MP3, ADTS, WAVE, FLAC, MPEG_TS],
  })
}

/** Undefined when nothing in it can be told apart as sound or picture. */
export const readTracks = async (path: string): Promise<Tracks | undefined> => {
  const input = await openInput(path)
  try {
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()]
    if (!video && !audio) return undefined
    const [container = ''] = (await input.getMimeType()).split(';')
    const first = Math.max(0, await input.getFirstTimestamp())
    return {
      mimetype: container.toLowerCase(),
      ...(video && {
        video: {
          codec: await video.getCodec(),
          profile: await video.getCodecParameterString(),
          width: await video.getDisplayWidth(),
          height: await video.getDisplayHeight(),
        },
      }),
      ...(audio && {
        audio: {
          codec: await audio.getCodec(),
          channels: await audio.getNumberOfChannels(),
          sampleRate: await audio.getSampleRate(),
        },
      }),
      // A browser's recording has no length in its header: its packets are counted.
      seconds: (await input.computeDuration()) - first,
    }
  } finally {
    input.dispose()
  }
}
