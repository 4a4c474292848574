import type { ContentKind } from './content-kind.ts'

export interface LocationWish {
  readonly latitude: number
  readonly longitude: number
  readonly name?: string
  readonly address?: string
  readonly url?: string
}

export interface LiveLocationWish {
  readonly latitude: number
  readonly longitude: number
  readonly caption?: string
  readonly accuracy_meters?: number
  readonly speed_mps?: number
  /** Counts the updates of one live location. */
  readonly sequence?: number
}

function checkPlace({ latitude, longitude }: { latitude: number; longitude: number }): void {
  if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return
  throw new Error(`${latitude}, ${longitude} is not on this planet`)
}

export const location: ContentKind<LocationWish> = {
  name: 'location',
  compose: (_scene, wish) => {
    checkPlace(wish)
    const { latitude, longitude, ...named } = wish
    return { locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, ...named } }
  },
  read: ({ locationMessage: it }) =>
    it && {
      kind: 'location',
      ...(it.name === undefined ? {} : { text: it.name }),
      details: {
        ...{ latitude: it.degreesLatitude, longitude: it.degreesLongitude },
        ...{ name: it.name, address: it.address, url: it.url },
      },
    },
}

export const liveLocation: ContentKind<LiveLocationWish> = {
  name: 'live_location',
  compose: ({ ctx }, wish) => {
    checkPlace(wish)
    const { latitude, longitude, caption, accuracy_meters, speed_mps, sequence } = wish
    return {
      liveLocationMessage: {
        ...{ degreesLatitude: latitude, degreesLongitude: longitude, accuracyInMeters: accuracy_meters ?? 10 },
        ...(caption === undefined ? {} : { caption }),
        ...(speed_mps === undefined ? {} : { speedInMps: speed_mps }),
        sequenceNumber: sequence ?? ctx.world.clock.now() * 1000,
      },
    }
  },
  read: ({ liveLocationMessage: it }) =>
    it && {
      kind: 'live_location',
      ...(it.caption === undefined ? {} : { text: it.caption }),
      details: {
        ...{ latitude: it.degreesLatitude, longitude: it.degreesLongitude },
        ...{ accuracy_meters: it.accuracyInMeters, sequence: it.sequenceNumber },
      },
    },
}
